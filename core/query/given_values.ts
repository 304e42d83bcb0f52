import { QueryBuildError } from "../errors.ts";
import { describeValueType } from "../types/type_registry.ts";

/** Whether an object can hold values by field: it has some, or is one that was written down as such. */
export function holdsValues(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || !Array.isArray(value) && Object.keys(value).length > 0;
}

/** What was given instead, in words. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return "a promise, which must be awaited";
  if (Array.isArray(value)) return "a list";
  const type = describeValueType(value);
  return type === "" ? "a generator, whose rows must be put into lists" : `a ${type}`; // its class has no name
}

/** What takes values of one row, for the message that it was given something else. */
export interface ValuesCall {
  /** The call, such as `create()`. */
  readonly call: string;
  /** The model or relation. */
  readonly of: string;
  /** The method that takes lists, if there is one. */
  readonly list?: string;
}

/**
 * Refuses what are no values of one row: a list, for which another method may be there, and what says nothing of any field.
 *
 * @throws {QueryBuildError} which names the method that takes lists
 */
export function requireValues(values: unknown, { call, of, list }: ValuesCall): asserts values is object {
  if (typeof values === "object" && values !== null && holdsValues(values)) return;
  const other = Array.isArray(values) && list !== undefined ? `: ${list} takes lists` : "";
  throw new QueryBuildError(
    `${call} of ${of} takes an object with the values of its fields, not ${shown(values)}${other}`,
  );
}

/**
 * Refuses what is no list of rows: one row, for which another method may be there, and a list with something else in it.
 *
 * @throws {QueryBuildError} which names the method that takes one row, or the position of what is no row
 */
export function requireRows(
  call: string,
  rows: unknown,
  { single }: { readonly single?: string } = {},
): asserts rows is readonly object[] {
  if (!Array.isArray(rows)) {
    const isRow = typeof rows === "object" && rows !== null && !(Symbol.iterator in rows);
    const other = isRow && holdsValues(rows) && single !== undefined ? `: ${single} takes a single row` : "";
    throw new QueryBuildError(`${call} takes a list of rows, not ${isRow && other ? "one row" : shown(rows)}${other}`);
  }
  rows.forEach((row, index) => requireRow(call, row, index));
}

/** Refuses what is no row at its position. */
export function requireRow(call: string, row: unknown, index: number): void {
  if (typeof row === "object" && row !== null && holdsValues(row)) return;
  throw new QueryBuildError(
    `Row ${index} of ${call} must be an object with the values of its fields, not ${shown(row)}`,
  );
}
