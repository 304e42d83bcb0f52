import type { ExpressionNode, ValueNode } from "../../core/ast/expression.ts";
import { SQLBuilder } from "../../core/sql/builder.ts";

/**
 * A builder that sends a value once where its node stands several times: for PostgreSQL two expressions with different
 * parameters are different, so that one could not be grouped by the other.
 */
export class PostgreSQLBuilder extends SQLBuilder {
  readonly #values = new Map<object, string>();
  readonly #texts = new Map<string, string>();

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
    this.bind(text, { kind: "string" }, undefined);
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
  builder.expression(node);
  builder.sql += ` AS ${builder.dialect.castType(node.type)})`;
}

/** Writes expressions with commas between them, as {@linkcode writeTyped} does. */
export function writeTypedList(nodes: readonly ExpressionNode[], builder: SQLBuilder): void {
  nodes.forEach((node, i) => {
    if (i > 0) builder.sql += ", ";
    writeTyped(node, builder);
  });
}
