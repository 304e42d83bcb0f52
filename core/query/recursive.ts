import type { ExpressionNode } from "../ast/expression.ts";
import type { CommonTableNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { shownName } from "../types/shown_name.ts";
import {
  chained,
  checkCommonTableName,
  checkMaterialized,
  CommonTable,
  type CommonTableOptions,
  hoisted,
  type TableQuery,
} from "./common_table.ts";
import { checkedOptions } from "./options.ts";
import { checkCount } from "./query_state.ts";
import type { RowOperand, SameColumns, SetOperation } from "./compound.ts";
import type { RowItem } from "./row_items.ts";
import type { OutputColumn, QuerySource } from "./source.ts";

/** What can be said of a query that refers to itself. */
export interface RecursiveOptions<R> extends CommonTableOptions {
  /** Rows further from the start are left out; the rows of the start have depth 1. Adds the column `depth`. */
  readonly maxDepth?: number;
  /**
   * The field that tells rows apart: a row that is on the way to itself is left out, so that a circle ends. Adds the column
   * `path` with the values on the way, each between slashes.
   */
  readonly cycle?: keyof R & string;
  /** Whether equal rows are given once. @default {false} */
  readonly distinct?: boolean;
}

/** The rows of a query that refers to itself, with the columns that its options add. */
export type RecursiveRow<R, O> =
  & R
  & (O extends { readonly maxDepth: number } ? { readonly depth: number } : unknown)
  & (O extends { readonly cycle: string } ? { readonly path: string } : unknown);

const INT: LogicalType = { kind: "int" };
const STRING: LogicalType = { kind: "string" };
/** A text with room for the way to any row. */
const WAY: LogicalType = { kind: "string", length: 10_000 };

const text = (value: string): ExpressionNode => ({ kind: "value", value, type: STRING });
const concat = (...args: ExpressionNode[]): ExpressionNode => ({
  kind: "function",
  name: "concat",
  args,
  type: STRING,
});
const replace = (operand: ExpressionNode, from: string, to: string): ExpressionNode => ({
  kind: "function",
  name: "replace",
  args: [operand, text(from), text(to)],
  type: STRING,
});

/** A value as a step of a path, so that no other value can look like it. */
function stepOf({ expression }: RowItem): ExpressionNode {
  const value: ExpressionNode = { kind: "cast", operand: expression, type: STRING };
  return concat(replace(replace(value, "~", "~0"), "/", "~1"), text("/"));
}

/** A further column, and the condition that goes with it. */
export interface Extra {
  /** The column. */
  readonly item: RowItem;
  /** Condition of the rows; null for none. */
  readonly condition: ExpressionNode | null;
}

/** A query that can be the start or the step of a recursive one: one with `select()`. */
export interface RecursivePart<R> extends RowOperand<R> {
  /** @internal */
  extended(extras: (item: (key: string) => RowItem) => readonly Extra[]): TableQuery<unknown>;
  /** @internal */
  placeOf(name: string): QuerySource | null;
  /** @internal */
  ordered(columns: readonly OutputColumn[], operation: SetOperation): RecursivePart<unknown>;
}

/** Refuses what is no query of plain rows. */
function expectPart(name: string, place: "first" | "second", part: unknown): void {
  if (typeof part === "object" && part !== null && "extended" in part) return;
  throw new QueryBuildError(`The ${place} query of the CTE ${JSON.stringify(name)} must be a query with select()`);
}

/** The depth of a row: of the start without `self`, else one more than that of the row before. */
function depthOf(self: QuerySource | null, maxDepth: number): Extra {
  if (self === null) {
    return { item: itemOf("depth", { kind: "value", value: 1, type: INT }, INT), condition: null };
  }
  const { node } = self.column("depth", "recursiveCte");
  return {
    item: itemOf("depth", {
      kind: "arithmetic",
      operator: "+",
      left: node,
      right: { kind: "value", value: 1, type: INT },
      type: INT,
    }, INT),
    condition: {
      kind: "comparison",
      operator: "<",
      left: node,
      right: { kind: "value", value: maxDepth, type: INT },
    },
  };
}

/** The way to a row. */
function pathOf(self: QuerySource | null, key: RowItem): Extra {
  const step = stepOf(key);
  if (self === null) {
    // Some databases give the whole column the width of its first values.
    return {
      item: itemOf("path", { kind: "cast", operand: concat(text("/"), step), type: WAY }, STRING),
      condition: null,
    };
  }
  const { node } = self.column("path", "recursiveCte");
  return {
    item: itemOf("path", concat(node, step), STRING),
    condition: {
      kind: "comparison",
      operator: "=",
      left: { kind: "function", name: "position", args: [node, concat(text("/"), step)], type: INT },
      right: { kind: "value", value: 0, type: INT },
    },
  };
}

function itemOf(key: string, expression: ExpressionNode, type: LogicalType): RowItem {
  return { key, expression, type, empty: null };
}

function output(name: string, type: LogicalType): OutputColumn {
  return { field: name, name, type, empty: null };
}

/**
 * A query with a name that refers to itself (`WITH RECURSIVE`): the rows of `start`, and again and again what `step` makes of
 * the rows that were found last.
 *
 * @example
 * ```ts ignore
 * const tree = recursiveCte(
 *   "tree",
 *   Category.where({ parentId: null }).select("id", "name"),
 *   (tree) => Category.query().join({ tree }, (c, j) => c.parentId.eq(j.tree.id)).select("id", "name"),
 *   { maxDepth: 10, cycle: "id" },
 * );
 * await Category.query().from(tree).orderBy("depth", "name");
 * ```
 *
 * @throws {QueryBuildError} when `step` does not use what it is given, or gives other columns
 */
export function recursiveCte<R, const O extends RecursiveOptions<R> = Record<never, never>>(
  name: string,
  start: RecursivePart<R>,
  step: (self: CommonTable<RecursiveRow<R, O>>) => RecursivePart<R> & SameColumns<R>,
  options?: O,
): CommonTable<RecursiveRow<R, O>> {
  checkCommonTableName(name);
  const given: RecursiveOptions<R> = options ?? {};
  const { maxDepth, cycle, distinct = false, materialized } = checkedOptions(
    `CTE ${JSON.stringify(name)}`,
    given,
    ["maxDepth", "cycle", "distinct", "materialized"],
  );
  checkMaterialized(name, materialized);
  if (maxDepth !== undefined) checkCount(`CTE ${JSON.stringify(name)}`, "maxDepth", maxDepth);
  expectPart(name, "first", start);
  if (typeof step !== "function") {
    throw new QueryBuildError(`The CTE ${JSON.stringify(name)} needs a function that gives its second query`);
  }
  const columns = [...start.outputs()];
  if (cycle !== undefined && !columns.some(({ field }) => field === cycle)) {
    throw new QueryBuildError(`The CTE ${JSON.stringify(name)} has no column ${shownName(cycle)} for cycle`);
  }
  if (maxDepth !== undefined) columns.push(output("depth", INT));
  if (cycle !== undefined) columns.push(output("path", STRING));
  const self = new CommonTable<RecursiveRow<R, O>>(name, columns, []);
  const extras = (source: QuerySource | null, key: (field: string) => RowItem): Extra[] => [
    ...(maxDepth === undefined ? [] : [depthOf(source, maxDepth)]),
    ...(cycle === undefined ? [] : [pathOf(source, key(cycle))]),
  ];
  const [first, before] = hoisted(start.extended((key) => extras(null, key)).toNode());
  const again = step(self);
  expectPart(name, "second", again);
  const place = again.placeOf(name);
  if (place === null) {
    throw new QueryBuildError(
      `The second query of the CTE ${JSON.stringify(name)} must read from or join the CTE that it is given`,
    );
  }
  const [second, further] = hoisted(
    again.ordered(start.outputs(), "union").extended((key) => extras(place, key)).toNode(),
  );
  const node: CommonTableNode = {
    name,
    columns: columns.map((column) => column.name),
    query: { kind: "compound", operator: "union", all: !distinct, operands: [first, second] },
    recursive: true,
    materialized,
  };
  return new CommonTable<RecursiveRow<R, O>>(
    name,
    columns,
    chained([...before, ...further.filter((table) => !before.includes(table))], node),
  );
}
