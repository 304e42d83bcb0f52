import fc from "fast-check";
import { bigs, days, moments, prices, sizes, texts, weights } from "./rows.ts";
import type { Kind } from "./scope.ts";

/** Values of the application to compare columns with, by kind. */
export const literals: Readonly<Record<Exclude<Kind, "json">, fc.Arbitrary<NonNullable<unknown>>>> = {
  int: sizes,
  bigint: bigs,
  decimal: prices,
  number: weights,
  text: texts,
  boolean: fc.boolean(),
  day: days,
  moment: moments,
};
