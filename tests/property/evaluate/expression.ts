import type { ComparisonOperator, ExpressionNode, InNode } from "../../../core/ast/expression.ts";
import { aggregateValue } from "./aggregate.ts";
import { difference, moved, partOf, truncate } from "./date.ts";
import { calculate, callFunction, castTo, matches } from "./functions.ts";
import { at, holds, inForm } from "./json.ts";
import { queryRows } from "./query.ts";
import { columnValue, type Scope } from "./scope.ts";
import { compare, JSONValue, keyOf, type Value, valueOf } from "./value.ts";
import { windowValue } from "./window.ts";

/** True, false, or NULL for unknown. */
export type Truth = boolean | null;

/** A condition, of SQL's three truth values. */
export function truthOf(node: ExpressionNode, scope: Scope): Truth {
  const value = evaluate(node, scope);
  if (value === null || typeof value === "boolean") return value;
  throw new TypeError(`A condition gave a ${typeof value}`);
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

/** True when one is, else unknown when one is. */
function some(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes(null) ? null : false;
}

function every(truths: readonly Truth[]): Truth {
  return not(some(truths.map(not)));
}

function holdsFor(operator: ComparisonOperator, order: number): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    default:
      return order <= 0;
  }
}

function compared(operator: ComparisonOperator, left: Value, right: Value): Truth {
  return left === null || right === null ? null : holdsFor(operator, compare(left, right));
}

/** Several values as one: by the first that differ. */
function comparedLists(operator: ComparisonOperator, left: readonly Value[], right: readonly Value[]): Truth {
  const equal = every(left.map((value, i) => compared("=", value, right[i]!)));
  if (operator === "=") return equal;
  if (operator === "<>") return not(equal);
  for (let i = 0; i < left.length; i++) {
    const same = compared("=", left[i]!, right[i]!);
    if (same === null) return null;
    if (!same) return compared(operator, left[i]!, right[i]!);
  }
  return operator === ">=" || operator === "<=";
}

function listOf(node: ExpressionNode, scope: Scope): readonly Value[] {
  return node.kind === "tuple" ? node.items.map((item) => evaluate(item, scope)) : [evaluate(node, scope)];
}

function isIn({ operand, items }: InNode, scope: Scope): Truth {
  const own = listOf(operand, scope);
  const rows = "kind" in items ? queryRows(items, scope).rows : items.map((item) => listOf(item, scope));
  return some(rows.map((row) => comparedLists("=", own, row)));
}

/** The value of an expression for a row. */
export function evaluate(node: ExpressionNode, scope: Scope): Value {
  switch (node.kind) {
    case "column":
      return columnValue(node, scope);
    case "value":
      return valueOf(node.value, node.type);
    case "comparison": {
      const { left, operator, right } = node;
      if (right.kind === "quantified") {
        const own = evaluate(left, scope);
        const truths = queryRows(right.query, scope).rows.map((row) => compared(operator, own, row[0]!));
        return right.quantifier === "any" ? some(truths) : every(truths);
      }
      return comparedLists(operator, listOf(left, scope), listOf(right, scope));
    }
    case "logic": {
      const truths = node.operands.map((operand) => truthOf(operand, scope));
      return node.operator === "and" ? every(truths) : some(truths);
    }
    case "not":
      return not(truthOf(node.operand, scope));
    case "nullTest":
      return (evaluate(node.operand, scope) === null) !== node.negated;
    case "in":
      return node.negated ? not(isIn(node, scope)) : isIn(node, scope);
    case "between": {
      const [value, low, high] = [node.operand, node.low, node.high].map((part) => evaluate(part, scope));
      return every([compared(">=", value!, low!), compared("<=", value!, high!)]);
    }
    case "pattern": {
      const value = evaluate(node.operand, scope);
      return value === null ? null : matches(node, String(value));
    }
    case "function":
      return callFunction(node.name, node.args.map((arg) => evaluate(arg, scope)));
    case "aggregate":
      return aggregateValue(node, scope.group!); // only where there is a group
    case "window":
      return windowValue(node, scope);
    case "arithmetic":
      return calculate(node.operator, evaluate(node.left, scope), evaluate(node.right, scope), node.type);
    case "distinctFrom":
      return (keyOf(evaluate(node.left, scope)) === keyOf(evaluate(node.right, scope))) === node.negated;
    case "case": {
      const branch = node.branches.find(({ when }) => truthOf(when, scope) === true);
      const chosen = branch?.then ?? node.otherwise;
      return chosen === null ? null : evaluate(chosen, scope);
    }
    case "cast":
      return castTo(evaluate(node.operand, scope), node.type);
    case "collate":
      return evaluate(node.operand, scope);
    case "dateTrunc": {
      const time = evaluate(node.operand, scope);
      return time === null ? null : truncate(String(time), node.unit);
    }
    case "datePart": {
      const time = evaluate(node.operand, scope);
      return time === null ? null : partOf(String(time), node.part);
    }
    case "dateAdd": {
      const [time, amount] = [evaluate(node.operand, scope), evaluate(node.amount, scope)];
      return time === null || amount === null ? null : moved(String(time), BigInt(Number(amount)), node.unit);
    }
    case "dateDiff": {
      const [from, to] = [evaluate(node.from, scope), evaluate(node.to, scope)];
      return from === null || to === null ? null : difference(String(from), String(to), node.unit);
    }
    case "exists":
      return queryRows(node.query, scope).rows.length > 0;
    case "subquery":
      return queryRows(node.query, scope).rows[0]?.[0] ?? null;
    case "jsonPath":
      return inForm(at(evaluate(node.operand, scope), node.path), node.form);
    case "jsonHasKey":
      return at(evaluate(node.operand, scope), node.path) !== undefined;
    case "jsonLength": {
      const found = at(evaluate(node.operand, scope), node.path);
      return Array.isArray(found) ? BigInt(found.length) : null;
    }
    case "jsonContains": {
      const found = at(evaluate(node.operand, scope), node.path);
      const inner = evaluate(node.value, scope);
      if (found === undefined || found === null || !(inner instanceof JSONValue)) return null;
      return holds(found, inner.json);
    }
    case "raw":
      // What exists() selects.
      if (node.parts.join() === "1") return 1n;
      throw new TypeError("No evaluation of SQL text");
    default:
      throw new TypeError(`No evaluation of ${node.kind}`);
  }
}
