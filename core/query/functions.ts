import { QueryBuildError } from "../errors.ts";
import { type AggregateFunctions, aggregateFunctions } from "./aggregate.ts";
import { type ChoiceFunctions, choiceFunctions } from "./choice_functions.ts";
import { type DateFunctions, dateFunctions } from "./date_functions.ts";
import { type JSONFunctions, jsonFunctions } from "./json_functions.ts";
import { knownNames } from "./known_names.ts";
import { type NumberFunctions, numberFunctions } from "./number_functions.ts";
import { type TextFunctions, textFunctions } from "./text_functions.ts";
import { type WindowFunctions, windowFunctions } from "./window_functions.ts";

/** The functions of SQL, by the same names and with the same results on every database. */
export interface SQLFunctions
  extends
    AggregateFunctions,
    ChoiceFunctions,
    DateFunctions,
    JSONFunctions,
    NumberFunctions,
    TextFunctions,
    WindowFunctions {}

/**
 * The functions of SQL, for `select()`, `having()` and conditions.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { ActiveRecord, fn, primaryKey } from "@rhosocial/activerecord";
 *
 * class Sale extends ActiveRecord.define("sales", { id: primaryKey(), shop: z.string(), amount: z.int() }) {}
 *
 * const byShop = () => Sale.select({ shop: Sale.c.shop, total: fn.sum(Sale.c.amount) }).groupBy("shop");
 * ```
 */
export const fn: SQLFunctions = knownNames({
  ...aggregateFunctions,
  ...choiceFunctions,
  ...dateFunctions,
  ...jsonFunctions,
  ...numberFunctions,
  ...textFunctions,
  ...windowFunctions,
}, (name) => {
  throw new QueryBuildError(
    `Unknown function ${JSON.stringify(name)} of fn: a function of the database is called by the sql tag`,
  );
});
