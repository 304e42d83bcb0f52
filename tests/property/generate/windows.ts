import fc from "fast-check";
import { type Expression, fn, type FrameEnd, type FrameSpec } from "../../../mod.ts";
import { anyRows, type Built, type Queries } from "./built.ts";
import { values } from "./expressions.ts";
import type { ReadRecipe } from "./reads.ts";
import { type BuildScope, columnOf, type Kind } from "./scope.ts";
import { filtered, kindsOf, orderOf, orders, wheres } from "./selections.ts";

const starts: readonly FrameEnd[] = ["unboundedPreceding", "currentRow", { preceding: 1 }, { preceding: 2 }];
const ends: readonly FrameEnd[] = ["currentRow", "unboundedFollowing", { following: 1 }];

const frames: fc.Arbitrary<FrameSpec> = fc.record({
  unit: fc.constantFrom("rows" as const, "range" as const),
  start: fc.constantFrom(...starts),
  end: fc.constantFrom(...ends),
}).map(({ unit, start, end }) =>
  unit === "rows" ? { unit, start, end } : {
    unit,
    start: typeof start === "string" ? start : "unboundedPreceding",
    end: typeof end === "string" ? end : "currentRow",
  }
);

const WINDOW_FUNCTIONS: readonly {
  readonly kind: Kind;
  /** Whether rows that are equal in the order would have different values. */
  readonly needsKey: boolean;
  readonly make: (
    scope: BuildScope,
    at: number,
  ) => { over(window: Parameters<ReturnType<typeof fn.rowNumber>["over"]>[0]): Expression<unknown> };
}[] = [
  { kind: "int", needsKey: true, make: () => fn.rowNumber() },
  { kind: "int", needsKey: false, make: () => fn.rank() },
  { kind: "int", needsKey: false, make: () => fn.denseRank() },
  { kind: "number", needsKey: false, make: () => fn.percentRank() },
  { kind: "number", needsKey: false, make: () => fn.cumeDist() },
  { kind: "int", needsKey: true, make: (_, at) => fn.ntile(at + 1) },
  { kind: "int", needsKey: true, make: (scope, at) => fn.lag(columnOf(scope, "int", at), at) },
  { kind: "decimal", needsKey: true, make: (scope, at) => fn.lead(columnOf(scope, "decimal", at), 1, "7.25") },
  { kind: "day", needsKey: true, make: (scope, at) => fn.lead(columnOf(scope, "day", at)) },
  { kind: "text", needsKey: true, make: (scope, at) => fn.firstValue(columnOf(scope, "text", at)) },
  { kind: "bigint", needsKey: true, make: (scope, at) => fn.lastValue(columnOf(scope, "bigint", at)) },
  { kind: "moment", needsKey: true, make: (scope, at) => fn.nthValue(columnOf(scope, "moment", at), 2) },
  { kind: "int", needsKey: true, make: (scope, at) => fn.sum(columnOf(scope, "int", at)) },
  { kind: "decimal", needsKey: true, make: (scope, at) => fn.sum(columnOf(scope, "decimal", at)) },
  { kind: "number", needsKey: true, make: (scope, at) => fn.sum(columnOf(scope, "number", at)) },
  { kind: "int", needsKey: true, make: (scope, at) => fn.count(columnOf(scope, "text", at)) },
  { kind: "int", needsKey: true, make: () => fn.count() },
  { kind: "decimal", needsKey: true, make: (scope, at) => fn.max(columnOf(scope, "decimal", at)) },
  { kind: "day", needsKey: true, make: (scope, at) => fn.min(columnOf(scope, "day", at)) },
];

/** Rows with functions over the rows around them. */
export function windowed(read: fc.Arbitrary<ReadRecipe>): Queries {
  const windowItems = fc.record({
    which: fc.constantFrom(...WINDOW_FUNCTIONS),
    at: fc.nat(3),
    partition: fc.option(fc.constantFrom("int", "boolean", "text", "decimal").chain((kind) => values[kind])),
    order: fc.array(orders, { maxLength: 2 }),
    frame: fc.option(frames),
  });
  return fc.record({ read, where: wheres, list: fc.array(windowItems, { minLength: 1, maxLength: 2 }) })
    .map(({ read, where, list }) => (scope: BuildScope): Built => {
      const from = read(scope);
      const made = list.filter(({ which }) => !which.needsKey || from.keys !== null).map((item) => {
        const { which, at, partition, order, frame } = item;
        const keys = which.needsKey ? from.keys ?? [] : [];
        const terms = orderOf(from.scope, order, keys);
        const expression = which.make(from.scope, at).over({
          ...partition === null ? {} : { partitionBy: partition(from.scope) },
          ...terms.length === 0 ? {} : { orderBy: terms },
          ...frame === null || terms.length === 0 ? {} : { frame },
        });
        return { kind: which.kind, expression };
      });
      const list2 = [{ kind: "int" as const, expression: columnOf(from.scope, "int", 0) }, ...made];
      const selection = Object.fromEntries(list2.map(({ expression }, i) => [`v${i}`, expression]));
      return { query: anyRows(filtered(from, where).select(selection)), outputs: kindsOf(list2), isOrdered: false };
    });
}
