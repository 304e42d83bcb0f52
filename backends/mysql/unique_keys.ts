import type { TableNode } from "../../core/ast/expression.ts";
import type { SchemaQuery } from "../../core/backend/table_schema.ts";
import { tableExists } from "./introspect.ts";

/** Runs a function with what asks the server. */
type Introspect = <T>(read: (query: SchemaQuery) => Promise<T>) => Promise<T>;

/** The columns of a key as one text, whatever their order: names of columns that differ in capitals only are one. */
function keyText(columns: readonly string[]): string {
  return JSON.stringify(columns.map((name) => name.toLowerCase()).sort());
}

async function readKeys(query: SchemaQuery, { name, schema }: TableNode): Promise<ReadonlySet<string> | null> {
  const rows = await query(
    "SELECT index_name, column_name FROM information_schema.statistics" +
      " WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND non_unique = 0",
    [schema ?? null, name],
  );
  // A temporary table has no entry, nor has what the user may not see: nothing can be said of them.
  if (rows.length === 0 && !await tableExists(query, name, schema)) return null;
  const groups = Map.groupBy(rows, ([index]) => String(index)).values();
  return new Set([...groups].map((group) => keyText(group.map(([, column]) => String(column)))));
}

/** The unique keys of tables, each read when it is first asked for. */
export class UniqueKeys {
  readonly #found = new Set<string>();

  /** Whether a table has a unique key of these columns, or is not known. A key that is missing is looked for again next time. */
  has(table: TableNode, columns: readonly string[], introspect: Introspect): Promise<boolean> | boolean {
    const key = keyText(columns);
    const place = JSON.stringify([table.schema ?? null, table.name, key]);
    if (this.#found.has(place)) return true;
    return introspect(async (query) => {
      const keys = await readKeys(query, table);
      if (keys === null) return true;
      if (!keys.has(key)) return false;
      this.#found.add(place);
      return true;
    });
  }
}
