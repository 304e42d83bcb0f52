import type {
  CheckDefinition,
  ColumnDefinition,
  CreateFullTextNode,
  CreateIndexNode,
  CreateTableNode,
  ForeignKeyDefinition,
  IndexDefinition,
} from "../ast/statement.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkName, foreignKeyName, indexName, uniqueName } from "./constraints.ts";

function columnDefinition(column: ColumnMeta, keyed: boolean): ColumnDefinition {
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    default: column.databaseDefault,
    autoIncrement: column.autoIncrement,
    keyed,
    generatedAs: column.generatedAs,
  };
}

function foreignKey(table: string, column: ColumnMeta): ForeignKeyDefinition {
  const { table: name, schema, column: referenced = "id", onDelete, onUpdate } = column.references!; // the caller has looked
  return {
    name: foreignKeyName(table, [column.name]),
    columns: [column.name],
    table: { kind: "table", name, schema },
    references: [referenced],
    onDelete,
    onUpdate,
  };
}

/** The statements that create the table of a model and its indexes. */
export function createTableStatements(
  meta: ModelMeta,
  { ifNotExists = false }: { ifNotExists?: boolean } = {},
): (CreateTableNode | CreateIndexNode | CreateFullTextNode)[] {
  const { table, columns, options } = meta;
  const columnsOf = (fields: readonly string[], what: string) => fields.map((field) => meta.column(field, what).name);
  const uniques = [
    ...columns.filter((column) => column.unique && !column.primaryKey).map((column) => [column.name]),
    ...(options.unique ?? []).map((fields) => columnsOf(fields, "unique")),
  ].map((names) => ({ name: uniqueName(table.name, names), columns: names }));
  const indexes = [
    ...columns.filter((column) => column.indexed).map((column): IndexDefinition => ({
      name: indexName(table.name, [column.name]),
      columns: [column.name],
      unique: false,
    })),
    ...(options.indexes ?? []).map(({ fields, unique = false, name, where }): IndexDefinition => {
      const names = columnsOf(fields, "indexes");
      return {
        name: name ?? indexName(table.name, names),
        columns: names,
        unique,
        where: where?.node,
      };
    }),
  ];
  const checks = Object.entries(options.checks ?? {}).map(([name, { node }]): CheckDefinition => ({
    name: checkName(table.name, name),
    expression: node,
  }));
  const primaryKey = meta.primaryKey.map((column) => column.name);
  const keyed = new Set([
    ...primaryKey,
    ...uniques.flatMap((unique) => unique.columns),
    ...indexes.flatMap((index) => index.columns),
  ]);
  return [
    {
      kind: "createTable",
      table,
      ifNotExists,
      columns: columns.map((column) =>
        columnDefinition(column, keyed.has(column.name) || column.references !== undefined)
      ),
      primaryKey,
      uniques,
      foreignKeys: columns.filter((column) => column.references !== undefined)
        .map((column) => foreignKey(table.name, column)),
      checks,
    },
    ...indexes.map((index): CreateIndexNode => ({
      kind: "createIndex",
      table,
      index,
      ifNotExists,
    })),
    ...meta.fullText.map((index): CreateFullTextNode => ({ kind: "createFullText", table, index, ifNotExists })),
  ];
}
