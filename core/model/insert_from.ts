import type { SelectItem, SelectNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { isFilledIn } from "../meta/record_code.ts";
import { requireWritable } from "../query/bulk.ts";
import { tracked } from "../query/execute.ts";
import { RowQuery } from "../query/row_query.ts";
import { writing } from "./constraint_issues.ts";

/**
 * Inserts what a query gives, with one statement and without loading it: the names of its columns are those of the fields. The
 * values are not checked; the times of the change are filled in. Gives the number of rows.
 */
export function insertFrom(meta: ModelMeta, query: unknown): Promise<number> {
  return tracked(meta, async (backend) => {
    requireWritable(meta);
    if (!(query instanceof RowQuery)) {
      throw new QueryBuildError(`insertFrom() of ${meta.model} takes a query with select()`);
    }
    const source = query.toNode();
    const columns = source.columns.map((item) => target(meta, item));
    const filled = filledIn(meta, columns);
    const node: SelectNode = { ...source, columns: [...source.columns, ...filled.map(({ item }) => item)] };
    const { affectedRows } = await writing(meta, () =>
      backend.run({
        kind: "insert",
        table: meta.table,
        columns: [...columns, ...filled.map(({ column }) => column)].map(({ name }) => name),
        rows: [],
        query: node,
        returning: [],
      }));
    return affectedRows;
  });
}

/** The column that gets the values of a column of the query. */
function target(meta: ModelMeta, { alias, expression }: SelectItem): ColumnMeta {
  // A column without alias has the name of its field: select() sees to that.
  const field = alias ?? (expression.kind === "column" ? expression.name : "");
  const column = meta.column(field, "insertFrom");
  if (column.isGenerated) throw new QueryBuildError(`${column.label} is computed by the database and cannot be set`);
  return column;
}

/** What the library fills in for every row, and what would be missing. */
function filledIn(meta: ModelMeta, columns: readonly ColumnMeta[]): { column: ColumnMeta; item: SelectItem }[] {
  const moment = new Date();
  const open = meta.columns.filter((column) => !columns.includes(column));
  const missing = open.filter((column) =>
    column.primaryKey && column.onInsert !== undefined || column.onInsert === undefined && !isFilledIn(column)
  );
  if (missing.length > 0) {
    throw new QueryBuildError(
      `Missing fields in insertFrom of ${meta.model}: the query must also select ${
        missing.map(({ field }) => field).join(", ")
      }`,
    );
  }
  return open.filter((column) => column.onInsert !== undefined).map((column) => ({
    column,
    item: {
      expression: { kind: "value", value: column.onInsert!(moment), type: column.type, label: column.label }, // filtered by it
      alias: column.name,
    },
  }));
}
