import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "zod";
import { readZod } from "../../core/meta/zod_fields.ts";
import type { Field } from "../../core/meta/shape.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { ActiveRecord, column, ConfigurationError, primaryKey } from "../../mod.ts";

enum Level {
  Low,
  High = 5,
}
enum Color {
  Red = "red",
}

const TYPES: Readonly<Record<string, readonly [schema: Field, type: LogicalType]>> = {
  "z.int32()": [z.int32(), { kind: "int32" }],
  "z.uint32()": [z.uint32(), { kind: "int" }],
  "z.int()": [z.int(), { kind: "int" }],
  "z.number().int()": [z.number().int(), { kind: "int" }],
  "z.int().min(1).max(5)": [z.int().min(1).max(5), { kind: "int" }],
  "z.bigint()": [z.bigint(), { kind: "bigint" }],
  "z.int64()": [z.int64(), { kind: "bigint" }],
  "z.bigint().positive()": [z.bigint().positive(), { kind: "bigint" }],
  "z.number()": [z.number(), { kind: "number" }],
  "z.float64()": [z.float64(), { kind: "number" }],
  "z.number().positive().lt(3)": [z.number().positive().lt(3), { kind: "number" }],
  "z.coerce.number()": [z.coerce.number(), { kind: "number" }],
  "z.string()": [z.string(), { kind: "string" }],
  "z.string().max(10)": [z.string().max(10), { kind: "string", length: 10 }],
  "z.string().min(1).max(10).max(7)": [z.string().min(1).max(10).max(7), { kind: "string", length: 7 }],
  "z.string().length(2)": [z.string().length(2), { kind: "string", length: 2 }],
  "z.string().trim().toLowerCase()": [z.string().trim().toLowerCase(), { kind: "string" }],
  "z.string().regex()": [z.string().regex(/a/), { kind: "string" }],
  "z.email()": [z.email(), { kind: "string" }],
  "z.email().max(254)": [z.email().max(254), { kind: "string", length: 254 }],
  "z.url()": [z.url(), { kind: "string" }],
  "z.iso.datetime()": [z.iso.datetime(), { kind: "string" }],
  "z.templateLiteral()": [z.templateLiteral(["a", z.int()]), { kind: "string" }],
  "z.uuid()": [z.uuid(), { kind: "uuid" }],
  "z.uuidv7()": [z.uuidv7(), { kind: "uuid" }],
  "z.guid()": [z.guid(), { kind: "uuid" }],
  "z.string().uuid()": [z.string().uuid(), { kind: "uuid" }],
  "z.boolean()": [z.boolean(), { kind: "boolean" }],
  "z.stringbool()": [z.stringbool(), { kind: "boolean" }],
  "z.date()": [z.date(), { kind: "date" }],
  "z.coerce.date()": [z.coerce.date(), { kind: "date" }],
  "z.date().min()": [z.date().min(new Date(0)), { kind: "date" }],
  "z.object()": [z.object({ a: z.string() }), { kind: "json" }],
  "z.strictObject()": [z.strictObject({}), { kind: "json" }],
  "z.array()": [z.array(z.int()), { kind: "json" }],
  "z.tuple()": [z.tuple([z.int()]), { kind: "json" }],
  "z.record()": [z.record(z.string(), z.int()), { kind: "json" }],
  "z.json()": [z.json(), { kind: "json" }],
  "z.any()": [z.any(), { kind: "json" }],
  "z.unknown()": [z.unknown(), { kind: "json" }],
  "z.lazy()": [z.lazy(() => z.object({})), { kind: "json" }],
  "z.intersection()": [z.intersection(z.object({}), z.object({})), { kind: "json" }],
  "z.enum(list)": [z.enum(["a", "b"]), { kind: "enum", values: ["a", "b"] }],
  "z.enum(string enum)": [z.enum(Color), { kind: "enum", values: ["red"] }],
  "z.enum(number enum)": [z.enum(Level), { kind: "int" }],
  "z.literal(text)": [z.literal("a"), { kind: "enum", values: ["a"] }],
  "z.literal(texts)": [z.literal(["a", "b"]), { kind: "enum", values: ["a", "b"] }],
  "z.literal(integers)": [z.literal([1, 2]), { kind: "int" }],
  "z.literal(numbers)": [z.literal([1, 2.5]), { kind: "number" }],
  "z.literal(true)": [z.literal(true), { kind: "boolean" }],
  "z.instanceof(Uint8Array)": [z.instanceof(Uint8Array), { kind: "bytes" }],
  "z.union() of literals": [z.union([z.literal("a"), z.enum(["b", "a"])]), { kind: "enum", values: ["a", "b"] }],
  "z.union() of one type": [z.union([z.email(), z.url()]), { kind: "string" }],
  "z.discriminatedUnion()": [
    z.discriminatedUnion("t", [z.object({ t: z.literal("a") }), z.object({ t: z.literal("b") })]),
    { kind: "json" },
  ],
  "z.string().brand()": [z.string().brand<"x">(), { kind: "string" }],
  "z.string().refine()": [z.string().refine(() => true), { kind: "string" }],
  "z.string().transform()": [z.string().transform((text) => text.trim()), { kind: "string" }],
  "z.string().pipe(z.coerce.number())": [z.string().pipe(z.coerce.number()), { kind: "number" }],
  "z.preprocess()": [z.preprocess((value) => value, z.int()), { kind: "int" }],
};

for (const [name, [schema, type]] of Object.entries(TYPES)) {
  Deno.test(`readZod() reads ${name} as ${type.kind}`, () => {
    assertEquals(readZod(schema), { type, problem: "", nullable: false, optional: false, hasDefault: false });
  });
}

const FLAGS: Readonly<
  Record<string, readonly [schema: Field, nullable: boolean, optional: boolean, hasDefault: boolean]>
> = {
  "nullable()": [z.string().nullable(), true, false, false],
  "optional()": [z.string().optional(), false, true, false],
  "nullish()": [z.string().nullish(), true, true, false],
  "default()": [z.string().default("a"), false, false, true],
  "prefault()": [z.string().prefault("a"), false, false, true],
  "catch()": [z.string().catch("a"), false, false, true],
  "readonly()": [z.string().readonly(), false, false, false],
  "nullable().default(null)": [z.string().nullable().default(null), true, false, true],
  "optional().nullable().readonly().default()": [
    z.string().optional().nullable().readonly().default("a"),
    true,
    true,
    true,
  ],
  "transform() inside nullable()": [z.string().transform((text) => text).nullable(), true, false, false],
  "nullable() before transform()": [z.string().nullable().transform((text) => text), true, false, false],
  "preprocess() of nullable()": [z.preprocess((value) => value, z.string().nullable()), true, false, false],
};

for (const [name, [schema, nullable, optional, hasDefault]] of Object.entries(FLAGS)) {
  Deno.test(`readZod() unwraps ${name}`, () => {
    assertEquals(readZod(schema), { type: { kind: "string" }, problem: "", nullable, optional, hasDefault });
  });
}

Deno.test("readZod() takes nonoptional() for a value that must be there", () => {
  assertEquals(readZod(z.nonoptional(z.string().optional())).optional, false);
});

Deno.test("readZod() takes a union with null or undefined for nullable or optional", () => {
  const nullable = readZod(z.union([z.string(), z.null()]));
  assertEquals([nullable.type, nullable.nullable, nullable.optional], [{ kind: "string" }, true, false]);
  const optional = readZod(z.union([z.int(), z.undefined(), z.null()]));
  assertEquals([optional.type, optional.nullable, optional.optional], [{ kind: "int" }, true, true]);
  const inside = readZod(z.union([z.int().nullable(), z.int()]));
  assertEquals([inside.type, inside.nullable], [{ kind: "int" }, true]);
});

const UNSTORABLE: Readonly<Record<string, readonly [schema: Field, problem: RegExp]>> = {
  "z.map()": [z.map(z.string(), z.int()), /"map" cannot be stored/],
  "z.set()": [z.set(z.int()), /"set" cannot be stored/],
  "z.symbol()": [z.symbol(), /"symbol"/],
  "z.never()": [z.never(), /"never"/],
  "z.void()": [z.void(), /"void"/],
  "z.nan()": [z.nan(), /"nan"/],
  "z.null()": [z.null(), /"null"/],
  "z.promise()": [z.promise(z.int()), /"promise"/],
  "z.file()": [z.file(), /"file"/],
  "z.custom()": [z.custom<Date>(), /custom schema does not say/],
  "z.instanceof(Date)": [z.instanceof(Date), /custom schema does not say/],
  "z.union() of different types": [z.union([z.string(), z.int()]), /stored in different ways/],
  "z.union() with a map": [z.union([z.string(), z.map(z.string(), z.int())]), /not every member/],
  "z.literal() of different types": [z.literal(["a", 1]), /different types/],
  "z.literal(bigint)": [z.literal(1n), /different types/],
};

for (const [name, [schema, problem]] of Object.entries(UNSTORABLE)) {
  Deno.test(`readZod() says why ${name} has no column type`, () => {
    const read = readZod(schema);
    assertEquals(read.type, null);
    assertMatch(read.problem, problem);
  });
}

Deno.test("readZod() refuses what is no schema", () => {
  for (const wrong of [{}, { _zod: {} }, { type: "string" }]) {
    assertThrows(() => readZod(wrong as Field), ConfigurationError, "expected a zod schema");
  }
});

Deno.test("readZod() looks at schemas only and never parses with them", () => {
  let calls = 0;
  const schema = z.string().default(() => {
    calls++;
    return "a";
  }).refine(() => {
    calls++;
    return true;
  });
  assert(readZod(schema).hasDefault);
  assertEquals(calls, 0);
});

Deno.test("a JSON field whose schema holds what JSON would change is refused at definition", () => {
  const define = (schema: Field) => {
    class Box extends ActiveRecord.define("boxes", { id: primaryKey(), data: schema }) {}
    return Box.tableName;
  };
  const refused: readonly (readonly [Field, string])[] = [
    [z.object({ at: z.date() }), "Box.data.at"],
    [z.object({ inner: z.object({ sizes: z.array(z.bigint()) }) }).optional(), "Box.data.inner.sizes[]"],
    [z.record(z.string(), z.map(z.string(), z.string())), "Box.data[]"],
    [z.array(z.union([z.object({ a: z.date().nullable() }), z.object({ b: z.string() })])), "Box.data[].a"],
  ];
  for (const [schema, place] of refused) {
    const error = assertThrows(() => define(schema), ConfigurationError);
    assertStringIncludes(error.message, place);
  }
  const Tree = z.object({
    name: z.string(),
    get children() {
      return z.array(Tree);
    },
  });
  const stored: readonly Field[] = [
    Tree,
    z.object({ at: z.iso.datetime(), n: z.number().nullable(), list: z.array(z.string()) }),
    z.json(),
    z.any(),
    column(z.object({ at: z.date() }), { type: "json" }),
  ];
  for (const schema of stored) assertEquals(define(schema), "boxes");
});
