import fc from "fast-check";
import { type Expression, fn, type Moment } from "../../../mod.ts";
import { texts } from "../rows.ts";
import { literals } from "./literals.ts";
import {
  column,
  type Condition,
  DEPTH,
  jsonOr,
  of1,
  of2,
  type Recipes,
  type Tie,
  type Value,
  with1,
} from "./recipes.ts";
import { type BuildScope, comparable, type PlainKind } from "./scope.ts";

/** An expression of a recipe that gives times. */
const time = (value: Value) => value as Expression<Moment>;

/** What can be done with values of every kind. */
export function choices(kind: PlainKind, tie: Tie): Recipes[] {
  const own = tie(kind);
  const literal = literals[kind];
  return [
    with1(own, literal, (a, value) => fn.coalesce(a, value as string)), // of the kind of the column
    of2(own, own, (a, b) => fn.coalesce(a, b)),
    of2(own, own, (a, b) => fn.nullif(a, b)),
    with1(own, literal, (a, value) => fn.nullif(a, value)),
    fc.tuple(tie("condition"), own, fc.option(own)).map(([when, then, otherwise]) => (scope: BuildScope) => {
      const choice = fn.case().when(when(scope) as Condition, then(scope)); // conditions are
      return otherwise === null ? choice.end() : choice.else(otherwise(scope));
    }),
    fc.tuple(tie("condition"), own, literal).map(([when, then, value]) => (scope: BuildScope) =>
      fn.case().when(when(scope) as Condition, value).else(then(scope)) // conditions are
    ),
    ...kind === "boolean" ? [] : [
      fc.tuple(own, own, fc.boolean()).map(([a, b, isGreatest]) => (scope: BuildScope) => {
        const [first, second] = [comparable(scope, kind, a(scope)), b(scope)];
        return isGreatest ? fn.greatest(first, second) : fn.least(first, second);
      }),
      with1(own, literal, (a, value, scope) => fn.least(comparable(scope, kind, a), value as string)), // of the kind
    ],
  ];
}

const factors = fc.integer({ min: -3, max: 3 });

/** Whole numbers. */
export function ints(tie: Tie): Recipes {
  const own = tie("int");
  return fc.oneof(
    DEPTH,
    column("int"),
    of2(own, own, (a, b) => a.plus(b)),
    of2(own, own, (a, b) => a.minus(b)),
    with1(own, literals.int, (a, value) => a.plus(value)),
    with1(own, factors, (a, factor) => a.times(factor)),
    of2(own, own, (a, b) => a.modulo(b)),
    with1(own, factors, (a, factor) => a.modulo(factor)),
    of2(own, own, (a, b) => fn.quotient(a, b)),
    of1(own, (a) => fn.abs(a)),
    of1(own, (a) => fn.floor(a)),
    with1(own, fc.nat(2), (a, digits) => fn.round(a, digits)),
    of1(fc.oneof(own, tie("number"), tie("decimal"), tie("bigint")), (a) => fn.sign(a)),
    of1(tie("text"), (a) => fn.length(a)),
    with1(tie("text"), texts.filter((text) => text !== ""), (a, part) => fn.position(a, part)),
    of1(fc.oneof(tie("number"), tie("decimal"), tie("boolean")), (a) => fn.cast(a, "int")),
    with1(
      tie("day"),
      fc.constantFrom("year", "quarter", "month", "week", "day", "dayOfWeek", "dayOfYear"),
      (a, part) => fn.datePart(part, time(a)),
    ),
    with1(
      tie("moment"),
      fc.constantFrom("year", "month", "day", "hour", "minute", "second"),
      (a, part) => fn.datePart(part, time(a)),
    ),
    jsonOr((info) => info.at("list").length()),
    tie("subquery"),
    ...choices("int", tie),
  );
}

/** Whole numbers of 64 bits. */
export function bigints(tie: Tie): Recipes {
  const own = tie("bigint");
  return fc.oneof(
    DEPTH,
    column("bigint"),
    of2(own, own, (a, b) => a.plus(b)),
    of2(own, own, (a, b) => a.minus(b)),
    of2(own, tie("int"), (a, b) => a.plus(b)),
    with1(own, fc.constantFrom(2n, -1n, 3n), (a, factor) => a.times(factor)),
    with1(own, fc.constantFrom(7n, 0n, 1000n), (a, divisor) => a.modulo(divisor)),
    of1(own, (a) => fn.abs(a)),
    of1(tie("int"), (a) => fn.cast(a, "bigint")),
    ...choices("bigint", tie),
  );
}

/** Decimals. */
export function decimals(tie: Tie): Recipes {
  const own = tie("decimal");
  return fc.oneof(
    DEPTH,
    column("decimal"),
    of2(own, own, (a, b) => a.plus(b)),
    of2(own, own, (a, b) => a.minus(b)),
    with1(own, literals.decimal, (a, value) => a.plus(value)),
    of2(own, column("decimal"), (a, b) => a.times(b)),
    of2(own, column("int"), (a, b) => a.times(b)),
    of2(column("decimal"), column("decimal"), (a, b) => a.modulo(b)),
    // Its digits are the database's own until they are rounded.
    of2(column("decimal"), column("decimal"), (a, b) => fn.round(a.dividedBy(b), 0)),
    of1(own, (a) => fn.abs(a)),
    with1(own, fc.nat(3), (a, digits) => fn.round(a, digits)),
    of1(own, (a) => fn.ceil(a)),
    of1(own, (a) => fn.floor(a)),
    of1(own, (a) => fn.trunc(a)),
    of1(fc.oneof(tie("int"), column("number")), (a) => fn.cast(a, "decimal")),
    ...choices("decimal", tie),
  );
}

/** Numbers. */
export function numbers(tie: Tie): Recipes {
  const own = tie("number");
  return fc.oneof(
    DEPTH,
    column("number"),
    of2(own, own, (a, b) => a.plus(b)),
    of2(own, own, (a, b) => a.minus(b)),
    of2(own, tie("int"), (a, b) => a.plus(b)),
    with1(own, fc.constantFrom(0.5, 2, -1.5), (a, factor) => a.times(factor)),
    of2(column("number"), column("number"), (a, b) => fn.round(a.dividedBy(b), 3)),
    of2(column("int"), column("int"), (a, b) => fn.round(a.dividedBy(b), 3)),
    of1(own, (a) => fn.abs(a)),
    with1(own, fc.nat(2), (a, digits) => fn.round(a, digits)),
    of1(own, (a) => fn.ceil(a)),
    of1(own, (a) => fn.floor(a)),
    of1(own, (a) => fn.trunc(a)),
    of1(column("int"), (a) => fn.round(fn.sqrt(a), 3)),
    with1(literals.int.map((base) => () => fn.power(base as number, 2)), fc.constant(0), (a) => a), // sizes are numbers
    of1(fc.oneof(tie("int"), column("decimal")), (a) => fn.cast(a, "number")),
    jsonOr((info) => fn.cast(info.at("count"), "number"), "number"),
    ...choices("number", tie),
  );
}

/** Texts. */
export function textRecipes(tie: Tie): Recipes {
  const own = tie("text");
  const counts = fc.nat(4);
  return fc.oneof(
    DEPTH,
    column("text"),
    of1(own, (a) => fn.lower(a)),
    of1(own, (a) => fn.upper(a)),
    of1(own, (a) => fn.trim(a)),
    of1(own, (a) => fn.trimStart(a)),
    of1(own, (a) => fn.trimEnd(a)),
    with1(
      own,
      fc.tuple(fc.integer({ min: 1, max: 4 }), counts),
      (a, [start, length]) => fn.substring(a, start, length),
    ),
    with1(own, fc.integer({ min: 1, max: 4 }), (a, start) => fn.substring(a, start)),
    with1(own, counts, (a, count) => fn.left(a, count)),
    with1(own, counts, (a, count) => fn.right(a, count)),
    with1(own, fc.tuple(texts.filter((text) => text !== ""), texts), (a, [part, by]) => fn.replace(a, part, by)),
    of2(own, own, (a, b) => fn.concat(a, b)),
    with1(own, texts, (a, text) => fn.concat(text, a)),
    with1(own, fc.nat(3), (a, count) => fn.repeat(a, count)),
    of1(own, (a) => fn.reverse(a)),
    with1(
      own,
      fc.tuple(fc.nat(6), fc.constantFrom(" ", "ab", "é")),
      (a, [length, fill]) => fn.padStart(a, length, fill),
    ),
    with1(own, fc.tuple(fc.nat(6), fc.constantFrom(" ", "ab", "é")), (a, [length, fill]) => fn.padEnd(a, length, fill)),
    of1(fc.oneof(tie("int"), tie("bigint"), tie("boolean"), column("number")), (a) => fn.cast(a, "string")),
    jsonOr((info) => fn.cast(info.at("word"), "string"), "text"),
    jsonOr((info) => fn.cast(info.at("deep", "word"), "string"), "text"),
    ...choices("text", tie),
  );
}

/** Days. */
export function daysOf(tie: Tie): Recipes {
  const own = tie("day");
  const units = fc.constantFrom("year", "quarter", "month", "week", "day");
  return fc.oneof(
    DEPTH,
    column("day"),
    with1(own, units, (a, unit) => fn.dateTrunc(unit, time(a))),
    with1(
      own,
      fc.tuple(fc.integer({ min: -40, max: 40 }), units),
      (a, [amount, unit]) => fn.dateAdd(time(a), amount, unit),
    ),
    ...choices("day", tie),
  );
}

/** Times. */
export function momentsOf(tie: Tie): Recipes {
  const own = tie("moment");
  const units = fc.constantFrom("year", "quarter", "month", "week", "day", "hour", "minute", "second");
  return fc.oneof(
    DEPTH,
    column("moment"),
    with1(own, units, (a, unit) => fn.dateTrunc(unit, time(a))),
    with1(
      own,
      fc.tuple(fc.integer({ min: -40, max: 40 }), units),
      (a, [amount, unit]) => fn.dateAdd(time(a), amount, unit),
    ),
    ...choices("moment", tie),
  );
}
