import fc from "fast-check";
import { alias, all, any, exists, type Expression, fn, notExists, tuple } from "../../../mod.ts";
import { texts } from "../rows.ts";
import { literals } from "./literals.ts";
import {
  column,
  type Condition,
  DEPTH,
  type JSONInfo,
  of1,
  of2,
  type Recipes,
  type Tie,
  type Value,
  with1,
} from "./recipes.ts";
import { type BuildScope, columnOf, columnsOf, comparable, type Kind, PLAIN_KINDS, type PlainKind } from "./scope.ts";

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
  readonly kind: PlainKind;
  readonly at: number;
  readonly column: (kind: Kind) => Value;
}

/** Single values of other tables. */
export function subqueries(tie: Tie): Recipes {
  return fc.oneof(
    onOther(tie, ({ rows }) => rows.select({ value: fn.count() }).scalar(), { isTotal: true }),
    onOther(tie, ({ rows, column }) => rows.select({ value: fn.max(column("int")) }).scalar(), { isTotal: true }),
  );
}

const OPERATORS = ["eq", "ne", "gt", "gte", "lt", "lte"] as const;

/** Comparisons of values of one kind. */
function comparisons(kind: PlainKind, tie: Tie): Recipes[] {
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

/** Conditions of any form. */
export function conditions(tie: Tie): Recipes {
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
