import type { ColumnNode, ExpressionNode, IdentifierNode, RawNode, SelectNode } from "../../core/ast/expression.ts";
import type { Assignment } from "../../core/ast/statement.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlBuilder } from "./builder.ts";

/** What assignments are made to. */
interface Target {
  /** Name by which the statement calls the table. */
  readonly table: string;
  /** A condition that is asked anew for each of them. */
  readonly condition?: ExpressionNode | null;
  /** What writes the statement. */
  readonly builder: SQLBuilder;
}

/**
 * Assignments in an order in which each sees the row as it was: the servers make one after the other, and those that follow see
 * what is changed already. So a column is changed after all that read it.
 *
 * @throws {UnsupportedFeatureError} when there is no such order, since columns need each other's old value
 */
export function inOrder(
  set: readonly Assignment[],
  { table, condition = null, builder }: Target,
): readonly Assignment[] {
  if (condition === null && set.every(({ value }) => GIVEN.has(value.kind))) return set;
  const names = set.map(({ column }) => column);
  const asked = readsOf(condition, names, table);
  const left = set.map((assignment) => ({
    assignment,
    reads: new Set([...asked, ...readsOf(assignment.value, names, table)]),
  }));
  const ordered: Assignment[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ assignment: { column } }, i) =>
      left.every(({ reads }, other) => other === i || !reads.has(column))
    );
    if (next < 0) throw tangled(left.map(({ assignment }) => assignment.column), condition !== null, builder);
    ordered.push(left.splice(next, 1)[0]!.assignment);
  }
  return ordered;
}

/** Kinds of expressions that read nothing of a row. */
const GIVEN: ReadonlySet<unknown> = new Set(["value", "slot", "excluded"]);

/** The columns, of some names, that an expression reads of the row that is there. SQL text reads those that it names. */
function readsOf(node: unknown, names: readonly string[], table: string): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  const kind = "kind" in node ? node.kind : null;
  if (GIVEN.has(kind)) return [];
  const inside = Object.values(node).flatMap((part) => readsOf(part, names, table));
  switch (kind) {
    case "column": {
      const { name, table: owner = table } = node as ColumnNode; // by its kind
      return owner === table ? [name] : [];
    }
    case "identifier":
      return (node as IdentifierNode).path.slice(-1); // as above
    case "raw": {
      const text = (node as RawNode).parts.join(" "); // as above
      return [...inside, ...names.filter((name) => isNamed(name, text))];
    }
    case "select": {
      const { from } = node as SelectNode; // as above
      // A query of the table under its own name means other rows of it.
      return from?.kind === "table" && (from.alias ?? from.name) === table ? [] : inside;
    }
    default:
      return inside;
  }
}

function isNamed(column: string, text: string): boolean {
  if (!/^\w+$/.test(column)) return text.toLowerCase().includes(column.toLowerCase());
  return new RegExp(`\\b${column}\\b`, "i").test(text);
}

function tangled(columns: readonly string[], isCondition: boolean, builder: SQLBuilder): UnsupportedFeatureError {
  const list = columns.map((column) => `"${column}"`).join(", ");
  return new UnsupportedFeatureError(mysqlBuilder(builder).syntax.backend, {
    feature: isCondition ? "upsert.where" : "an exchange of columns",
    instead: `the server changes one column after the other, but ${list} need the values that the others had before` +
      `${
        isCondition ? " (the condition reads several of them)" : ""
      }: change fewer of them, or lock the row and save it`,
  });
}
