import type { ExpressionNode } from "../../../core/ast/expression.ts";
import type { OrderItem } from "../../../core/ast/statement.ts";
import type { FrameBound, WindowDefinition, WindowFrame, WindowNode } from "../../../core/ast/window.ts";
import { aggregateValue } from "./aggregate.ts";
import { evaluate } from "./expression.ts";
import { compareRows, sorted } from "./order.ts";
import type { Scope } from "./scope.ts";
import { keyOf, type Value } from "./value.ts";

type Window = WindowDefinition<ExpressionNode, OrderItem>;

/** A row of a partition: what is around it. */
interface Place {
  readonly rows: readonly Scope[];
  readonly index: number;
  /** First and last row that are equal in the order. */
  readonly peers: readonly [number, number];
  /** Numbers of the groups of equal rows, by row. */
  readonly groups: readonly number[];
}

function boundOf({ bound, offset = 0 }: FrameBound, { unit }: WindowFrame, place: Place, isStart: boolean): number {
  const { rows, index, peers, groups } = place;
  const signed = bound === "preceding" ? -offset : bound === "following" ? offset : 0;
  if (bound === "unboundedPreceding") return 0;
  if (bound === "unboundedFollowing") return rows.length - 1;
  if (unit === "rows") return index + signed;
  if (signed === 0) return peers[isStart ? 0 : 1];
  if (unit !== "groups") throw new TypeError("No evaluation of a range with an offset");
  const group = groups[index]! + signed;
  const [first, last] = [groups.indexOf(group), groups.lastIndexOf(group)];
  if (first >= 0) return isStart ? first : last;
  return group < 0 ? isStart ? 0 : -1 : isStart ? rows.length : rows.length - 1;
}

function frameOf(frame: WindowFrame | null, hasOrder: boolean, place: Place): readonly Scope[] {
  const used: WindowFrame = frame ?? {
    unit: "range",
    start: { bound: "unboundedPreceding" },
    end: { bound: hasOrder ? "currentRow" : "unboundedFollowing" },
  };
  const start = Math.max(0, boundOf(used.start, used, place, true));
  const end = Math.min(place.rows.length - 1, boundOf(used.end, used, place, false));
  const [first, last] = place.peers;
  return place.rows.slice(start, Math.max(start, end + 1)).filter((_, i) => {
    const at = start + i;
    switch (used.exclude) {
      case "currentRow":
        return at !== place.index;
      case "group":
        return at < first || at > last;
      case "ties":
        return at === place.index || at < first || at > last;
      default:
        return true;
    }
  });
}

function ntile(groups: number, { rows, index }: Place): bigint {
  const [size, larger] = [Math.floor(rows.length / groups), rows.length % groups];
  const inLarger = larger * (size + 1);
  return BigInt(
    index < inLarger ? Math.floor(index / (size + 1)) + 1 : larger + Math.floor((index - inLarger) / size) + 1,
  );
}

function shifted(args: readonly ExpressionNode[], place: Place, direction: 1 | -1): Value {
  const [operand, offset, fallback] = args;
  const own = place.rows[place.index]!;
  const other = place.rows[place.index + direction * Number(evaluate(offset!, own))];
  if (other !== undefined) return evaluate(operand!, other);
  return fallback === undefined ? null : evaluate(fallback, own);
}

function functionValue(node: ExpressionNode, window: Window, place: Place): Value {
  const { rows, index, peers, groups } = place;
  const frame = () => frameOf(window.frame, window.orderBy.length > 0, place);
  if (node.kind === "aggregate") return aggregateValue(node, frame());
  if (node.kind !== "windowFunction") throw new TypeError(`No evaluation of ${node.kind} over a window`);
  const [operand, number] = node.args;
  const nth = (at: number) => {
    const row = frame().at(at);
    return row === undefined ? null : evaluate(operand!, row);
  };
  switch (node.name) {
    case "rowNumber":
      return BigInt(index + 1);
    case "rank":
      return BigInt(peers[0] + 1);
    case "denseRank":
      return BigInt(groups[index]! + 1);
    case "percentRank":
      return rows.length === 1 ? 0 : peers[0] / (rows.length - 1);
    case "cumeDist":
      return (peers[1] + 1) / rows.length;
    case "ntile":
      return ntile(Number(evaluate(operand!, rows[index]!)), place);
    case "lag":
      return shifted(node.args, place, -1);
    case "lead":
      return shifted(node.args, place, 1);
    case "firstValue":
      return nth(0);
    case "lastValue":
      return nth(-1);
    default:
      return nth(Number(evaluate(number!, rows[index]!)) - 1);
  }
}

function valuesOf(node: WindowNode<ExpressionNode, OrderItem>, all: readonly Scope[]): Value[] {
  const window = node.over as Window; // queries of the generator give no names to windows
  const partitions = Map.groupBy(
    all.keys(),
    (at) => window.partitionBy.map((expression) => keyOf(evaluate(expression, all[at]!))).join("\0"),
  );
  const values: Value[] = new Array<Value>(all.length).fill(null);
  for (const members of partitions.values()) {
    const rows = sorted(members.map((at) => all[at]!), window.orderBy);
    const groups: number[] = [];
    rows.forEach((row, i) => {
      const isPeer = i === 0 || compareRows(window.orderBy, rows[i - 1]!, row) === 0;
      groups.push(i === 0 ? 0 : groups[i - 1]! + (isPeer ? 0 : 1));
    });
    rows.forEach((row, index) => {
      const group = groups[index]!;
      const peers = [groups.indexOf(group), groups.lastIndexOf(group)] as const;
      values[all.indexOf(row)] = functionValue(node.function, window, { rows, index, peers, groups });
    });
  }
  return values;
}

/** The value of a function over a window, for the row of a scope. */
export function windowValue(node: WindowNode<ExpressionNode, OrderItem>, { window }: Scope): Value {
  const { rows, index, cache } = window!; // only where windows are seen
  let values = cache.get(node);
  if (values === undefined) cache.set(node, values = valuesOf(node, rows));
  return values[index]!;
}
