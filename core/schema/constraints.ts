import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";

/** Name of a unique constraint: `users_email_key`. */
export function uniqueName(table: string, columns: readonly string[]): string {
  return `${table}_${columns.join("_")}_key`;
}

/** Name of an index: `users_email_idx`. */
export function indexName(table: string, columns: readonly string[]): string {
  return `${table}_${columns.join("_")}_idx`;
}

/** Name of a foreign key: `posts_user_id_fkey`. */
export function foreignKeyName(table: string, columns: readonly string[]): string {
  return `${table}_${columns.join("_")}_fkey`;
}

/** Name of a check: `users_age_check`. */
export function checkName(table: string, name: string): string {
  return name.startsWith(`${table}_`) ? name : `${table}_${name}_check`;
}

interface Constraint {
  readonly name: string;
  readonly columns: readonly string[];
}

function constraintsOf(meta: ModelMeta): Constraint[] {
  const table = meta.table.name;
  const columnsOf = (fields: readonly string[]) => fields.map((field) => meta.fields.get(field)?.name ?? field);
  const named = (
    columns: readonly string[],
    name: (table: string, columns: readonly string[]) => string,
  ): Constraint => ({ name: name(table, columns), columns });
  return [
    {
      name: `${table}_pkey`,
      columns: meta.primaryKey.map((column) => column.name),
    },
    ...meta.columns.filter((column) => column.unique).map((column) => named([column.name], uniqueName)),
    ...(meta.options.unique ?? []).map((fields) => named(columnsOf(fields), uniqueName)),
    ...(meta.options.indexes ?? []).map((index) =>
      index.name === undefined
        ? named(columnsOf(index.fields), indexName)
        : { name: index.name, columns: columnsOf(index.fields) }
    ),
    ...meta.columns.filter((column) => column.references !== undefined).map((column) =>
      named([column.name], foreignKeyName)
    ),
    ...meta.columns.map((column) => ({
      name: `${table}_${column.name}_check`,
      columns: [column.name],
    })),
    ...Object.keys(meta.options.checks ?? {}).map((name) => ({
      name: checkName(table, name),
      columns: [],
    })),
  ];
}

/** Whether a model says itself that no two rows have the same values in these columns, in whatever order. */
export function declaresUnique({ primaryKey, options, fields }: ModelMeta, columns: readonly ColumnMeta[]): boolean {
  const [first, second] = columns;
  if (second === undefined && first !== undefined && first.unique) return true;
  const isSame = (key: readonly (ColumnMeta | undefined)[]) =>
    key.length === columns.length && columns.every((column) => key.includes(column));
  const named = [
    ...options.unique ?? [],
    ...(options.indexes ?? []).filter(({ unique, where }) => unique === true && where === undefined).map((one) =>
      one.fields
    ),
  ];
  return isSame(primaryKey) || named.some((names) => isSame(names.map((name) => fields.get(name))));
}

/** What a database says of a violated constraint. */
export interface ViolatedConstraint {
  readonly constraint: string | undefined;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
}

/** The name and the fields of a violated constraint, from whichever of its name and columns the database has said. */
export function constraintFields(
  meta: ModelMeta,
  { constraint, columns, isUnique }: ViolatedConstraint,
): { name: string | undefined; fields: string[] } {
  const known = constraintsOf(meta);
  const same = (other: Constraint) =>
    other.columns.length === columns.length &&
    other.columns.every((column) => columns.includes(column));
  const found = constraint !== undefined
    ? known.find(({ name }) => name === constraint)
    : columns.length === 0
    ? undefined
    : known.find((other) =>
      same(other) &&
      (!isUnique || /_key$|_pkey$|_idx$/.test(other.name) ||
        !/_check$|_fkey$/.test(other.name))
    );
  const named = columns.length > 0 ? columns : found?.columns ?? [];
  const fields = meta.columns.filter((column) => named.includes(column.name))
    .map((column) => column.field);
  return { name: constraint ?? found?.name, fields };
}
