import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { quickCheckOf } from "../../core/meta/quick_check.ts";

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
};

for (const [name, schema] of Object.entries(quick)) {
  Deno.test(`A quick check of a ${name} accepts what zod accepts and leaves as it is`, () => {
    const check = quickCheckOf(schema);
    assert(check !== null);
    for (const value of values) {
      const parsed = schema.safeParse(value);
      if (check(value)) assert(parsed.success && Object.is(parsed.data, value), String(value));
    }
    assertEquals(
      values.filter(check),
      values.filter((value) => schema.safeParse(value).success),
      "nothing that is right is left to zod",
    );
  });
}

const left: Readonly<Record<string, z.ZodType>> = {
  "a format": z.email(),
  "a format of text": z.string().regex(/a/),
  "a change": z.string().trim(),
  "a coercion": z.coerce.number(),
  "a coerced date": z.coerce.date(),
  "a transformation": z.string().transform((text) => text.length),
  "a rule": z.string().refine((text) => text !== "a"),
  "a rule inside": z.string().refine((text) => text !== "a").nullable(),
  "a default": z.string().default("a"),
  "a catch": z.string().catch("a"),
  "an object": z.object({ a: z.string() }),
  "a list": z.array(z.string()),
  "an enum of numbers": z.enum(Size),
  "numbers as literals": z.literal([1, 2]),
  "a step": z.number().multipleOf(0.5),
  "a union": z.union([z.string(), z.number()]),
  "a format of numbers": z.uint32(),
  "what is frozen": z.date().readonly(),
};

for (const [name, schema] of Object.entries(left)) {
  Deno.test(`A schema with ${name} is left to zod`, () => {
    assertEquals(quickCheckOf(schema), null);
  });
}
