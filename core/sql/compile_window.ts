import type { OrderItem } from "../ast/statement.ts";
import type { ExpressionNode, NamedWindowNode } from "../ast/expression.ts";
import type { FrameBound, WindowDefinition, WindowFrame, WindowFunctionName, WindowNode } from "../ast/window.ts";
import { QueryBuildError } from "../errors.ts";
import { shownName } from "../types/shown_name.ts";
import { shownNumber } from "../types/shown_number.ts";
import type { ExpressionCompilers, SQLBuilder } from "./builder.ts";
import { writeGroupTerms, writeOrder } from "./compile_order.ts";

const FUNCTIONS: { readonly [K in WindowFunctionName]: string } = {
  rowNumber: "row_number",
  rank: "rank",
  denseRank: "dense_rank",
  percentRank: "percent_rank",
  cumeDist: "cume_dist",
  ntile: "ntile",
  lag: "lag",
  lead: "lead",
  firstValue: "first_value",
  lastValue: "last_value",
  nthValue: "nth_value",
};
const UNITS: { readonly [K in WindowFrame["unit"]]: string } = { rows: "ROWS", range: "RANGE", groups: "GROUPS" };
const BOUNDS: { readonly [K in FrameBound["bound"]]: string } = {
  unboundedPreceding: "UNBOUNDED PRECEDING",
  preceding: " PRECEDING",
  currentRow: "CURRENT ROW",
  following: " FOLLOWING",
  unboundedFollowing: "UNBOUNDED FOLLOWING",
};
const EXCLUSIONS: { readonly [K in NonNullable<WindowFrame["exclude"]>]: string } = {
  currentRow: "CURRENT ROW",
  group: "GROUP",
  ties: "TIES",
};

/** The text of a known word, whatever the types were told. */
function word<K extends string>(words: { readonly [P in K]: string }, key: K, what: string): string {
  if (typeof key !== "string" || !Object.hasOwn(words, key)) {
    throw new QueryBuildError(`Unknown ${what} ${shownName(key)}: known are ${Object.keys(words).join(", ")}`);
  }
  return words[key];
}

function writeBound({ bound, offset }: FrameBound, builder: SQLBuilder): void {
  if (bound === "preceding" || bound === "following") {
    if (typeof offset !== "number" || !Number.isFinite(offset) || offset < 0) {
      throw new QueryBuildError(`Invalid offset of a frame: ${shownNumber(offset)} (a number, 0 or more)`);
    }
    builder.sql += offset;
  }
  builder.sql += word(BOUNDS, bound, "bound of a frame");
}

/** Writes a window, in parentheses. */
function writeWindow(
  { partitionBy, orderBy, frame }: WindowDefinition<ExpressionNode, OrderItem>,
  builder: SQLBuilder,
): void {
  builder.sql += "(";
  let gap = "";
  if (partitionBy.length > 0) {
    builder.sql += "PARTITION BY ";
    writeGroupTerms(partitionBy, builder);
    gap = " ";
  }
  if (orderBy.length > 0) {
    builder.sql += gap;
    writeOrder(orderBy, builder);
    gap = " ";
  }
  if (frame !== null) {
    if (frame.unit === "groups") builder.need("window.groups");
    builder.sql += `${gap}${word(UNITS, frame.unit, "unit of a frame")} BETWEEN `;
    writeBound(frame.start, builder);
    builder.sql += " AND ";
    writeBound(frame.end, builder);
    if (frame.exclude !== undefined) {
      builder.need("window.exclude");
      builder.sql += ` EXCLUDE ${word(EXCLUSIONS, frame.exclude, "exclusion of a frame")}`;
    }
  }
  builder.sql += ")";
}

/** Writes WINDOW and its definitions, with a space in front. */
export function writeNamedWindows(windows: readonly NamedWindowNode[], builder: SQLBuilder): void {
  windows.forEach(({ name, definition }, i) => {
    builder.sql += `${i === 0 ? " WINDOW " : ", "}${builder.dialect.quoteIdentifier(name)} AS `;
    writeWindow(definition, builder);
  });
}

/** Writes a function over its window. */
export function writeOver(
  node: WindowNode<ExpressionNode, OrderItem>,
  builder: SQLBuilder,
  writeFunction: () => void,
): void {
  if (builder.clause !== null) {
    throw new QueryBuildError(`A window function cannot stand in ${builder.clause}: select it in a subquery first`);
  }
  builder.need("windowFunctions");
  writeFunction();
  builder.sql += " OVER ";
  const { over } = node;
  if (typeof over !== "string") return writeWindow(over, builder);
  if (!builder.windows.some(({ name }) => name === over)) {
    throw new QueryBuildError(`Unknown window ${JSON.stringify(over)}: give it to the query by window()`);
  }
  builder.sql += builder.dialect.quoteIdentifier(over);
}

/** How standard SQL writes window functions. */
export const windowExpressions: Pick<ExpressionCompilers, "window" | "windowFunction"> = {
  windowFunction(node, builder) {
    builder.sql += `${word(FUNCTIONS, node.name, "window function")}(`;
    builder.list(node.args);
    builder.sql += ")";
  },
  window: (node, builder) => writeOver(node, builder, () => builder.expression(node.function)),
};
