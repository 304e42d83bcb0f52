import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { columnsOf } from "./columns.ts";
import { Expression, isSubquery } from "./expression.ts";
import { joinedColumns } from "./joined.ts";
import type { QueryState } from "./query_state.ts";
import type { Selected } from "./value_types.ts";

/** One column of plain rows: where it comes from and how it is read. */
export interface RowItem {
  /** Key in the row. */
  readonly key: string;
  /** What is selected. */
  readonly expression: ExpressionNode;
  /** How the value is read. */
  readonly type: LogicalType | undefined;
  /** What NULL is read as. */
  readonly empty: null | undefined;
}

/** What `select()` can be given by name: expressions. */
export type Selection = Readonly<Record<string, Expression<unknown>>>;

/** The rows that a selection gives. */
export type SelectedRow<S extends Selection> = {
  -readonly [K in keyof S]: Selected<S[K]["_value"]>;
};

/** What NULL is read as: null in rows that a join gives without any of the source, else what its column says. */
export function emptyIn({ joins }: QueryState, { empty }: Pick<RowItem, "empty">): null | undefined {
  return joins.some(({ kind }) => kind === "right" || kind === "full") ? null : empty;
}

/** What gives named expressions from the columns of a query. */
export type SelectionCallback = (columns: never, joined: never) => Selection;

/** The columns of plain rows, from names of fields, named expressions, or a callback that gives such. */
export function rowItems(
  state: QueryState,
  selection: readonly (string | Selection | SelectionCallback)[],
): RowItem[] {
  const items = selection.flatMap((part): RowItem[] => {
    if (typeof part === "string") {
      const column = state.source.column(part, "select");
      return [{ key: part, expression: column.node, type: column.type, empty: emptyIn(state, column) }];
    }
    const named: unknown = typeof part === "function"
      ? part(columnsOf(state.source) as never, joinedColumns(state) as never) // typed where the callback is taken
      : part;
    return Object.entries(named ?? {}).map(([key, expression]) => {
      if (!(expression instanceof Expression)) {
        const hint = isSubquery(expression) ? ", which scalar() makes of a query for one value" : "";
        throw new QueryBuildError(`Invalid "${key}" in select of ${state.meta.model}: expected an expression${hint}`);
      }
      return {
        key,
        expression: expression.node,
        type: expression.type,
        empty: null,
      };
    });
  });
  if (items.length === 0) {
    throw new QueryBuildError(`Empty select of ${state.meta.model}`);
  }
  return items;
}

/** All columns of what a query reads. */
export function allItems(state: QueryState): RowItem[] {
  return state.source.columns.map((column) => ({
    key: column.field,
    expression: column.node,
    type: column.type,
    empty: emptyIn(state, column),
  }));
}
