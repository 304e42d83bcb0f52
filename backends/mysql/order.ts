import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { JSONForm } from "../../core/ast/json.ts";
import type { OrderItem } from "../../core/ast/statement.ts";
import { typeOf } from "./typed.ts";

/** The terms by which a value is ordered. */
function keysOf(expression: ExpressionNode): readonly ExpressionNode[] {
  // An ENUM is ordered by the positions of its values.
  if (typeOf(expression)?.kind === "enum") {
    return [{ kind: "raw", parts: ["CAST(", " AS CHAR)"], nodes: [expression], isFragment: true }];
  }
  // What is inside JSON may be text for the server, which would order numbers by their digits.
  if (expression.kind === "jsonPath" && expression.form === "json") {
    const forms: readonly JSONForm[] = ["number", "string", "boolean"];
    return forms.map((form) => ({ ...expression, form }));
  }
  return [expression];
}

/** Whether a term is written as it stands. */
export function isPlainTerm({ expression, nulls }: OrderItem): boolean {
  return nulls === undefined && keysOf(expression)[0] === expression;
}

/** NULLs come first, and last when the order is turned round; any other wish is an order of its own. */
export function orderTerms({ expression, descending, nulls }: OrderItem): OrderItem[] {
  const terms = keysOf(expression).map((key): OrderItem => ({ expression: key, descending }));
  if (nulls === undefined || (nulls === "first") === !descending && terms.length === 1) return terms;
  return [
    { expression: { kind: "nullTest", operand: expression, negated: false }, descending: nulls === "first" },
    ...terms,
  ];
}
