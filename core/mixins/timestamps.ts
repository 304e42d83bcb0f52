import { Column } from "../meta/column.ts";
import type { Mixin } from "../model/mixin.ts";

/** Options of {@linkcode timestamps}. */
export interface TimestampsOptions {
  /** The clock. @default the time of the application, in milliseconds */
  readonly now?: () => Date;
}

/** The fields of {@linkcode timestamps}. */
export type Timestamps = {
  /** When the row was inserted, in UTC. */
  readonly createdAt: Column<Date, Date, true>;
  /** When the row was changed last, in UTC. */
  readonly updatedAt: Column<Date, Date, true>;
};

function check(value: unknown) {
  return value instanceof Date && !Number.isNaN(value.getTime())
    ? { value }
    : { issues: [{ path: [], code: "invalid_type", message: "Invalid input: expected a valid Date" }] };
}

/**
 * Adds `createdAt` and `updatedAt`, kept by the library: a value that you set yourself stays.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { ActiveRecord, primaryKey, timestamps } from "@rhosocial/activerecord";
 *
 * class Note extends ActiveRecord.define("notes", { id: primaryKey(), text: z.string() }, timestamps()) {}
 * ```
 */
export function timestamps({ now }: TimestampsOptions = {}): Mixin<Timestamps> {
  const at = (moment: Date) => now === undefined ? new Date(moment) : now();
  return {
    name: "timestamps",
    shape: {
      createdAt: new Column(null, check, true, { type: "date", onInsert: at }),
      updatedAt: new Column(null, check, true, { type: "date", onInsert: at, onUpdate: at }),
    },
  };
}
