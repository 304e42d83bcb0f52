import type { ExpressionNode, SelectNode, ValueNode } from "../../core/ast/expression.ts";
import { isSame } from "../../core/ast/same.ts";
import { SQLBuilder } from "../../core/sql/builder.ts";
import { unrounded } from "./unrounded.ts";

/** An expression that is written alike wherever it stands. */
interface SharedExpression {
  readonly node: ExpressionNode;
  text: string | null;
}

/** The expressions of a query that must be found again: its groups, and where it is distinct what it selects. */
function sharedOf({ groupBy, distinct, columns }: SelectNode): SharedExpression[] {
  const groups = groupBy.flatMap((node) => node.kind === "grouping" ? node.sets.flat() : [node]);
  const selected = distinct ? columns.map(({ expression }) => expression) : [];
  return [...groups, ...selected].filter((node) => node.kind !== "column" && !isComputedLater(node))
    .map((node) => ({ node, text: null }));
}

/** Whether an expression holds what may not stand everywhere, so that each place has to be looked at. */
function isComputedLater(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("kind" in part && (part.kind === "aggregate" || part.kind === "window")) return true;
  return Object.values(part).some(isComputedLater);
}

/**
 * A builder that sends a value once where its node stands several times, and so does with equal expressions of groups: for
 * PostgreSQL two expressions with different parameters are different, so that one could not be grouped by the other.
 */
export class PostgreSQLBuilder extends SQLBuilder {
  #shared: SharedExpression[] = [];
  readonly #values = new Map<object, string>();
  readonly #texts = new Map<string, string>();

  /** Writes a query, in which the expressions of its groups are the same wherever they stand. */
  query(node: SelectNode, write: () => void): void {
    const outer = this.#shared;
    this.#shared = sharedOf(node);
    write();
    this.#shared = outer;
  }

  /** Writes an expression; one of a group with the parameters that it was written with before. */
  override expression(node: ExpressionNode): void {
    const found = this.#shared.length === 0 ? undefined : this.#shared.find((shared) => isSame(shared.node, node));
    if (found === undefined) return super.expression(node);
    if (found.text !== null) {
      this.sql += found.text;
      return;
    }
    const start = this.sql.length;
    super.expression(node);
    found.text = this.sql.slice(start);
  }

  /** Writes a placeholder for a value, the same one for the same node. */
  value(node: ValueNode): void {
    this.once(node, () => this.bind(node.value, node.type, node.label));
  }

  /** Writes a placeholder for what belongs to a part of the query, the same one for the same part. */
  once(part: object, bind: () => void): void {
    const known = this.#values.get(part);
    if (known !== undefined) {
      this.sql += known;
      return;
    }
    const start = this.sql.length;
    bind();
    this.#values.set(part, this.sql.slice(start));
  }

  /** Writes a placeholder for a text, the same one for the same text: the name of a time zone, a path. */
  text(text: string): void {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      this.sql += known;
      return;
    }
    const start = this.sql.length;
    this.bindText(text);
    this.sql += "::text";
    this.#texts.set(text, this.sql.slice(start));
  }
}

/** The builder of this dialect. */
export function postgresBuilder(builder: SQLBuilder): PostgreSQLBuilder {
  return builder as PostgreSQLBuilder; // its compilers are given no other
}

/**
 * Writes an expression where nothing beside it tells its type: a value gets a cast, without which the server would take it
 * for text.
 */
export function writeTyped(node: ExpressionNode, builder: SQLBuilder): void {
  if (node.kind !== "value" || node.type === undefined) return builder.expression(node);
  builder.sql += "CAST(";
  builder.expression(unrounded(node));
  builder.sql += ` AS ${builder.dialect.castType(node.type)})`;
}

/** Writes expressions with commas between them, as {@linkcode writeTyped} does. */
export function writeTypedList(nodes: readonly ExpressionNode[], builder: SQLBuilder): void {
  nodes.forEach((node, i) => {
    if (i > 0) builder.sql += ", ";
    writeTyped(node, builder);
  });
}
