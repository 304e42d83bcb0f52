import { referentialAction } from "../../core/ast/statement.ts";
import type {
  ColumnSchema,
  ForeignKeySchema,
  IndexOrigin,
  IndexSchema,
  SchemaQuery,
  TableSchema,
} from "../../core/backend/table_schema.ts";

/** Names have no such characters, and some servers refuse to compare one with theirs. */
function cannotBe(name: string | undefined): boolean {
  return name !== undefined && /[\u{10000}-\u{10ffff}]/u.test(name);
}

/** Whether there is a table of this name; views do not count. Without a schema the database of the connection is looked at. */
export async function tableExists(query: SchemaQuery, name: string, schema?: string): Promise<boolean> {
  if (cannotBe(name) || cannotBe(schema)) return false;
  const rows = await query(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?" +
      " AND table_type = 'BASE TABLE'",
    [schema ?? null, name],
  );
  return rows.length > 0;
}

/** Names of the tables of a database, sorted, without views. */
export async function listTables(query: SchemaQuery, schema?: string): Promise<string[]> {
  if (cannotBe(schema)) return [];
  const rows = await query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = COALESCE(?, DATABASE())" +
      " AND table_type = 'BASE TABLE' ORDER BY table_name",
    [schema ?? null],
  );
  return rows.map(([name]) => String(name));
}

/** Describes a table or view, or answers null when there is none. */
export async function readTableSchema(query: SchemaQuery, name: string, schema?: string): Promise<TableSchema | null> {
  if (cannotBe(name) || cannotBe(schema)) return null;
  const rows = await query(
    "SELECT table_schema, table_name, table_type, engine, table_collation FROM information_schema.tables" +
      " WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?",
    [schema ?? null, name],
  );
  const found = rows[0];
  if (found === undefined) return null;
  const place = [String(found[0]), String(found[1])] as const;
  const indexes = await readIndexes(query, place);
  const searched: ReadonlySet<string | null> = await readSearchedColumns(query, place);
  const primaryKey = indexes.find(({ origin }) => origin === "primaryKey")?.columns.map(String) ?? [];
  return {
    name: place[1],
    schema: place[0],
    columns: (await readColumns(query, place, primaryKey)).filter(({ name }) => !searched.has(name)),
    primaryKey,
    indexes: indexes.map((index) => ({
      ...index,
      columns: index.columns.map((name) => searched.has(name) ? null : name),
    })),
    foreignKeys: await readForeignKeys(query, place),
    options: {
      type: found[2] === "VIEW" ? "view" : "table",
      ...found[3] === null ? {} : { engine: String(found[3]) },
      ...found[4] === null ? {} : { collation: String(found[4]) },
    },
  };
}

type Place = readonly [schema: string, table: string];

async function readColumns(query: SchemaQuery, place: Place, primaryKey: readonly string[]): Promise<ColumnSchema[]> {
  const rows = await query(
    "SELECT column_name, column_type, is_nullable, column_default, extra FROM information_schema.columns" +
      " WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
    place,
  );
  return rows.map(([name, type, nullable, fallback, extra]): ColumnSchema => {
    const words = String(extra).toUpperCase();
    return {
      name: String(name),
      sqlType: String(type).toUpperCase().replace(/'[^']*'/g, (text) => text.toLowerCase()),
      nullable: nullable === "YES",
      // MariaDB says NULL as a word.
      default: fallback === null || fallback === "NULL" ? null : String(fallback),
      primaryKey: primaryKey.indexOf(String(name)) + 1,
      autoIncrement: words.includes("AUTO_INCREMENT"),
      generated: words.includes("VIRTUAL")
        ? "virtual"
        : words.includes("STORED") || words.includes("PERSISTENT")
        ? "stored"
        : null,
    };
  });
}

/** The columns that a full-text index of the library keeps its words in: part of the index, not of the table. */
async function readSearchedColumns(query: SchemaQuery, place: Place): Promise<Set<string>> {
  const rows = await query(
    "SELECT s.column_name FROM information_schema.statistics AS s JOIN information_schema.columns AS c" +
      " ON c.table_schema = s.table_schema AND c.table_name = s.table_name AND c.column_name = s.column_name" +
      " WHERE s.table_schema = ? AND s.table_name = ? AND s.index_type = 'FULLTEXT' AND s.column_name = s.index_name" +
      " AND c.generation_expression <> '' AND c.data_type = 'longtext'",
    place,
  );
  return new Set(rows.map(([name]) => String(name)));
}

async function readIndexes(query: SchemaQuery, place: Place): Promise<IndexSchema[]> {
  const rows = await query(
    "SELECT s.index_name, s.non_unique, s.column_name, c.constraint_type FROM information_schema.statistics AS s" +
      " LEFT JOIN information_schema.table_constraints AS c ON c.table_schema = s.table_schema" +
      " AND c.table_name = s.table_name AND c.constraint_name = s.index_name AND c.constraint_type IN ('PRIMARY KEY', 'UNIQUE')" +
      " WHERE s.table_schema = ? AND s.table_name = ? ORDER BY s.index_name <> 'PRIMARY', s.index_name, s.seq_in_index",
    place,
  );
  return [...Map.groupBy(rows, (row) => String(row[0]))].map(([name, group]): IndexSchema => ({
    name,
    columns: group.map((row) => row[2] === null ? null : String(row[2])),
    unique: Number(group[0]![1]) === 0,
    partial: false,
    origin: ORIGINS[String(group[0]![3])] ?? "index",
  }));
}

const ORIGINS: Readonly<Record<string, IndexOrigin>> = { "PRIMARY KEY": "primaryKey", UNIQUE: "unique" };

async function readForeignKeys(query: SchemaQuery, place: Place): Promise<ForeignKeySchema[]> {
  const rows = await query(
    "SELECT k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule, r.update_rule" +
      " FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r" +
      " ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name" +
      " WHERE k.table_schema = ? AND k.table_name = ? AND k.referenced_table_name IS NOT NULL" +
      " ORDER BY k.constraint_name, k.ordinal_position",
    place,
  );
  return [...Map.groupBy(rows, (row) => String(row[0]))].map(([name, group]): ForeignKeySchema => ({
    name,
    columns: group.map((row) => String(row[1])),
    table: String(group[0]![2]),
    references: group.map((row) => String(row[3])),
    onDelete: referentialAction(group[0]![4]),
    onUpdate: referentialAction(group[0]![5]),
  }));
}
