import type { ColumnNode } from "../../../core/ast/expression.ts";
import type { Value } from "./value.ts";

/** A row of a table by the names of its columns. */
export type TableRow = ReadonlyMap<string, Value>;

/** Tables by name: those of the database, and queries with a name. */
export type Database = ReadonlyMap<string, Relation>;

/** Rows with the names of their columns. */
export interface Relation {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** What an expression can see: a row of each table of its query, and what the query around it sees. */
export interface Scope {
  readonly database: Database;
  readonly tables: ReadonlyMap<string, TableRow>;
  readonly outer: Scope | null;
  /** The rows of the group, where there is one. */
  readonly group?: readonly Scope[];
  /** All rows of the result, and which of them this one is, where windows are seen. */
  readonly window?: { readonly rows: readonly Scope[]; readonly index: number; readonly cache: Map<object, Value[]> };
}

/** The value of a column; the innermost table of its name counts. */
export function columnValue({ name, table }: ColumnNode, scope: Scope): Value {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const tables = table === undefined ? [...at.tables.values()] : [at.tables.get(table)];
    const row = tables.find((candidate) => candidate?.has(name));
    if (row !== undefined) return row.get(name)!; // just found to be there
  }
  throw new ReferenceError(`No column ${table ?? ""}.${name}`);
}
