import { allOf, anyOf, type ExpressionNode } from "../ast/expression.ts";
import type { OrderItem, SelectItem } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { isSameColumn, type QueryState, uniqueOrder } from "./query_state.ts";
import type { SourceColumn } from "./source.ts";

/** One term of an order, as far as a place in the order needs it. */
export interface KeysetTerm {
  /** The term. */
  readonly item: OrderItem;
  /** Whether its values can be NULL. */
  readonly nullable: boolean;
  /** Where NULLs come, whatever the term says of it. */
  readonly nulls: "first" | "last";
  /** Position of its value in a row of the query. */
  readonly position: number;
}

/** The order of a query made unique, and the columns that say where in it a row is. */
export interface Keyset {
  /** The terms. */
  readonly terms: readonly KeysetTerm[];
  /** Columns of the query, those that only the order needs at the end. */
  readonly columns: readonly SelectItem[];
}

/** How the order of a query is followed from row to row. */
export function keysetOf(state: QueryState, items: readonly SelectItem[], backend: StorageBackend): Keyset {
  refuseKeyless(state);
  const columns = [...items];
  const terms = uniqueOrder(state, "cursor").map((item): KeysetTerm => {
    const { expression, descending } = item;
    const column = columnOf(state, expression);
    if (column?.hidden === true) {
      throw new QueryBuildError(`${column.label} is hidden: a cursor would show its values, leave it out of orderBy`);
    }
    let position = columns.findIndex((selected) => isSameColumn(selected.expression, expression));
    if (position < 0) position = columns.push({ expression, alias: `cursor_${columns.length}` }) - 1;
    const isLow = backend.sortsNulls === "low";
    return {
      item,
      nullable: column?.nullable ?? true,
      nulls: item.nulls ?? (isLow === descending ? "last" : "first"),
      position,
    };
  });
  return { terms, columns };
}

/** The terms of an order by primary key, whose columns are among those of a row. */
export function keyTerms(order: readonly OrderItem[], columns: readonly SelectItem[]): KeysetTerm[] {
  return order.map((item): KeysetTerm => ({
    item,
    nullable: false,
    nulls: "last",
    position: columns.findIndex(({ expression }) => isSameColumn(expression, item.expression)),
  }));
}

/** Each table must have a key, since a row is known by its own and by those of its partners. */
function refuseKeyless({ meta, source, joined }: QueryState): void {
  const keyless = [source, ...joined.values()].find(({ primaryKey }) => primaryKey.length === 0);
  if (keyless === undefined) return;
  throw new QueryBuildError(
    keyless === source
      ? `cursor() of ${source.model} needs a primary key: without one its rows have no place of their own`
      : `cursor() of ${meta.model} needs a primary key of ${keyless.model}, which it joins: use whereHas() or paginate()`,
  );
}

/** What is known of a column in the order, which a join may leave without a value. */
function columnOf({ source, joined, joins }: QueryState, node: ExpressionNode): SourceColumn | undefined {
  const columns = [source, ...joined.values()].flatMap((one) => one.columns);
  const found = columns.find((column) => isSameColumn(column.node, node));
  return found === undefined || joins.length === 0 ? found : { ...found, nullable: true };
}

/** The same order from its other end. */
export function turned(terms: readonly KeysetTerm[]): KeysetTerm[] {
  return terms.map(({ item, nullable, nulls, position }) => ({
    item: {
      expression: item.expression,
      descending: !item.descending,
      nulls: item.nulls === undefined ? undefined : item.nulls === "first" ? "last" : "first",
    },
    nullable,
    nulls: nulls === "first" ? "last" : "first",
    position,
  }));
}

function typeOf(node: ExpressionNode): LogicalType | undefined {
  return "type" in node ? node.type : undefined;
}

/** A value of the driver beside an expression: by its type where that changes nothing, else as it is. */
function valueNode(node: ExpressionNode, raw: unknown, backend: StorageBackend): ExpressionNode {
  const type = typeOf(node);
  if (type === undefined) return { kind: "value", value: raw };
  const { encode, decode } = backend.types.codec(type);
  const value = decode === null ? raw : decode(raw);
  // A Date has milliseconds where the database may have microseconds: the row itself would come again.
  return encode(value) === raw ? { kind: "value", value, type } : { kind: "value", value: raw };
}

/** The condition that a row comes after the one with the given values, in the order of the terms. */
export function afterCondition(
  terms: readonly KeysetTerm[],
  values: readonly unknown[],
  backend: StorageBackend,
): ExpressionNode {
  const isNull = (node: ExpressionNode, negated: boolean): ExpressionNode => ({
    kind: "nullTest",
    operand: node,
    negated,
  });
  const compare = (i: number, operator: "=" | ">" | "<" | ">=" | "<="): ExpressionNode => {
    const { expression } = terms[i]!.item;
    return { kind: "comparison", operator, left: expression, right: valueNode(expression, values[i], backend) };
  };
  const equal = (i: number) => values[i] === null ? isNull(terms[i]!.item.expression, false) : compare(i, "=");
  const mayFollow = (i: number) => terms[i]!.nullable && terms[i]!.nulls === "last";
  const beyond = (i: number): ExpressionNode | null => {
    const { item, nulls } = terms[i]!;
    if (values[i] === null) return nulls === "first" ? isNull(item.expression, true) : null;
    const greater = compare(i, item.descending ? "<" : ">");
    return mayFollow(i) ? anyOf([greater, isNull(item.expression, false)]) : greater;
  };
  const branches: ExpressionNode[] = [];
  for (let i = 0; i < terms.length; i++) {
    const further = beyond(i);
    if (further === null) continue;
    branches.push(allOf([...terms.slice(0, i).map((_, before) => equal(before)), further])!);
  }
  const chain: ExpressionNode = branches.length === 1
    ? branches[0]!
    : { kind: "logic", operator: "or", operands: branches };
  // Says nothing new, but a database can look for it in an index, which it cannot for a chain of ORs.
  const range = terms.length > 1 && values[0] !== null && !mayFollow(0)
    ? compare(0, terms[0]!.item.descending ? "<=" : ">=")
    : null;
  return allOf([range, chain])!;
}
