import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import { Expression, isSubquery } from "./expression.ts";

function toNode(value: unknown, position: number): ExpressionNode {
  if (value instanceof Expression) return value.node;
  if (isSubquery(value)) return { kind: "subquery", query: value.toNode() };
  if (value === undefined) {
    throw new QueryBuildError(
      `Value ${position + 1} of an sql template is undefined: use null for NULL`,
    );
  }
  return { kind: "value", value };
}

/** The `sql` tag with its helpers. */
export interface SQLTag {
  /** SQL text whose values become parameters; expressions, columns and queries are put in as such. */
  <V = unknown>(strings: TemplateStringsArray, ...values: readonly unknown[]): Expression<V>;
  /** A quoted name; several parts are joined with dots. */
  identifier(...path: readonly string[]): Expression<never>;
  /** Several values or expressions with a separator between them. @default separator `", "` */
  join(values: readonly unknown[], separator?: string): Expression<never>;
  /** Text that is taken as SQL. Never pass anything that comes from outside. */
  raw<V = unknown>(text: string): Expression<V>;
}

/**
 * Makes an SQL expression from a template: whatever is put in becomes a parameter.
 *
 * @example
 * ```ts
 * import { sql } from "@rhosocial/activerecord";
 *
 * const name = "ada";
 * const condition = sql<boolean>`lower(${sql.identifier("name")}) = ${name}`;
 * ```
 *
 * @throws {QueryBuildError} when a value is undefined
 */
export const sql: SQLTag = Object.assign(
  <V>(strings: TemplateStringsArray, ...values: readonly unknown[]): Expression<V> =>
    new Expression<V>({
      kind: "raw",
      parts: [...strings],
      nodes: values.map(toNode),
    }),
  {
    identifier(...path: readonly string[]): Expression<never> {
      if (path.length === 0) throw new QueryBuildError("sql.identifier() needs at least one name");
      return new Expression<never>({ kind: "identifier", path });
    },
    join(values: readonly unknown[], separator = ", "): Expression<never> {
      if (values.length === 0) throw new QueryBuildError("sql.join() needs at least one value");
      return new Expression<never>({
        kind: "raw",
        parts: ["", ...values.slice(1).map(() => separator), ""],
        nodes: values.map(toNode),
        isFragment: true,
      });
    },
    raw<V>(text: string): Expression<V> {
      return new Expression<V>({ kind: "raw", parts: [text], nodes: [], isFragment: true });
    },
  },
);
