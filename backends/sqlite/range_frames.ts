import type { ExpressionNode, OrderItem } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { FrameBound, WindowNode } from "../../core/ast/window.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";

/** Kinds of values that are stored as numbers. */
const NUMBERS: ReadonlySet<string> = new Set(["int", "bigint", "number", "boolean"]);

function isAway({ offset }: FrameBound): boolean {
  return offset !== undefined;
}

/**
 * Refuses a RANGE frame whose ends are some way off in the order of texts, such as decimals: SQLite says nothing, and takes the
 * rows that are equal to the current one alone.
 *
 * @throws {UnsupportedFeatureError} with what to order by instead
 */
export function refuseTextRanges({ over }: WindowNode<ExpressionNode, OrderItem>, { windows }: SQLBuilder): void {
  const window = typeof over === "string" ? windows.find(({ name }) => name === over)?.definition : over;
  if (window === undefined || window.frame?.unit !== "range") return; // a name that is unknown is refused by what writes it
  const { orderBy, frame } = window;
  if (!isAway(frame.start) && !isAway(frame.end)) return;
  for (const { expression } of orderBy) {
    const kind = kindOf(expression);
    if (kind === undefined || NUMBERS.has(kind)) continue;
    throw new UnsupportedFeatureError("sqlite", {
      feature: `a RANGE frame with an offset in the order of a ${kind}`,
      instead: kind === "decimal"
        ? 'order the window by fn.cast(…, "number") where 15 digits are enough'
        : "order the window by a number",
    });
  }
}
