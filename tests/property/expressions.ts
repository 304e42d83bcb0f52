import fc from "fast-check";
import { alias, all, any, exists, type Expression, fn, type Moment, notExists, type Truth, tuple } from "../../mod.ts";
import { literals } from "./literals.ts";
import { texts } from "./rows.ts";
import { type BuildScope, columnOf, columnsOf, comparable, type Kind, PLAIN_KINDS, type Recipe } from "./scope.ts";

type Plain = Exclude<Kind, "json">;
type Recipes = fc.Arbitrary<Recipe>;
type Value = Expression<unknown>;
type Condition = Expression<Truth>;
/** An expression of a recipe that gives times. */
const time = (value: Value) => value as Expression<Moment>;

/** All recipes, which are made of each other. */
type Tied = {
  readonly int: Recipe;
  readonly bigint: Recipe;
  readonly decimal: Recipe;
  readonly number: Recipe;
  readonly text: Recipe;
  readonly boolean: Recipe;
  readonly day: Recipe;
  readonly moment: Recipe;
  readonly condition: Recipe;
  readonly subquery: Recipe;
  readonly json: Recipe;
};

type Tie = fc.LetrecTypedTie<Tied>;

const DEPTH = { depthSize: "small", withCrossShrink: true, depthIdentifier: "expression" } as const;

/** Any column of a kind. */
export function column(kind: Kind): Recipes {
  return fc.nat(7).map((at) => (scope: BuildScope) => columnOf(scope, kind, at));
}

function of1(a: Recipes, make: (a: Value, scope: BuildScope) => Value): Recipes {
  return a.map((first) => (scope: BuildScope) => make(first(scope), scope));
}

function of2(a: Recipes, b: Recipes, make: (a: Value, b: Value, scope: BuildScope) => Value): Recipes {
  return fc.tuple(a, b).map(([first, second]) => (scope: BuildScope) => make(first(scope), second(scope), scope));
}

function with1<T>(
  a: Recipes,
  values: fc.Arbitrary<T>,
  make: (a: Value, value: T, scope: BuildScope) => Value,
): Recipes {
  return fc.tuple(a, values).map(([first, value]) => (scope: BuildScope) => make(first(scope), value, scope));
}

/** What can be done with values of every kind. */
function choices(kind: Plain, tie: Tie): Recipes[] {
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

function ints(tie: Tie): Recipes {
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
    jsonOr(tie, (info) => info.at("list").length()),
    tie("subquery"),
    ...choices("int", tie),
  );
}

function bigints(tie: Tie): Recipes {
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

function decimals(tie: Tie): Recipes {
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

function numbers(tie: Tie): Recipes {
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
    jsonOr(tie, (info) => fn.cast(info.at("count"), "number"), "number"),
    ...choices("number", tie),
  );
}

function textRecipes(tie: Tie): Recipes {
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
    jsonOr(tie, (info) => fn.cast(info.at("word"), "string"), "text"),
    jsonOr(tie, (info) => fn.cast(info.at("deep", "word"), "string"), "text"),
    ...choices("text", tie),
  );
}

function daysOf(tie: Tie): Recipes {
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

function momentsOf(tie: Tie): Recipes {
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

/** Something of a JSON column; where there is none, a column of a kind. */
function jsonOr(_tie: Tie, make: (info: Expression<JSONInfo>) => Value, kind: Plain = "int"): Recipes {
  return fc.nat(3).map((at) => (scope: BuildScope) => {
    if (!scope.columns.some((candidate) => candidate.kind === "json")) return columnOf(scope, kind, at);
    return make(columnOf(scope, "json", at) as Expression<JSONInfo>); // JSON columns hold nothing else
  });
}

type JSONInfo = {
  count?: number | null;
  word?: string | null;
  on?: boolean | null;
  list?: number[];
  deep?: { word?: string; count?: number };
};

const JSON_CONDITIONS: readonly ((info: Expression<JSONInfo>, number: number, text: string) => Value)[] = [
  (info, number) => info.at("count").eq(number),
  (info, number) => info.at("count").ne(number),
  (info, number) => info.at("count").gt(number),
  (info, number) => info.at("count").lte(number),
  (info, number) => info.at("count").in([number, 1.5]),
  (info, number) => info.at("count").notIn([number, 1]),
  (info) => info.at("count").isNull(),
  (info, _, text) => info.at("word").eq(text),
  (info, _, text) => info.at("word").ne(text),
  (info, _, text) => info.at("word").startsWith(text),
  (info, _, text) => info.at("deep", "word").eq(text),
  (info) => info.at("on").eq(true),
  (info) => info.at("on").ne(false),
  (info) => info.at("on").isNotNull(),
  (info) => info.hasKey("word"),
  (info) => info.hasKey("deep"),
  (info) => info.at("deep").hasKey("count"),
  (info, number) => info.at("list").contains(number),
  (info, number) => info.at("list", 0).eq(number),
  (info, number) => info.at("list").length().gte(number),
  (info, number) => info.at("list").eq([number]),
  (info, number) => info.at("deep").eq({ count: number }),
  (info, number, word) => info.at("deep").eq({ count: number, word }),
  (info) => info.isNull(),
];

/** Another table under a name of its own, whose rows may depend on those around it. */
function inner(scope: BuildScope, isNote: boolean) {
  const name = scope.name();
  // Both have the same columns.
  const table = alias((isNote ? scope.models.Note : scope.models.Item) as typeof scope.models.Item, name);
  const outer = scope.keys ?? scope.columns;
  const own = columnsOf(table, name);
  // Two levels below a group MariaDB no longer finds its columns, and MySQL 9 crashes.
  const keys = scope.keys === null ? null : own;
  return { table, scope: { ...scope, keys, columns: [...own, ...outer] } };
}

/** A condition on another table; where there are groups, on the group itself. */
function onOther(tie: Tie, make: (parts: Other) => Value, { isTotal = false } = {}): Recipes {
  return fc.record({
    isNote: fc.boolean(),
    where: tie("condition"),
    isLinked: fc.boolean(),
    at: fc.nat(7),
    kind: fc.constantFrom(...PLAIN_KINDS),
  }).map(({ isNote, where, isLinked, at, kind }) => (scope: BuildScope) => {
    const { table, scope: within } = inner(scope, isNote);
    const outer = columnOf({ ...within, columns: within.columns.toReversed() }, "int", at);
    // MariaDB refuses a query in an aggregate that counts rows which a further query depends on.
    const condition = where(isTotal ? { ...within, keys: [] } : within) as Condition; // conditions are
    const rows = table.query().where(
      isLinked ? table.c.parentId.eq(outer as Expression<number>).and(condition) : condition,
    );
    return make({ rows, scope, kind, at, column: (wanted: Kind) => columnOf(within, wanted, at % 2) });
  });
}

interface Other {
  readonly rows: ReturnType<ReturnType<typeof alias<BuildScope["models"]["Item"]>>["query"]>;
  readonly scope: BuildScope;
  readonly kind: Plain;
  readonly at: number;
  readonly column: (kind: Kind) => Value;
}

function subqueries(tie: Tie): Recipes {
  return fc.oneof(
    onOther(tie, ({ rows }) => rows.select({ value: fn.count() }).scalar(), { isTotal: true }),
    onOther(tie, ({ rows, column }) => rows.select({ value: fn.max(column("int")) }).scalar(), { isTotal: true }),
  );
}

const OPERATORS = ["eq", "ne", "gt", "gte", "lt", "lte"] as const;

/** Comparisons of values of one kind. */
function comparisons(kind: Plain, tie: Tie): Recipes[] {
  const own = tie(kind);
  const literal = literals[kind];
  const operators = kind === "boolean" ? fc.constantFrom("eq", "ne") : fc.constantFrom(...OPERATORS);
  return [
    fc.tuple(own, own, operators).map(([a, b, operator]) => (scope: BuildScope) =>
      comparable(scope, kind, a(scope))[operator](b(scope))
    ),
    fc.tuple(own, literal, operators).map(([a, value, operator]) => (scope: BuildScope) =>
      comparable(scope, kind, a(scope))[operator](value)
    ),
    with1(own, fc.tuple(literal, literal), (a, [low, high], scope) => comparable(scope, kind, a).between(low, high)),
    with1(own, fc.array(literal, { maxLength: 4 }), (a, values) => a.in(values)),
    with1(own, fc.array(literal, { maxLength: 4 }), (a, values) => a.notIn(values)),
    of1(own, (a) => a.isNull()),
    of1(own, (a) => a.isNotNull()),
    of2(own, own, (a, b) => a.isDistinctFrom(b)),
    with1(own, literal, (a, value) => a.isNotDistinctFrom(value)),
  ];
}

const PATTERNS = ["like", "ilike", "contains", "icontains", "startsWith", "endsWith"] as const;

function conditions(tie: Tie): Recipes {
  const own = tie("condition");
  const both = (a: Value, b: Value) => [a as Condition, b as Condition] as const; // conditions are
  return fc.oneof(
    DEPTH,
    fc.oneof(...PLAIN_KINDS.flatMap((kind) => comparisons(kind, tie))),
    fc.tuple(
      tie("text"),
      fc.oneof(texts, fc.constantFrom("a%", "%b", "_", "a\\%%", "%é%")),
      fc.constantFrom(...PATTERNS),
    )
      .map(([a, pattern, match]) => (scope: BuildScope) => a(scope)[match](pattern)),
    column("boolean"),
    of2(own, own, (a, b) => {
      const [left, right] = both(a, b);
      return left.and(right);
    }),
    of2(own, own, (a, b) => {
      const [left, right] = both(a, b);
      return left.or(right);
    }),
    of1(own, (a) => (a as Condition).not()), // conditions are
    of2(own, own, (a, b) => a.eq(b)),
    of2(tie("int"), tie("number"), (a, b) => a.lt(b)),
    of2(tie("int"), tie("bigint"), (a, b) => a.gte(b)),
    of2(tie("int"), tie("decimal"), (a, b) => a.gt(b)),
    onOther(tie, ({ rows }) => exists(rows)),
    onOther(tie, ({ rows }) => notExists(rows)),
    onOther(
      tie,
      ({ rows, scope, kind, at, column }) => columnOf(scope, kind, at).in(rows.select({ value: column(kind) })),
    ),
    onOther(
      tie,
      ({ rows, scope, kind, at, column }) => columnOf(scope, kind, at).notIn(rows.select({ value: column(kind) })),
    ),
    onOther(
      tie,
      ({ rows, scope, at, column }) => columnOf(scope, "int", at).gt(any(rows.select({ value: column("int") }))),
    ),
    onOther(
      tie,
      ({ rows, scope, at, column }) =>
        columnOf(scope, "decimal", at).lte(all(rows.select({ value: column("decimal") }))),
    ),
    fc.tuple(tie("int"), tie("text"), fc.array(fc.tuple(literals.int, literals.text), { minLength: 1, maxLength: 3 }))
      .map(([a, b, rows]) => (scope: BuildScope) => tuple(a(scope), b(scope)).in(rows)),
    onOther(tie, ({ rows, scope, at, column }) =>
      tuple(columnOf(scope, "int", at), columnOf(scope, "decimal", at))
        .in(rows.select({ a: column("int"), b: column("decimal") }))),
    fc.tuple(tie("int"), tie("decimal"), literals.int, literals.decimal, fc.constantFrom(...OPERATORS))
      .map(([a, b, size, price, operator]) => (scope: BuildScope) =>
        tuple(a(scope), b(scope))[operator]([size, price])
      ),
    fc.tuple(fc.constantFrom(...JSON_CONDITIONS), fc.integer({ min: 0, max: 3 }), texts, fc.nat(3))
      .map(([make, number, text, at]) => (scope: BuildScope) =>
        scope.columns.some((candidate) => candidate.kind === "json")
          ? make(columnOf(scope, "json", at) as Expression<JSONInfo>, number, text) // JSON columns hold nothing else
          : columnOf(scope, "int", at).eq(number)
      ),
  );
}

const recipes = fc.letrec<Tied>((tie) => ({
  int: ints(tie),
  bigint: bigints(tie),
  decimal: decimals(tie),
  number: numbers(tie),
  text: textRecipes(tie),
  boolean: fc.oneof(DEPTH, column("boolean"), tie("condition"), ...choices("boolean", tie)),
  day: daysOf(tie),
  moment: momentsOf(tie),
  condition: conditions(tie),
  subquery: subqueries(tie),
  json: column("json"),
}));

/** Expressions by the kind of their values. */
export const values: Readonly<Record<Kind, Recipes>> = recipes;

/** Conditions. */
export const condition: fc.Arbitrary<(scope: BuildScope) => Condition> = recipes.condition.map(
  (recipe) => (scope: BuildScope) => recipe(scope) as Condition, // conditions are
);
