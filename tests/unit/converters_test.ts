import { assert, assertEquals, assertThrows } from "@std/assert";
import { converterOf, defaultConverters } from "../../core/types/default_converters.ts";
import { type DatabaseType, databaseTypeOf, formatType, type LogicalType } from "../../core/types/database_type.ts";
import { jsonEquals, jsonNull, parseJSONText, toJSONText } from "../../core/types/json.ts";
import { BaseTypeConverter } from "../../core/types/type_converter.ts";
import { describeValueType, TypeRegistry } from "../../core/types/type_registry.ts";
import { TypeConversionError } from "../../mod.ts";

const registry = new TypeRegistry(defaultConverters());

function throughDatabase(type: LogicalType, value: unknown): unknown {
  const codec = registry.codec(type);
  const encoded = codec.encode(value);
  return codec.decode === null ? encoded : codec.decode(encoded);
}

const STORED: readonly (readonly [type: LogicalType, value: unknown, stored: unknown])[] = [
  [{ kind: "int32" }, 5, 5],
  [{ kind: "int" }, -(2 ** 53) + 1, -(2 ** 53) + 1],
  [{ kind: "bigint" }, 2n ** 63n - 1n, 2n ** 63n - 1n],
  [{ kind: "number" }, 0.5, 0.5],
  [{ kind: "decimal" }, "-012.50", "-012.50"],
  [{ kind: "string" }, "a", "a"],
  [{ kind: "boolean" }, true, true],
  [{ kind: "date" }, new Date("2024-01-31T12:00:00.5Z"), "2024-01-31T12:00:00.500Z"],
  [{ kind: "instant" }, Temporal.Instant.from("2024-01-31T12:00:00Z"), "2024-01-31T12:00:00.000000Z"],
  [{ kind: "plainDate" }, Temporal.PlainDate.from("2024-01-31"), "2024-01-31"],
  [{ kind: "plainTime" }, Temporal.PlainTime.from("12:00"), "12:00:00.000000"],
  [{ kind: "plainDateTime" }, Temporal.PlainDateTime.from("2024-01-31T12:00"), "2024-01-31T12:00:00.000000"],
  [{ kind: "duration" }, Temporal.Duration.from("P1DT2H"), "P1DT2H"],
  [{ kind: "uuid" }, "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057"],
  [{ kind: "json" }, { a: [1] }, '{"a":[1]}'],
  [{ kind: "enum", values: ["a"] }, "a", "a"],
  [{ kind: "bytes" }, new Uint8Array([1]), new Uint8Array([1])],
  [{ kind: "array", element: { kind: "plainDate" } }, [Temporal.PlainDate.from("2024-01-31")], '["2024-01-31"]'],
  [{ kind: "array", element: { kind: "array", element: { kind: "int" } } }, [[1, 2], []], '["[1,2]","[]"]'],
  [{ kind: "array" }, [{ a: 1 }, null], '["{\\"a\\":1}",null]'],
];

for (const [type, value, stored] of STORED) {
  Deno.test(`a value of kind ${type.kind} is stored as ${Deno.inspect(stored)} and comes back`, () => {
    assertEquals(registry.codec(type).encode(value), stored);
    assertEquals(throughDatabase(type, value), value);
  });
}

Deno.test("a decimal loses its plus sign only", () => {
  const { encode } = registry.codec({ kind: "decimal" });
  assertEquals([encode("+1.50"), encode("1."), encode(".5"), encode(12n)], ["1.50", "1.", ".5", "12"]);
});

Deno.test("a parameter without a column is encoded by what it is", () => {
  assertEquals(registry.encode(null), null);
  assertEquals(registry.encode(5), 5);
  assertEquals(registry.encode(5.5), 5.5);
  assertEquals(registry.encode(5n), 5n);
  assertEquals(registry.encode("a"), "a");
  assertEquals(registry.encode(true), true);
  assertEquals(registry.encode(new Date(0)), "1970-01-01T00:00:00.000Z");
  assertEquals(registry.encode({ a: 1 }), '{"a":1}');
  assertEquals(registry.encode([1]), "[1]");
  assertEquals(registry.encode(jsonNull), "null");
  assertEquals(registry.encode(Temporal.PlainDate.from("2024-01-31")), "2024-01-31");
  for (const value of [NaN, new Map(), Symbol("secret"), () => 1, /secret/, new (class Secret {})()]) {
    const error = assertThrows(() => registry.encode(value), TypeConversionError);
    assert(!error.message.includes("secret"), error.message);
  }
});

Deno.test("the converter with the higher priority is asked first, among equals the last one", () => {
  const texts = (priority: number, prefix: string) =>
    converterOf({
      kinds: ["string"],
      accepts: (value) => typeof value === "string",
      priority,
      toDatabase: (v) => prefix + v,
    });
  const own = new TypeRegistry(defaultConverters()).register(texts(1, "a:")).register(texts(5, "b:"));
  assertEquals(own.codec({ kind: "string" }).encode("x"), "b:x");
  own.register(texts(5, "c:")).register(texts(-1, "never:"));
  assertEquals(own.encode("x"), "c:x");
  assertEquals(own.codec({ kind: "string" }).encode("x"), "c:x", "codecs are compiled anew after register()");
});

Deno.test("a converter may be a class", () => {
  class Point {
    constructor(readonly x: number) {}
  }
  class PointConverter extends BaseTypeConverter {
    override readonly priority = 50;
    canHandle(value: unknown): boolean {
      return value instanceof Point;
    }
    override toDatabase(value: unknown): unknown {
      return `point ${(value as Point).x}`;
    }
  }
  const own = new TypeRegistry(defaultConverters()).register(new PointConverter());
  assertEquals([own.encode(new Point(3)), own.encode("a")], ["point 3", "a"]);
});

Deno.test("a field's own converter stands around the one of its type", () => {
  const type: LogicalType = {
    kind: "int",
    converter: { toDatabase: (value) => Number(value) * 100, fromDatabase: (value) => String(Number(value) / 100) },
  };
  assertEquals(registry.codec(type).encode("1.5"), 150);
  assertEquals(throughDatabase(type, "1.5"), "1.5");
});

Deno.test("describeValueType() names the type and never the value", () => {
  assertEquals(
    [null, undefined, "secret", 5, [], {}, new Date(), Object.create(null), Symbol("secret")].map(describeValueType),
    ["null", "undefined", "string", "number", "Array", "Object", "Date", "object", "symbol"],
  );
});

// ---- JSON

Deno.test("toJSONText() refuses what JSON would change", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  for (
    const value of [
      undefined,
      () => 1,
      Symbol("s"),
      1n,
      { n: 1n },
      NaN,
      { deep: [{ n: NaN }] },
      [Infinity],
      cycle,
    ]
  ) {
    assertThrows(() => toJSONText(value), TypeConversionError);
  }
  assertEquals(toJSONText({ a: null, b: "null", c: [null] }), '{"a":null,"b":"null","c":[null]}');
  assertEquals(toJSONText(jsonNull), "null");
});

Deno.test("parseJSONText() refuses integers that a number cannot hold, and only those", () => {
  for (
    const text of ["9007199254740993", "[12345678901234567890]", '{"a":-9007199254740993}', "[1,[9007199254740993]]"]
  ) {
    assertThrows(() => parseJSONText(text), TypeConversionError, "beyond 2^53-1");
  }
  for (
    const [text, value] of [
      ["9007199254740991", 9007199254740991],
      ['"12345678901234567890"', "12345678901234567890"],
      ['{"12345678901234567890":1}', { "12345678901234567890": 1 }],
      ['["a\\"12345678901234567890"]', ['a"12345678901234567890']],
      ["0.12345678901234567", 0.12345678901234567],
      ["-0.12345678901234567", -0.12345678901234567],
      ["1.5e300", 1.5e300],
      [JSON.stringify(2 ** 60), 2 ** 60],
      [JSON.stringify([1e20, -(2 ** 53)]), [1e20, -(2 ** 53)]],
    ] as const
  ) assertEquals<unknown>(parseJSONText(text), value);
  assertThrows(() => parseJSONText("{"), SyntaxError);
});

Deno.test("parseJSONText() reads every number that toJSONText() writes", () => {
  for (let i = 0; i < 2_000; i++) {
    const value = { n: [(Math.random() - 0.5) * 10 ** (i % 40 - 10)] };
    assertEquals(parseJSONText(toJSONText(value)), value);
  }
});

Deno.test("parseJSONText() keeps __proto__ as a key", () => {
  const value = parseJSONText('{"__proto__":{"admin":true}}') as Record<string, unknown>;
  assertEquals(Object.keys(value), ["__proto__"]);
  assertEquals((value as { admin?: boolean }).admin, undefined);
});

Deno.test("jsonEquals() compares by value, whatever the order of the keys", () => {
  for (
    const [left, right, expected] of [
      [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
      [[1, 2], [2, 1], false],
      [{}, [], false],
      [{ a: undefined }, { b: undefined }, false],
      [null, {}, false],
      [{ a: 1 }, { a: 1, b: 2 }, false],
      [{ toString: 1 }, { a: 1 }, false],
      ["a", "a", true],
    ] as const
  ) assertEquals(jsonEquals(left, right), expected, Deno.inspect([left, right]));
});

// ---- names of types

Deno.test("databaseTypeOf() takes VARCHAR for a text with a length", () => {
  const types: [LogicalType, DatabaseType][] = [
    [{ kind: "string" }, "TEXT"],
    [{ kind: "string", length: 5 }, "VARCHAR"],
    [{ kind: "int32" }, "INTEGER"],
    [{ kind: "bigint" }, "BIGINT"],
    [{ kind: "instant" }, "TIMESTAMP"],
    [{ kind: "json" }, "JSON"],
  ];
  for (const [type, expected] of types) assertEquals(databaseTypeOf(type), expected);
});

Deno.test("formatType() fills the template and leaves out what has no value", () => {
  const decimal = { sql: "DECIMAL({precision}, {scale})" };
  assertEquals(formatType(decimal, { kind: "decimal", precision: 10, scale: 2 }), "DECIMAL(10, 2)");
  assertEquals(formatType(decimal, { kind: "decimal", precision: 10 }), "DECIMAL(10)");
  assertEquals(formatType(decimal, { kind: "decimal" }), "DECIMAL");
  assertEquals(formatType({ sql: "DATETIME(6)" }, { kind: "date" }), "DATETIME(6)");
  assertEquals(formatType({ sql: "x", format: ({ kind }) => kind.toUpperCase() }, { kind: "int" }), "INT");
});
