import type { ZodSchema } from "./shape.ts";

/** A check as text of JavaScript. */
export interface QuickCheck {
  /** An expression that says of a value that its schema accepts it and changes nothing in it. What it does not say, the schema decides. */
  readonly test: string;
  /** An expression that copies a value which has passed, as the schema would; null where it would not. */
  readonly copy: string | null;
}

/** What of zod's own description of a schema is read; see {@linkcode QuickChecks}. */
interface Definition {
  readonly type: string;
  readonly check?: string;
  readonly format?: string;
  readonly coerce?: boolean;
  readonly innerType?: SchemaNode;
  readonly element?: SchemaNode;
  readonly shape?: Readonly<Record<string, SchemaNode>>;
  readonly catchall?: SchemaNode;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: readonly unknown[];
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
}

interface CheckDefinition {
  readonly check: string;
  readonly value?: unknown;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

interface SchemaNode {
  readonly _zod: { readonly def: Definition; readonly traits: ReadonlySet<string> };
}

/** What the texts use; it has to stand before them. */
const PRELUDE = "const { isArray } = Array, { isFinite, isInteger, isSafeInteger } = Number, " +
  "{ getPrototypeOf, hasOwn, keys, prototype } = Object;\n" +
  "const isPlain = (v) => { const p = getPrototypeOf(v); return p === prototype || p === null; };\n";

/**
 * Checks without zod for the schemas that most columns have: plain texts, numbers, booleans, dates, enums and literals, with limits,
 * nullable or optional, and objects and lists of those. They save most of the time that checking a row takes. There is none where the
 * schema can do more than refuse, or where anything in it is not known: then zod alone decides, as it does about every value that is
 * not plainly right.
 */
export class QuickChecks {
  readonly #helpers: string[] = [];
  #names = new Map<SchemaNode, string>();
  #count = 0;

  /** What has to stand before the texts. */
  get helpers(): string {
    return PRELUDE + this.#helpers.join("");
  }

  /** The check of a schema for the value of an expression without side effects; null where zod has to decide. */
  of(schema: ZodSchema, value: string): QuickCheck | null {
    const [helpers, names] = [this.#helpers.length, new Map(this.#names)];
    const check = this.#check(schema as unknown as SchemaNode, value); // readZod() has refused what is no schema
    if (check === null) {
      // What was written for its parts is of no use, and may call what was not written.
      this.#helpers.length = helpers;
      this.#names = names;
    }
    return check;
  }

  #check(schema: SchemaNode, value: string): QuickCheck | null {
    const { def } = schema._zod;
    if (def.coerce === true) return null;
    const base = this.#base(schema, def, value);
    if (base === null) return null;
    const limits: string[] = [];
    for (const check of def.checks ?? []) {
      const limit = limitOf(check._zod.def, value);
      if (limit === null) return null;
      limits.push(limit);
    }
    return limits.length === 0 ? base : { ...base, test: `(${[base.test, ...limits].join(" && ")})` };
  }

  #base(schema: SchemaNode, def: Definition, value: string): QuickCheck | null {
    switch (def.type) {
      case "string":
        return def.format === undefined ? plain(`(typeof ${value} === "string")`) : null;
      case "number":
        return numberOf(def.format, value);
      case "boolean":
        return plain(`(typeof ${value} === "boolean")`);
      case "bigint":
        return def.format === undefined ? plain(`(typeof ${value} === "bigint")`) : null;
      case "date":
        return plain(`(${value} instanceof Date && !isNaN(${value}.getTime()))`);
      case "enum": {
        const texts = Object.values(def.entries ?? {});
        // An enum of TypeScript also holds the names of its numbers.
        return this.#oneOf(texts.filter((text) => typeof text === "string"), texts.length, value);
      }
      case "literal":
        return this.#oneOf(
          (def.values ?? []).filter((text) => typeof text === "string"),
          def.values?.length ?? 0,
          value,
        );
      case "any":
      case "unknown":
        return plain("true");
      case "nullable":
        return this.#inner(def, value, (test) => `(${value} === null || ${test})`);
      case "optional":
        // One of the two kinds takes a missing key only, not undefined.
        if (schema._zod.traits.has("$ZodExactOptional")) return null;
        return this.#inner(def, value, (test) => isFilled(schema) ? test : `(${value} === undefined || ${test})`);
      case "default":
        return this.#inner(def, value, (test) => `(${value} !== undefined && ${test})`);
      case "object":
        return this.#named(schema, value, (name) => this.#object(def, name));
      case "array":
        return this.#named(schema, value, (name) => this.#list(def, name));
      default:
        return null;
    }
  }

  #inner({ innerType }: Definition, value: string, wrap: (test: string) => string): QuickCheck | null {
    const check = innerType === undefined ? null : this.#check(innerType, value);
    return check === null ? null : { ...check, test: wrap(check.test) };
  }

  #oneOf(texts: readonly unknown[], expected: number, value: string): QuickCheck | null {
    if (texts.length === 0 || texts.length !== expected) return null;
    if (texts.length <= 4) {
      return plain(`(${texts.map((text) => `${value} === ${JSON.stringify(text)}`).join(" || ")})`);
    }
    const name = `texts${this.#count++}`;
    this.#helpers.push(`const ${name} = new Set(${JSON.stringify(texts)});\n`);
    return plain(`${name}.has(${value})`);
  }

  /** A check that needs functions of its own, which may call themselves. */
  #named(schema: SchemaNode, value: string, write: (name: string) => string | null): QuickCheck | null {
    let name = this.#names.get(schema);
    if (name === undefined) {
      name = `${this.#count++}`;
      this.#names.set(schema, name);
      const text = write(name);
      if (text === null) return null;
      this.#helpers.push(text);
    }
    return { test: `is${name}(${value})`, copy: `copy${name}(${value})` };
  }

  /** What zod does not know it leaves out of its copy, so an object has to have the keys of its schema and no other. */
  #object({ shape = {}, catchall }: Definition, name: string): string | null {
    if (catchall !== undefined || Object.hasOwn(shape, "__proto__")) return null;
    const tests: string[] = [];
    const copies: string[] = [];
    let required = 0;
    for (const [field, schema] of Object.entries(shape)) {
      const key = JSON.stringify(field);
      const check = this.#check(schema, "t");
      if (check === null) return null;
      const copied = `t = v[${key}]; c[${key}] = ${check.copy ?? "t"};`;
      if (mayBeMissing(schema)) {
        tests.push(`  if (hasOwn(v, ${key})) { n--; t = v[${key}]; if (!${check.test}) return false; }\n`);
        copies.push(`  if (hasOwn(v, ${key})) { ${copied} }\n`);
      } else {
        required++;
        tests.push(`  t = v[${key}]; if (!${check.test} || t === undefined && !hasOwn(v, ${key})) return false;\n`);
        copies.push(`  ${copied}\n`);
      }
    }
    return `function is${name}(v) {\n  let t, n;\n` +
      `  if (typeof v !== "object" || v === null || !isPlain(v)) return false;\n  n = keys(v).length - ${required};\n` +
      `${tests.join("")}  return n === 0;\n}\n` +
      `function copy${name}(v) {\n  if (typeof v !== "object" || v === null) return v;\n  let t;\n  const c = {};\n` +
      `${copies.join("")}  return c;\n}\n`;
  }

  #list({ element }: Definition, name: string): string | null {
    const check = element === undefined ? null : this.#check(element, "t");
    if (check === null) return null;
    return `function is${name}(v) {\n  if (!isArray(v)) return false;\n` +
      `  for (let i = 0; i < v.length; i++) { const t = v[i]; if (!${check.test}) return false; }\n  return true;\n}\n` +
      `function copy${name}(v) {\n  if (!isArray(v)) return v;\n  const c = new Array(v.length);\n` +
      `  for (let i = 0; i < v.length; i++) { const t = v[i]; c[i] = ${check.copy ?? "t"}; }\n  return c;\n}\n`;
  }
}

function plain(test: string): QuickCheck {
  return { test, copy: null };
}

/** Whether a schema puts a value in the place of a missing one. */
function isFilled({ _zod: { def } }: SchemaNode): boolean {
  return def.type === "default" ||
    ((def.type === "optional" || def.type === "nullable") && def.innerType !== undefined && isFilled(def.innerType));
}

/** Whether an object may be without a key of that schema. */
function mayBeMissing(schema: SchemaNode): boolean {
  const { def } = schema._zod;
  return (def.type === "optional" && !isFilled(schema)) ||
    (def.type === "nullable" && def.innerType !== undefined && mayBeMissing(def.innerType));
}

function numberOf(format: string | undefined, value: string): QuickCheck | null {
  switch (format) {
    case undefined:
      return plain(`isFinite(${value})`);
    case "safeint":
      return plain(`isSafeInteger(${value})`);
    case "int32":
      return plain(`(isInteger(${value}) && ${value} >= ${-(2 ** 31)} && ${value} < ${2 ** 31})`);
    default:
      return null;
  }
}

/** A limit of zod's; the values are of the right type already. One that zod would skip for a value it also accepts. */
function limitOf(
  { check, value: limit, inclusive, minimum, maximum, length }: CheckDefinition,
  value: string,
): string | null {
  switch (check) {
    case "max_length":
      return lengthIs("<=", maximum, value);
    case "min_length":
      return lengthIs(">=", minimum, value);
    case "length_equals":
      return lengthIs("===", length, value);
    case "greater_than":
      return compared(inclusive === true ? ">=" : ">", limit, value);
    case "less_than":
      return compared(inclusive === true ? "<=" : "<", limit, value);
    default:
      return null;
  }
}

function lengthIs(operator: string, length: number | undefined, value: string): string | null {
  return typeof length === "number" ? `${value}.length ${operator} ${length}` : null;
}

/** Numbers, bigints and dates are compared as such. */
function compared(operator: string, limit: unknown, value: string): string | null {
  if (typeof limit === "number") return `${value} ${operator} ${limit}`;
  if (typeof limit === "bigint") return `${value} ${operator} ${limit}n`;
  return limit instanceof Date ? `${value}.getTime() ${operator} ${limit.getTime()}` : null;
}
