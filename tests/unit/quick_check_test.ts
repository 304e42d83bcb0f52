import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { compiled } from "../../core/meta/compile.ts";
import { QuickChecks } from "../../core/meta/quick_check.ts";

const values: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  0.5,
  4,
  5,
  6,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e300,
  NaN,
  Infinity,
  -Infinity,
  0n,
  5n,
  6n,
  2n ** 70n,
  "",
  "a",
  "abcde",
  "abcdef",
  "ä",
  "👍👍",
  "red",
  "1",
  " red ",
  new Date(0),
  new Date(1e12),
  new Date(NaN),
  [],
  {},
  Symbol("s"),
  () => {},
  Object("text"),
  Object(5),
  new Uint8Array(2),
];

enum Color {
  Red = "red",
  Blue = "blue",
}
enum Size {
  Small,
  Large,
}

const quick: Readonly<Record<string, z.ZodType>> = {
  string: z.string(),
  "string with limits": z.string().min(1).max(5),
  "string of a length": z.string().length(5),
  int: z.int(),
  int32: z.int32(),
  number: z.number(),
  "number with limits": z.number().gt(0).lte(5),
  "int with limits": z.int().min(-1).max(5),
  boolean: z.boolean(),
  bigint: z.bigint(),
  "bigint with limits": z.bigint().positive().max(5n),
  date: z.date(),
  "date with limits": z.date().min(new Date(1)).max(new Date(1e13)),
  enum: z.enum(["red", "blue"]),
  "TypeScript enum": z.enum(Color),
  literal: z.literal(["red", "1"]),
  nullable: z.string().max(5).nullable(),
  optional: z.int().optional(),
  nullish: z.date().nullish(),
  branded: z.string().brand<"Name">(),
  default: z.string().max(5).default("a"),
  "optional default": z.string().max(5).default("a").optional(),
  "nullable default": z.string().max(5).default("a").nullable(),
  "enum of many": z.enum(["red", "blue", "green", "a", "b", "c"]),
  any: z.any(),
  unknown: z.unknown(),
};

interface Quick {
  test(value: unknown): boolean;
  readonly copy: ((value: unknown) => unknown) | null;
}

/** The quick check of a schema as functions. */
function quickCheckOf(schema: z.ZodType): Quick | null {
  const checks = new QuickChecks();
  const check = checks.of(schema, "v");
  if (check === null) return null;
  const copy = check.copy === null ? "null" : `(v) => ${check.copy}`;
  return compiled<Quick>({}, `${checks.helpers}return { test: (v) => ${check.test}, copy: ${copy} };`)!;
}

for (const [name, schema] of Object.entries(quick)) {
  Deno.test(`A quick check of a ${name} accepts what zod accepts and leaves as it is`, () => {
    const check = quickCheckOf(schema)!;
    assertEquals(check.copy, null);
    const right = (value: unknown) => {
      const parsed = schema.safeParse(value);
      return parsed.success && Object.is(parsed.data, value);
    };
    assertEquals(
      values.filter(check.test),
      values.filter(right),
      "nothing wrong is accepted, nothing right is left to zod",
    );
  });
}

class Point {
  x = 1;
  y = 2;
}
interface Tree {
  value: number;
  children: Tree[];
}
const tree: z.ZodType<Tree> = z.object({
  value: z.int(),
  get children() {
    return z.array(tree);
  },
});
const nested = z.object({
  theme: z.string(),
  tags: z.array(z.string()).max(2),
  address: z.object({ city: z.string(), zip: z.string().nullable() }),
  score: z.number().optional(),
});

/** Schemas whose values zod copies: with what is plainly right, and what is left to it. */
const copied: readonly { schema: z.ZodType; right: readonly unknown[]; left: readonly unknown[] }[] = [
  {
    schema: nested,
    right: [
      { theme: "a", tags: [], address: { city: "b", zip: null } },
      { theme: "a", tags: ["x", "y"], address: { city: "b", zip: "c" }, score: 1.5 },
      { score: undefined, address: { zip: "c", city: "" }, tags: ["x"], theme: "" },
      Object.assign(Object.create(null), { theme: "a", tags: [], address: { city: "b", zip: null } }),
    ],
    left: [
      { theme: "a", tags: [], address: { city: "b", zip: null }, more: 1 },
      { theme: "a", tags: [], address: { city: "b", zip: null, more: 1 } },
      { theme: "a", tags: [], address: { city: "b" } },
      { theme: "a", tags: ["x", "y", "z"], address: { city: "b", zip: null } },
      { theme: "a", tags: ["x", 1], address: { city: "b", zip: null } },
      { theme: "a", tags: "xy", address: { city: "b", zip: null } },
      { theme: "a", address: { city: "b", zip: null }, score: 1 },
      { theme: "a", tags: [], address: { city: "b", zip: null }, score: NaN },
      Object.create({ theme: "a", tags: [], address: { city: "b", zip: null } }),
    ],
  },
  {
    schema: z.object({ x: z.number(), y: z.number() }),
    right: [{ x: 1, y: 2 }],
    left: [new Point(), [1, 2], { x: 1 }, { x: 1, z: 2 }, null, "x", 5],
  },
  { schema: z.object({ x: z.any() }), right: [{ x: 1 }, { x: undefined }, { x: [] }], left: [{}, { y: 1 }] },
  {
    schema: z.object({ x: z.string().default("d").optional(), y: z.int().default(1).nullable().optional() }),
    right: [{ x: "a", y: 2 }, { x: "a", y: null }],
    left: [{}, { x: undefined, y: 2 }, { x: "a" }, { y: 2 }],
  },
  { schema: z.object({ x: z.string().default("d") }), right: [{ x: "a" }], left: [{}, { x: undefined }] },
  {
    schema: z.object({ at: z.date(), 'quo"te`${0}': z.int() }),
    right: [{ at: new Date(5), 'quo"te`${0}': 1 }],
    left: [{}],
  },
  { schema: z.object({}), right: [{}], left: [{ a: 1 }, [], new Date()] },
  {
    schema: z.array(z.object({ a: z.int() }).nullable()),
    right: [[], [{ a: 1 }, null]],
    left: [[{ a: 0.5 }], {}, [undefined]],
  },
  { schema: z.array(z.string()).min(1).nullish(), right: [["a"]], left: [[], [null], "a"] },
  {
    schema: tree,
    right: [{ value: 1, children: [{ value: 2, children: [] }] }],
    left: [{ value: 1, children: [{ value: 2, children: [{ value: "3", children: [] }] }] }],
  },
];

for (const [index, { schema, right, left }] of copied.entries()) {
  Deno.test(`Quick check ${index + 1} of objects and lists copies what zod copies`, () => {
    const check = quickCheckOf(schema)!;
    for (const value of right) {
      assert(check.test(value), Deno.inspect(value));
      const copy = check.copy!(value);
      const parsed = schema.parse(value);
      assertEquals(copy, parsed);
      assertEquals(Object.keys(copy as object), Object.keys(parsed as object));
      assert(copy !== value);
    }
    for (const value of left) assert(!check.test(value), Deno.inspect(value));
    for (const value of values) {
      if (!check.test(value)) continue;
      const parsed = schema.safeParse(value);
      assert(parsed.success);
      assertEquals(check.copy!(value), parsed.data);
    }
  });
}

Deno.test("A copy shares nothing that can be changed", () => {
  const given = { theme: "a", tags: ["x"], address: { city: "b", zip: null } };
  const copy = quickCheckOf(nested)!.copy!(given) as typeof given;
  given.tags.push("y");
  given.address.city = "c";
  assertEquals(copy, { theme: "a", tags: ["x"], address: { city: "b", zip: null } });
});

Deno.test("A part that is left to zod leaves the whole to it, and no other check", () => {
  const checks = new QuickChecks();
  const address = z.object({ city: z.string() });
  assertEquals(checks.of(z.object({ address, mail: z.email() }), "v"), null);
  const { test } = checks.of(z.object({ address }), "v")!;
  const check = compiled<(value: unknown) => boolean>({}, `${checks.helpers}return (v) => ${test};`)!;
  assertEquals([check({ address: { city: "a" } }), check({ address: { city: 1 } })], [true, false]);
});

const left: Readonly<Record<string, z.ZodType>> = {
  "a format": z.email(),
  "a format of text": z.string().regex(/a/),
  "a change": z.string().trim(),
  "a coercion": z.coerce.number(),
  "a coerced date": z.coerce.date(),
  "a transformation": z.string().transform((text) => text.length),
  "a rule": z.string().refine((text) => text !== "a"),
  "a rule inside": z.string().refine((text) => text !== "a").nullable(),
  "a catch": z.string().catch("a"),
  "an object that knows all its keys": z.strictObject({ a: z.string() }),
  "an object with other keys": z.looseObject({ a: z.string() }),
  "an object with a rule": z.object({ a: z.string() }).refine(() => true),
  "a list with a rule": z.array(z.string()).refine(() => true),
  "a field of that name": z.object(
    JSON.parse('{"__proto__":1}', (key, value) => key === "__proto__" ? z.string() : value),
  ),
  "a key that may be missing, not undefined": z.object({ a: z.exactOptional(z.string()) }),
  "a record": z.record(z.string(), z.string()),
  "a tuple": z.tuple([z.string()]),
  "a format inside": z.object({ a: z.object({ mail: z.email() }) }),
  "an enum of numbers": z.enum(Size),
  "numbers as literals": z.literal([1, 2]),
  "a step": z.number().multipleOf(0.5),
  "a union": z.union([z.string(), z.number()]),
  "a format of numbers": z.uint32(),
  "what is frozen": z.date().readonly(),
};

for (const [name, schema] of Object.entries(left)) {
  Deno.test(`A schema with ${name} is left to zod`, () => {
    assertEquals(new QuickChecks().of(schema, "v"), null);
  });
}
