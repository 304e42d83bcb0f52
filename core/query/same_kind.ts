import type { LogicalKind, LogicalType } from "../types/database_type.ts";

/** Kinds of values that can stand in one column; what is left out can be anything. */
const FAMILIES: Readonly<Partial<Record<LogicalKind, string>>> = {
  ...{ int32: "number", int: "number", bigint: "number", number: "number", decimal: "number" },
  ...{ string: "text", enum: "text", uuid: "text" },
  ...{ date: "time", instant: "time", plainDate: "time", plainDateTime: "time" },
  ...{
    boolean: "boolean",
    plainTime: "time of day",
    duration: "duration",
    json: "JSON",
    bytes: "bytes",
    array: "array",
  },
};

type MaybeType = LogicalType | undefined;

/** Whether values of two types can stand in one column. What is not known may be anything. */
export function isSameKind(a: MaybeType, b: MaybeType): boolean {
  if (a === undefined || b === undefined || a.kind === b.kind) return true;
  const [first, second] = [FAMILIES[a.kind], FAMILIES[b.kind]];
  return first === second || first === undefined || second === undefined;
}

/** Whether every database compares values of two types, and finds the same. */
export function isComparable(a: MaybeType, b: MaybeType): boolean {
  if (!isSameKind(a, b)) return false;
  // SQLite keeps each kind of time as a text of its own form.
  return a === undefined || b === undefined || a.kind === b.kind || FAMILIES[a.kind] !== "time" ||
    FAMILIES[b.kind] !== "time";
}
