import type { ReferentialAction } from "../../core/ast/statement.ts";
import type {
  ColumnSchema,
  ForeignKeySchema,
  IndexOrigin,
  IndexSchema,
  SchemaQuery,
  TableSchema,
} from "../../core/backend/table_schema.ts";

/** Tables with and without partitions, and foreign ones. */
const TABLES = "('r', 'p', 'f')";

/** Whether there is a table of this name; views do not count. Without a schema those of the search path are looked through. */
export async function tableExists(query: SchemaQuery, name: string, schema?: string): Promise<boolean> {
  const found = await findTable(query, name, schema);
  return found !== undefined && found.type === "table";
}

/** Names of the tables of a schema, sorted, without views; of the first schema of the search path when none is given. */
export async function listTables(query: SchemaQuery, schema?: string): Promise<string[]> {
  const rows = await query(
    "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace" +
      ` WHERE n.nspname = coalesce(?::text, current_schema()) AND c.relkind IN ${TABLES} AND NOT c.relispartition` +
      ' ORDER BY c.relname COLLATE "C"',
    [schema ?? null],
  );
  return rows.map(([name]) => String(name));
}

/** Describes a table or view, or answers null when there is none. */
export async function readTableSchema(query: SchemaQuery, name: string, schema?: string): Promise<TableSchema | null> {
  const found = await findTable(query, name, schema);
  if (found === undefined) return null;
  const indexes = await readIndexes(query, found);
  const primaryKey = (indexes.find(({ origin }) => origin === "primaryKey")?.columns ?? []).filter((column) =>
    column !== null
  );
  return {
    name: found.name,
    schema: found.schema,
    columns: await readColumns(query, found, primaryKey),
    primaryKey,
    indexes,
    foreignKeys: await readForeignKeys(query, found),
    options: { type: found.type },
  };
}

interface FoundTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly type: string;
}

/** Looks in the order in which the server resolves a bare name. */
async function findTable(query: SchemaQuery, name: string, schema?: string): Promise<FoundTable | undefined> {
  const rows = await query(
    "SELECT c.oid, n.nspname, c.relname, c.relkind IN ('v', 'm') FROM pg_catalog.pg_class AS c" +
      " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace" +
      ` WHERE c.relname = ? AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname = ${
        schema === undefined ? "ANY (current_schemas(true))" : "?"
      } ORDER BY array_position(current_schemas(true), n.nspname) LIMIT 1`,
    schema === undefined ? [name] : [name, schema],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    oid: Number(row[0]),
    schema: String(row[1]),
    name: String(row[2]),
    type: row[3] === true ? "view" : "table",
  };
}

async function readColumns(
  query: SchemaQuery,
  { oid }: FoundTable,
  primaryKey: readonly string[],
): Promise<ColumnSchema[]> {
  const rows = await query(
    "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull," +
      " pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text" +
      " FROM pg_catalog.pg_attribute AS a" +
      " LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum" +
      " WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    [oid],
  );
  return rows.map(([name, type, notNull, fallback, identity, generated]): ColumnSchema => ({
    name: String(name),
    sqlType: String(type),
    nullable: notNull !== true,
    default: fallback === null || generated !== "" ? null : String(fallback),
    primaryKey: primaryKey.indexOf(String(name)) + 1,
    autoIncrement: identity !== "" || /^nextval\(/.test(String(fallback)),
    generated: generated === "s" ? "stored" : generated === "v" ? "virtual" : null,
  }));
}

async function readIndexes(query: SchemaQuery, { oid }: FoundTable): Promise<IndexSchema[]> {
  const rows = await query(
    "SELECT c.relname, a.attname, i.indisunique, i.indpred IS NOT NULL," +
      " CASE WHEN i.indisprimary THEN 'primaryKey' WHEN k.oid IS NOT NULL THEN 'unique' ELSE 'index' END" +
      " FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid" +
      " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS part (number, place)" +
      " LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = part.number AND part.number > 0" +
      " LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.indexrelid AND k.contype = 'u'" +
      " WHERE i.indrelid = ?::oid AND part.place <= i.indnkeyatts ORDER BY c.oid, part.place",
    [oid],
  );
  return [...Map.groupBy(rows, (row) => String(row[0]))].map(([name, group]): IndexSchema => ({
    name,
    columns: group.map((row) => row[1] === null ? null : String(row[1])),
    unique: group[0]![2] === true,
    partial: group[0]![3] === true,
    origin: group[0]![4] as IndexOrigin, // one of the three words of the query
  }));
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: "no action",
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
};

async function readForeignKeys(query: SchemaQuery, { oid }: FoundTable): Promise<ForeignKeySchema[]> {
  const rows = await query(
    "SELECT k.conname, a.attname, t.relname, b.attname, k.confdeltype::text, k.confupdtype::text" +
      " FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS t ON t.oid = k.confrelid" +
      " CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS part (own, other, place)" +
      " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = part.own" +
      " JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = part.other" +
      " WHERE k.conrelid = ?::oid AND k.contype = 'f' ORDER BY k.oid, part.place",
    [oid],
  );
  return [...Map.groupBy(rows, (row) => String(row[0]))].map(([name, group]): ForeignKeySchema => ({
    name,
    columns: group.map((row) => String(row[1])),
    table: String(group[0]![2]),
    references: group.map((row) => String(row[3])),
    onDelete: ACTIONS[String(group[0]![4])] ?? "no action",
    onUpdate: ACTIONS[String(group[0]![5])] ?? "no action",
  }));
}
