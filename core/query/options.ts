import { QueryBuildError } from "../errors.ts";

/**
 * The options of a call, when they are such: a name that it does not know would do nothing, which is hardly what was meant.
 *
 * @throws {QueryBuildError} which names the call and what it knows
 */
export function checkedOptions<O extends object>(call: string, given: O, known: readonly (keyof O & string)[]): O {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new QueryBuildError(`Invalid options of ${call}: expected an object with ${known.join(", ")}`);
  }
  const names: readonly string[] = known;
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  throw new QueryBuildError(`Unknown option "${unknown}" of ${call}: known are ${known.join(", ")}`);
}
