import fc from "fast-check";

/** A row of either table, as it is inserted. */
export interface Row {
  readonly id: number;
  readonly parentId: number | null;
  readonly tiny: number | null;
  readonly size: number | null;
  readonly big: bigint | null;
  readonly price: string | null;
  readonly weight: number | null;
  readonly name: string | null;
  readonly title: string | null;
  readonly flag: boolean | null;
  readonly born: Temporal.PlainDate | null;
  readonly seen: Date | null;
  readonly info: Info | null;
}

type Info = {
  count?: number | null;
  word?: string | null;
  on?: boolean | null;
  list?: number[];
  deep?: { word?: string; count?: number };
};

/** The rows of both tables. */
export interface Tables {
  readonly items: readonly Row[];
  readonly notes: readonly Row[];
}

/** Characters that some database takes for something else somewhere. */
const CHARACTERS = ["a", "b", "A", "B", "é", "É", " ", "%", "_", "\\", "'", '"', "!", "*", "[", "?", "0", "z", "😀"];

/** Short texts, so that some are equal, some begin alike, and some are empty. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("", "a", "ab", "aB", "AB", "b", "a ", " a", "é", "É", "a%b", "10", "9") },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 5 }).map((parts) => parts.join("")) },
);

/** Small whole numbers. */
export const sizes: fc.Arbitrary<number> = fc.integer({ min: -12, max: 12 });

/** Whole numbers of 32 bits, its ends among them. */
export const tinies: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(2_147_483_647, -2_147_483_648, 65_536, 1_000_000_007),
);

/** Whole numbers of which some are beyond 2^53; a few thousand of them can be added without leaving 64 bits. */
export const bigs: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -5n, max: 5n }),
  fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 53n - 1n, 10_000_000_000_000_001n),
);

/** Prices of few digits, so that some are equal. */
export const prices: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("0.00", "0.10", "0.20", "0.30", "1.00", "1.05", "-1.05", "9.99", "10.00", "-0.01", "2.50", "999.99"),
  fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2).replace(/^-0\.00$/, "0.00")),
);

/** Numbers that doubles hold exactly, as they do their sums and products. */
export const weights: fc.Arbitrary<number> = fc.integer({ min: -40, max: 40 }).map((eighths) => eighths / 8);

/** Days. */
export const days: fc.Arbitrary<Temporal.PlainDate> = fc.oneof(
  fc.constantFrom("2024-02-29", "2023-12-31", "2024-01-01", "2000-01-01", "1999-12-31").map((text) =>
    Temporal.PlainDate.from(text)
  ),
  fc.integer({ min: 0, max: 20_000 }).map((day) => Temporal.PlainDate.from("1970-01-01").add({ days: day })),
);

/** Times, to the millisecond. */
export const moments: fc.Arbitrary<Date> = fc.oneof(
  fc.constantFrom("2024-02-29T23:59:59.999Z", "2024-03-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z").map((text) =>
    new Date(text)
  ),
  fc.integer({ min: 0, max: 1_700_000_000 }).map((seconds) => new Date(seconds * 1000)),
);

const infos: fc.Arbitrary<Info> = fc.record({
  count: fc.oneof(fc.constantFrom(0, 1, 2, 10, -1, 1.5, 5), fc.constant(null)),
  word: fc.oneof(texts, fc.constant(null)),
  on: fc.oneof(fc.boolean(), fc.constant(null)),
  list: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  deep: fc.record({ word: texts, count: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: [] }),
}, { requiredKeys: [] });

function maybe<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(values, { freq: 4 });
}

/** Rows with the keys from 1 on; those they point to may not be there. */
const rows: fc.Arbitrary<readonly Row[]> = fc.array(
  fc.record({
    parentId: maybe(fc.integer({ min: 1, max: 8 })),
    tiny: maybe(tinies),
    size: maybe(sizes),
    big: maybe(bigs),
    price: maybe(prices),
    weight: maybe(weights),
    name: maybe(texts),
    title: maybe(texts),
    flag: maybe(fc.boolean()),
    born: maybe(days),
    seen: maybe(moments),
    info: maybe(infos),
  }),
  { maxLength: 8, size: "max" },
).map((list) => list.map((row, i) => ({ id: i + 1, ...row })));

/** Both tables, small or empty. */
export const tables: fc.Arbitrary<Tables> = fc.record({ items: rows, notes: rows });
