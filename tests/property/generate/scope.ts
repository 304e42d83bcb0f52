import { Expression } from "../../../mod.ts";
import type { Source } from "../../../core/query/source.ts";
import type { Models } from "../models.ts";

/** Kinds of values, each with functions of its own. */
export type Kind = "int" | "bigint" | "decimal" | "number" | "text" | "boolean" | "day" | "moment" | "json";

/** The kinds that can be grouped and ordered. */
export const PLAIN_KINDS = ["int", "bigint", "decimal", "number", "text", "boolean", "day", "moment"] as const;

/** One of them. */
export type PlainKind = (typeof PLAIN_KINDS)[number];

/** A column of what a query reads. */
export interface ScopeColumn {
  readonly kind: Kind;
  readonly expression: Expression<unknown>;
}

/** What the parts of a query are made from, in one database. */
export interface BuildScope {
  readonly models: Models;
  /** Name of the collation that orders texts by their characters. */
  readonly collation: string;
  /** The columns of the query and of those around it. */
  readonly columns: readonly ScopeColumn[];
  /**
   * Where there are groups, the columns that queries inside may use: an aggregate in them would be their own, and PostgreSQL
   * does not see there that an expression is one of the groups.
   */
  readonly keys: readonly ScopeColumn[] | null;
  /** A name that no other table of the query has. */
  readonly name: () => string;
}

/** Makes an expression of what a query reads. */
export type Recipe = (scope: BuildScope) => Expression<unknown>;

const KINDS: Readonly<Record<string, Kind>> = {
  int32: "int",
  int: "int",
  bigint: "bigint",
  decimal: "decimal",
  number: "number",
  string: "text",
  boolean: "boolean",
  plainDate: "day",
  date: "moment",
  json: "json",
};

/** The columns of a source under a name. */
export function columnsOf(source: Source, name: string): ScopeColumn[] {
  return source.toSource(name).source.columns.map(({ node, type, label }) => ({
    kind: KINDS[type?.kind ?? ""]!, // the models have no others
    expression: new Expression(node, type, label),
  }));
}

/** A column of a kind, counted over those there are. */
export function columnOf({ columns }: BuildScope, kind: Kind, at: number): Expression<unknown> {
  const fitting = columns.filter((column) => column.kind === kind);
  const found = fitting[at % fitting.length];
  if (found === undefined) throw new RangeError(`No column of the kind ${kind}`);
  return found.expression;
}

/** A text that is compared by its characters, whatever the database would do. */
export function comparable(
  { collation }: BuildScope,
  kind: Kind,
  expression: Expression<unknown>,
): Expression<unknown> {
  return kind === "text" ? expression.collate(collation) : expression;
}
