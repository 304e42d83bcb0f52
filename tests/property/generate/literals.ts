import fc from "fast-check";
import { bigs, days, moments, prices, sizes, texts, weights } from "../rows.ts";
import type { PlainKind } from "./scope.ts";

/** Values of the application to compare columns with, by kind. */
export const literals: Readonly<Record<PlainKind, fc.Arbitrary<NonNullable<unknown>>>> = {
  int: sizes,
  bigint: bigs,
  decimal: prices,
  number: weights,
  text: texts,
  boolean: fc.boolean(),
  day: days,
  moment: moments,
};
