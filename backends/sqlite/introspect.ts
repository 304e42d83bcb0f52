import { referentialAction } from "../../core/ast/statement.ts";
import type {
  ColumnSchema,
  ForeignKeySchema,
  IndexOrigin,
  IndexSchema,
  SchemaQuery,
  TableSchema,
} from "../../core/backend/table_schema.ts";

/** Whether there is a table of this name; views do not count. Without a schema all are looked through. */
export async function tableExists(query: SchemaQuery, name: string, schema?: string): Promise<boolean> {
  const found = await findTable(query, name, schema);
  return found !== undefined && found.type !== "view";
}

/** Names of the tables of a schema, sorted, without SQLite's own and without views. */
export async function listTables(query: SchemaQuery, schema = "main"): Promise<string[]> {
  const rows = await query(
    "SELECT name FROM pragma_table_list WHERE schema = ? COLLATE NOCASE AND type IN ('table', 'virtual')" +
      " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    [schema],
  );
  return rows.map(([name]) => String(name));
}

/** Describes a table or view, or answers null when there is none. */
export async function readTableSchema(query: SchemaQuery, name: string, schema?: string): Promise<TableSchema | null> {
  const found = await findTable(query, name, schema);
  if (found === undefined) return null;
  const indexes = await readIndexes(query, found);
  const columns = await readColumns(query, found, indexes);
  return {
    name: found.name,
    schema: found.schema,
    columns,
    primaryKey: keyOf(columns),
    indexes,
    foreignKeys: await readForeignKeys(query, found),
    options: { type: found.type, strict: found.strict, withoutRowid: found.withoutRowid },
  };
}

interface FoundTable {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

/** Looks in the order in which SQLite resolves a bare name: temp, main, then what is attached. */
async function findTable(query: SchemaQuery, name: string, schema?: string): Promise<FoundTable | undefined> {
  const rows = await query(
    "SELECT l.schema, l.name, l.type, l.wr, l.strict FROM pragma_table_list AS l" +
      " JOIN pragma_database_list AS d ON d.name = l.schema" +
      " WHERE l.name = ? COLLATE NOCASE AND l.schema = coalesce(?, l.schema) COLLATE NOCASE" +
      " ORDER BY l.schema <> 'temp', d.seq LIMIT 1",
    [name, schema ?? null],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    schema: String(row[0]),
    name: String(row[1]),
    type: String(row[2]),
    withoutRowid: isTrue(row[3]),
    strict: isTrue(row[4]),
  };
}

async function readColumns(
  query: SchemaQuery,
  { name, schema, withoutRowid }: FoundTable,
  indexes: readonly IndexSchema[],
): Promise<ColumnSchema[]> {
  const rows = await query(
    'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid',
    [name, schema],
  );
  // A single INTEGER key is the row's number itself, and has no index of its own.
  const hasRowidKey = !withoutRowid && rows.filter((row) => Number(row[4]) > 0).length === 1 &&
    !indexes.some(({ origin }) => origin === "primaryKey");
  return rows.map(([column, type, notNull, fallback, key, hidden]): ColumnSchema => {
    const isRowid = hasRowidKey && Number(key) === 1 && String(type).toUpperCase() === "INTEGER";
    return {
      name: String(column),
      sqlType: String(type),
      nullable: !isTrue(notNull) && !isRowid,
      default: fallback === null ? null : String(fallback),
      primaryKey: Number(key),
      autoIncrement: isRowid,
      generated: Number(hidden) === 2 ? "virtual" : Number(hidden) === 3 ? "stored" : null,
    };
  });
}

const ORIGINS: Readonly<Record<string, IndexOrigin>> = { c: "index", u: "unique", pk: "primaryKey" };

async function readIndexes(query: SchemaQuery, { name, schema }: FoundTable): Promise<IndexSchema[]> {
  const rows = await query(
    'SELECT l.name, l."unique", l.partial, l.origin, c.name' +
      " FROM pragma_index_list(?, ?) AS l JOIN pragma_index_xinfo(l.name, ?) AS c ON c.key" +
      " ORDER BY l.seq DESC, c.seqno",
    [name, schema, schema],
  );
  return [...Map.groupBy(rows, (row) => String(row[0]))].map(([index, group]): IndexSchema => {
    const [, unique, partial, origin] = group[0]!;
    return {
      name: index,
      columns: group.map((row) => row[4] === null ? null : String(row[4])),
      unique: isTrue(unique),
      partial: isTrue(partial),
      origin: ORIGINS[String(origin)] ?? "index",
    };
  });
}

/** SQLite numbers them from the last to the first, and keeps no names. */
async function readForeignKeys(query: SchemaQuery, { name, schema }: FoundTable): Promise<ForeignKeySchema[]> {
  const rows = await query(
    'SELECT id, "table", "from", "to", on_delete, on_update FROM pragma_foreign_key_list(?, ?) ORDER BY id DESC, seq',
    [name, schema],
  );
  const keys: ForeignKeySchema[] = [];
  for (const group of Map.groupBy(rows, (row) => Number(row[0])).values()) {
    const [, table, , , onDelete, onUpdate] = group[0]!;
    keys.push({
      name: null,
      columns: group.map((row) => String(row[2])),
      table: String(table),
      references: group[0]![3] === null
        ? await readPrimaryKey(query, String(table), schema)
        : group.map((row) => String(row[3])),
      onDelete: referentialAction(onDelete),
      onUpdate: referentialAction(onUpdate),
    });
  }
  return keys;
}

/** The key of the table that a foreign key without columns points to. */
async function readPrimaryKey(query: SchemaQuery, table: string, schema: string): Promise<string[]> {
  const rows = await query("SELECT name FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk", [table, schema]);
  return rows.map(([name]) => String(name));
}

function keyOf(columns: readonly ColumnSchema[]): string[] {
  return columns.filter(({ primaryKey }) => primaryKey > 0)
    .sort((left, right) => left.primaryKey - right.primaryKey)
    .map(({ name }) => name);
}

function isTrue(value: unknown): boolean {
  return Number(value) !== 0;
}
