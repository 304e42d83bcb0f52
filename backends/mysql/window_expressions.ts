import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { OrderItem } from "../../core/ast/statement.ts";
import type { WindowFunctionName, WindowNode } from "../../core/ast/window.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { standardExpressions } from "../../core/sql/compile_expression.ts";
import { mysqlBuilder } from "./builder.ts";
import { calculated } from "./calculated.ts";
import { windowOf } from "./order.ts";

type Window = WindowNode<ExpressionNode, OrderItem>;

/** Functions that look at the whole partition, whatever the frame. */
const FRAMELESS: ReadonlySet<string> = new Set(
  ["rowNumber", "rank", "denseRank", "percentRank", "cumeDist", "ntile", "lag", "lead"] satisfies WindowFunctionName[],
);

/** Functions that number rows. */
const NUMBERS: ReadonlySet<string> = new Set(
  ["rowNumber", "rank", "denseRank", "ntile"] satisfies WindowFunctionName[],
);

/** Aggregates that the servers have not over windows. */
const LISTS: ReadonlySet<string> = new Set(["groupConcat", "arrayAgg", "jsonAgg"]);

/** An order in which all rows are equal. */
const NO_ORDER: OrderItem = {
  expression: { kind: "raw", parts: ["NULL"], nodes: [], isFragment: true },
  descending: false,
};

/** The window as the servers can write it: MariaDB refuses some functions a frame, and wants an order of most of them. */
function written({ over, ...node }: Window, builder: SQLBuilder): Window {
  if (typeof over === "string") return { ...node, over };
  const definition = windowOf(over, mysqlBuilder(builder).syntax.orderTerms);
  const { function: called } = node;
  if (called.kind !== "windowFunction" || !FRAMELESS.has(called.name)) return { ...node, over: definition };
  const orderBy = definition.orderBy.length > 0 ? definition.orderBy : [NO_ORDER];
  // What LAG and LEAD give where there is no row is the third; of a bare parameter the servers would guess the type of the result.
  const args = called.args.map((arg, i) => i === 2 ? calculated(arg, builder) : arg);
  return { ...node, function: { ...called, args }, over: { ...definition, orderBy, frame: null } };
}

/** How MySQL and MariaDB write functions over windows. */
export const windowExpressions: Pick<ExpressionCompilers, "window"> = {
  window(node, builder) {
    const { function: called } = node;
    if (called.kind === "aggregate" && LISTS.has(called.name)) {
      throw new UnsupportedFeatureError(mysqlBuilder(builder).syntax.backend, {
        feature: `${called.name} over a window`,
        instead: "select it in a subquery for each row",
      });
    }
    const name = called.kind === "windowFunction" ? called.name : "";
    // MySQL would take it for an unsigned number, which cannot become negative.
    const [before, after] = NUMBERS.has(name) ? ["CAST(", " AS SIGNED)"] : ["", ""];
    builder.sql += before;
    standardExpressions.window(written(node, builder), builder);
    builder.sql += after;
  },
};
