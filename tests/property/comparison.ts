import { DatabaseError, UnsupportedFeatureError } from "../../mod.ts";
import type { QueryNode } from "../../core/ast/statement.ts";
import type { PropertyDatabase } from "./databases.ts";
import { queryRows } from "./evaluate/query.ts";
import type { Database, Relation } from "./evaluate/scope.ts";
import { keyOf, type Value, valueOf } from "./evaluate/value.ts";
import type { Built, QueryRecipe } from "./generate/built.ts";
import type { Tables } from "./rows.ts";
import type { Kind } from "./generate/scope.ts";

/** What one database, or the evaluation, makes of a query: its rows as texts, or why there are none. */
interface Answer {
  readonly name: string;
  /** The text of the query with its parameters, which is asked for only where rows differ. */
  readonly sql: () => string;
  /** Null where the database has said that it lacks what the query needs. */
  readonly rows: readonly string[] | null;
}

const TYPES: Readonly<Record<Kind, Parameters<typeof valueOf>[1]>> = {
  int: { kind: "int" },
  bigint: { kind: "bigint" },
  decimal: { kind: "decimal" },
  number: { kind: "number" },
  text: { kind: "string" },
  boolean: { kind: "boolean" },
  day: { kind: "plainDate" },
  moment: { kind: "date" },
  json: { kind: "json" },
};

function build({ models, collation }: PropertyDatabase, recipe: QueryRecipe): Built {
  let names = 0;
  return recipe({ models, collation, columns: [], keys: null, name: () => `t${++names}` });
}

/** A value as a text. The last digits of a double depend on the order in which a database has added others. */
function shown(value: Value): string {
  return typeof value === "number" && value !== 0 ? `number ${value.toPrecision(12)}` : keyOf(value);
}

/** The rows as texts, in the order of the query or, where it has none, of the texts. */
function textsOf(rows: readonly (readonly Value[])[], isOrdered: boolean): readonly string[] {
  const texts = rows.map((row) => row.map(shown).join(" | "));
  return isOrdered ? texts : texts.toSorted();
}

/** The tables of the models as the evaluation reads them. */
export function databaseOf({ models }: PropertyDatabase, tables: Tables): Database {
  const relation = (model: typeof models.Item | typeof models.Note, rows: Tables["items"]): Relation => {
    const columns = model.toSource("rows").source.columns;
    return {
      columns: columns.map(({ node }) => node.kind === "column" ? node.name : ""),
      rows: rows.map((row) => columns.map(({ field, type }) => valueOf(row[field as keyof typeof row], type))), // its fields
    };
  };
  return new Map([["items", relation(models.Item, tables.items)], ["notes", relation(models.Note, tables.notes)]]);
}

async function answerOf(database: PropertyDatabase, recipe: QueryRecipe): Promise<Answer> {
  const { name, refusals } = database;
  let sql = () => "";
  try {
    const { query, outputs, isOrdered } = build(database, recipe);
    sql = () => sqlOf(query);
    const values = (await query.all()).map((row) =>
      Object.entries(outputs).map(([key, kind]) => valueOf(row[key], TYPES[kind]))
    );
    return { name, sql, rows: textsOf(values, isOrdered) };
  } catch (error) {
    if (error instanceof UnsupportedFeatureError && refusals.includes(error.feature)) return { name, sql, rows: null };
    return { name, sql, rows: [`failed: ${textOf(error)}`] };
  }
}

function sqlOf(query: Built["query"]): string {
  try {
    const { sql, params } = query.toSQL();
    return `${sql}\n    ${Deno.inspect(params)}`;
  } catch (error) {
    return `not written: ${textOf(error)}`;
  }
}

/** What went wrong, with the text of the driver, which holds nothing but the values of the generator. */
function textOf(error: unknown): string {
  if (error instanceof DatabaseError && error.driverError instanceof Error) {
    return `${error.name}: ${error.driverError.message}`;
  }
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

function evaluated(database: PropertyDatabase, tables: Database, recipe: QueryRecipe): Answer {
  const { query, isOrdered } = build(database, recipe);
  const node: QueryNode = query.toNode();
  const scope = { database: tables, tables: new Map(), outer: null };
  return { name: "evaluation", sql: () => "", rows: textsOf(queryRows(node, scope).rows, isOrdered) };
}

/** Runs a query everywhere. Throws with the SQL and rows of all where one differs from the evaluation. */
export async function expectSameRows(
  databases: readonly PropertyDatabase[],
  tables: Database,
  recipe: QueryRecipe,
): Promise<void> {
  const expected = evaluated(databases[0]!, tables, recipe); // SQLite is always there
  const answers = await Promise.all(databases.map((database) => answerOf(database, recipe)));
  const expectedText = expected.rows!.join("\n");
  if (answers.every(({ rows }) => rows === null || rows.join("\n") === expectedText)) return;
  const shown = [expected, ...answers].map(({ name, sql, rows }) => {
    const mark = rows === null ? " (refused)" : rows.join("\n") === expectedText ? "" : " (differs)";
    return `${name}${mark}\n    ${sql()}\n${(rows ?? []).map((row) => `    ${row}`).join("\n")}`;
  });
  throw new Error(`The rows differ\n${shown.join("\n")}`);
}
