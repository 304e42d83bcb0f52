import { ConfigurationError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import type { ZodSchema } from "./shape.ts";

/** What of zod's own description of a schema is read. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly innerType?: ZodNode;
  readonly in?: ZodNode;
  readonly out?: ZodNode;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: readonly unknown[];
  readonly options?: readonly ZodNode[];
  readonly checks?: readonly {
    readonly _zod: {
      readonly def: {
        readonly check?: string;
        readonly format?: string;
        readonly maximum?: number;
        readonly length?: number;
      };
    };
  }[];
}

interface ZodNode {
  readonly _zod: {
    readonly def: Definition;
    readonly bag?: { readonly Class?: unknown };
  };
}

/** What a schema says about its column. */
export interface ZodField {
  /** The type of its values, or null when the schema does not tell. */
  readonly type: LogicalType | null;
  /** Why the type is not told. */
  readonly problem: string;
  /** Whether null is a value. */
  readonly nullable: boolean;
  /** Whether undefined is a value. */
  readonly optional: boolean;
  /** Whether a missing value is replaced. */
  readonly hasDefault: boolean;
}

/** Reads a zod schema: unwraps it and finds the logical type of its values. */
export function readZod(schema: ZodSchema): ZodField {
  const node = schema as unknown as ZodNode; // only `_zod.def` is read, and a schema without one is refused here
  if (node._zod?.def === undefined) throw new ConfigurationError("Invalid field: expected a zod schema or a column");
  return readNode(node);
}

function readNode(node: ZodNode): ZodField {
  let [nullable, optional, hasDefault, isRequired] = [false, false, false, false];
  for (;;) {
    const { def } = node._zod;
    if (def.type === "nullable") nullable = true;
    else if (def.type === "optional") optional ||= !isRequired;
    else if (def.type === "default" || def.type === "prefault" || def.type === "catch") hasDefault = true;
    else if (def.type === "nonoptional") isRequired = true;
    if (def.type === "pipe") {
      node = def.out!._zod.def.type === "transform" ? def.in! : def.out!;
    } else if (def.innerType !== undefined && WRAPPERS.has(def.type)) {
      node = def.innerType;
    } else break;
  }
  const { type, problem, ...union } = node._zod.def.type === "union" ? readUnion(node) : toField(typeOf(node));
  return {
    type,
    problem,
    nullable: nullable || union.nullable,
    optional: optional || (union.optional && !isRequired),
    hasDefault,
  };
}

function toField(found: LogicalType | string): ZodField {
  const told = typeof found === "string" ? { type: null, problem: found } : { type: found, problem: "" };
  return { ...told, nullable: false, optional: false, hasDefault: false };
}

/** A union's members may be null and undefined, which make the column nullable and optional, or be wrapped themselves. */
function readUnion(node: ZodNode): ZodField {
  const options = node._zod.def.options ?? [];
  const isOf = (type: string) => options.some((option) => option._zod.def.type === type);
  const members = options.filter(({ _zod: { def: { type } } }) => type !== "null" && type !== "undefined")
    .map(readNode);
  return {
    ...toField(unionType(members.map(({ type, problem }) => type ?? problem))),
    nullable: isOf("null") || members.some(({ nullable }) => nullable),
    optional: isOf("undefined") || members.some(({ optional }) => optional),
  };
}

const WRAPPERS: ReadonlySet<string> = new Set([
  "nullable",
  "optional",
  "default",
  "prefault",
  "catch",
  "nonoptional",
  "readonly",
]);

/** The logical type, or the reason why there is none. */
function typeOf(node: ZodNode): LogicalType | string {
  const { def } = node._zod;
  const checks = (def.checks ?? []).map((check) => check._zod.def);
  switch (def.type) {
    case "string": {
      const formats = [def.format, ...checks.map((check) => check.format)];
      if (formats.includes("uuid") || formats.includes("guid")) return { kind: "uuid" };
      const lengths = checks.map((check) =>
        check.check === "max_length" ? check.maximum : check.check === "length_equals" ? check.length : undefined
      )
        .filter((length) => length !== undefined);
      return lengths.length > 0 ? { kind: "string", length: Math.min(...lengths) } : { kind: "string" };
    }
    case "template_literal":
      return { kind: "string" };
    case "number": {
      const formats = [
        def.format,
        ...checks.filter((check) => check.check === "number_format").map((check) => check.format),
      ];
      if (formats.includes("int32")) return { kind: "int32" };
      return formats.includes("safeint") || formats.includes("uint32") ? { kind: "int" } : { kind: "number" };
    }
    case "bigint":
    case "boolean":
    case "date":
      return { kind: def.type };
    case "enum":
      return literalType(enumValues(def.entries ?? {}));
    case "literal":
      return literalType(def.values ?? []);
    case "object":
    case "record":
    case "array":
    case "tuple":
    case "any":
    case "unknown":
    case "lazy":
    case "intersection":
      return { kind: "json" };
    case "custom":
      return node._zod.bag?.Class === Uint8Array
        ? { kind: "bytes" }
        : "a custom schema does not say how its values are stored";
    default:
      return `a schema of type "${def.type}" cannot be stored`;
  }
}

/** An enum of TypeScript also holds the names of its numbers, by number. */
function enumValues(entries: Readonly<Record<string, string | number>>): (string | number)[] {
  const numbers = Object.values(entries).filter((value) => typeof value === "number").map(String);
  return Object.entries(entries).filter(([name]) => !numbers.includes(name)).map(([, value]) => value);
}

function literalType(values: readonly unknown[]): LogicalType | string {
  if (values.length > 0 && values.every((value) => typeof value === "string")) {
    return { kind: "enum", values: values as readonly string[] };
  }
  if (values.every((value) => Number.isSafeInteger(value))) {
    return { kind: "int" };
  }
  if (values.every((value) => typeof value === "number")) {
    return { kind: "number" };
  }
  if (values.every((value) => typeof value === "boolean")) {
    return { kind: "boolean" };
  }
  return "its literals have different types";
}

/** A union has a type when its members agree on one. */
function unionType(members: readonly (LogicalType | string)[]): LogicalType | string {
  const types = members.filter((member) => typeof member !== "string");
  const [first] = types;
  if (first === undefined || types.length < members.length) return "not every member of its union can be stored";
  if (types.every((type) => type.kind === "enum")) {
    return {
      kind: "enum",
      values: [...new Set(types.flatMap((type) => type.values ?? []))],
    };
  }
  if (types.every((type) => type.kind === first.kind)) {
    return { kind: first.kind };
  }
  return "the members of its union are stored in different ways";
}
