import { Column } from "../meta/column.ts";
import type { Mixin } from "../model/mixin.ts";

/** The fields of {@linkcode optimisticLock}. */
export type OptimisticLock = {
  /** Counts the changes of the row, from 1. */
  readonly version: Column<number, number, true>;
};

/**
 * Adds `version`: a save or delete of a row that somebody else has changed since it was loaded throws `StaleRecordError`
 * and leaves the row as it is.
 */
export function optimisticLock(): Mixin<OptimisticLock> {
  const check = (value: unknown) =>
    Number.isSafeInteger(value)
      ? { value }
      : { issues: [{ path: [], code: "invalid_type", message: "Invalid input: expected a whole number" }] };
  return {
    name: "optimisticLock",
    shape: { version: new Column(null, check, true, { type: "int", role: "version", onInsert: () => 1 }) },
  };
}
