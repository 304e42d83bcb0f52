import type { JSONStep } from "../ast/json.ts";
import { QueryBuildError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";
import type { ExpressionCompilers } from "./builder.ts";

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

/** Databases have no common way here: each dialect brings its own. */
function lacking(): never {
  throw new QueryBuildError("This database has no JSON paths");
}

/** The JSON functions, which a dialect must bring itself. */
export const jsonExpressions: Pick<
  ExpressionCompilers,
  "jsonPath" | "jsonContains" | "jsonHasKey" | "jsonLength" | "jsonSet" | "jsonObject"
> = {
  jsonPath: lacking,
  jsonContains: lacking,
  jsonHasKey: lacking,
  jsonLength: lacking,
  jsonSet: lacking,
  jsonObject: lacking,
};
