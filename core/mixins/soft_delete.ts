import { Column } from "../meta/column.ts";
import type { Mixin } from "../model/mixin.ts";

/** The fields of {@linkcode softDelete}. */
export type SoftDelete = {
  /** When the row was marked as deleted, in UTC; null for a live row. */
  readonly deletedAt: Column<Date | null, Date | null, true>;
};

/**
 * Adds `deletedAt`: `delete()` and `deleteAll()` mark rows instead of removing them, and queries, relations, counts and
 * `find()` pass over marked rows. `restore()` brings them back, `forceDelete()` removes them, `withDeleted()` and
 * `onlyDeleted()` see them.
 */
export function softDelete(): Mixin<SoftDelete> {
  const check = (value: unknown) =>
    value === null || value instanceof Date
      ? { value }
      : { issues: [{ path: [], code: "invalid_type", message: "Invalid input: expected a Date or null" }] };
  return {
    name: "softDelete",
    shape: {
      deletedAt: new Column(null, check, true, {
        type: "date",
        nullable: true,
        role: "deletedAt",
        onInsert: () => null,
      }),
    },
  };
}
