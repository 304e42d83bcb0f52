import type { FromNode, QueryNode, SelectNode } from "../../core/ast/statement.ts";
import { QueryBuildError } from "../../core/errors.ts";

/** Names of the columns of a query, where they are known. */
export function columnsOf(query: QueryNode): readonly (string | undefined)[] {
  switch (query.kind) {
    case "select":
      return query.columns.map(({ alias, expression }) =>
        alias ?? (expression.kind === "column" ? expression.name : "")
      );
    case "compound":
      return query.operands[0] === undefined ? [] : columnsOf(query.operands[0]);
    case "values":
      return query.columns;
  }
}

function refuse(columns: readonly (string | undefined)[]): void {
  const lost = columns.find((name) => name !== undefined && /^(?:true|false)$/i.test(name));
  if (lost === undefined) return;
  throw new QueryBuildError(
    `Invalid column ${JSON.stringify(lost)} of a query that another reads from: SQLite gives it another name`,
  );
}

function refuseInTable(table: FromNode): void {
  if (table.kind === "derivedTable") refuse(columnsOf(table.query));
}

/** Refuses to read from a query with a column `true` or `false`: SQLite calls it `column1` or the like, however it is quoted. */
export function refuseLostNames({ from, joins, with: ctes }: SelectNode): void {
  if (from !== null) refuseInTable(from);
  for (const { table } of joins ?? []) refuseInTable(table);
  for (const { columns } of ctes ?? []) refuse(columns);
}
