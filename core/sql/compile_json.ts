import type { ExpressionNode } from "../ast/expression.ts";
import type { JSONObjectNode, JSONStep } from "../ast/json.ts";
import { QueryBuildError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";
import type { Compiler, ExpressionCompilers, SQLBuilder } from "./builder.ts";

/**
 * A path as SQL/JSON text, such as `$."address"."city"[0]`, with every key quoted. It is still to be bound as a parameter.
 */
export function jsonPathText(path: readonly JSONStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "string") return `${text}.${JSON.stringify(step)}`;
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new QueryBuildError(`Invalid position in a JSON path: ${shownNumber(step)} (a whole number, 0 or more)`);
    }
    return `${text}[${step}]`;
  }, "$");
}

/**
 * How an object of JSON is written by a function that takes keys and values in turn. A value is written so that the function takes
 * it for what it is.
 */
export function jsonObjectCall(
  name: string,
  writeValue: (node: ExpressionNode, builder: SQLBuilder) => void,
  writeKey: (key: string, builder: SQLBuilder) => void = (key, builder) => builder.bindText(key),
): Compiler<JSONObjectNode<ExpressionNode>> {
  return ({ entries }, builder) => {
    builder.sql += `${name}(`;
    entries.forEach(({ key, value }, i) => {
      if (i > 0) builder.sql += ", ";
      writeKey(key, builder);
      builder.sql += ", ";
      writeValue(value, builder);
    });
    builder.sql += ")";
  };
}

/** How each kind of expression is written that looks into JSON, or makes it. */
export type JSONCompilers = Pick<
  ExpressionCompilers,
  "jsonPath" | "jsonContains" | "jsonHasKey" | "jsonLength" | "jsonSet" | "jsonObject"
>;

/** Databases have no common way here: each dialect brings its own. */
function lacking(): never {
  throw new QueryBuildError("This database has no JSON paths");
}

/** The JSON functions, which a dialect must bring itself. */
export const jsonExpressions: JSONCompilers = {
  jsonPath: lacking,
  jsonContains: lacking,
  jsonHasKey: lacking,
  jsonLength: lacking,
  jsonSet: lacking,
  jsonObject: lacking,
};
