import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { columnKey } from "./prepared.ts";

/** A set of columns of a model: as bits of a number, or as text where there are too many for one. */
export type ColumnSet = number | string;

/** As many bits as a small integer of V8 has on every machine. */
const BITS = 30;

/** The set of some columns of a model, given in their order. */
export function columnSet(columns: readonly ColumnMeta[], meta: ModelMeta): ColumnSet {
  if (meta.columns.length > BITS) return columnKey(columns);
  let set = 0;
  for (let i = 0; i < columns.length; i++) set |= 1 << columns[i]!.index;
  return set;
}

/** The set of the columns that have a value and may be written. */
export function givenSet(values: readonly unknown[], meta: ModelMeta): ColumnSet {
  const { columns } = meta;
  if (columns.length > BITS) return columnKey(givenColumns(values, meta));
  let set = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== undefined && !columns[i]!.isGenerated) set |= 1 << i;
  return set;
}

/** The columns that have a value and may be written. */
export function givenColumns(values: readonly unknown[], { columns }: ModelMeta): ColumnMeta[] {
  return columns.filter(({ isGenerated, index }) => !isGenerated && values[index] !== undefined);
}

/** How a kind of write is done, made once per model, backend and set of columns. */
export class ColumnPlans<T> {
  readonly #key = Symbol("plans");

  /** The plan of a set of columns. */
  get(meta: ModelMeta, backend: StorageBackend, set: ColumnSet, make: () => T): T {
    const kept = meta.keptFor(backend);
    let plans = kept.get(this.#key) as Map<ColumnSet, T> | undefined; // only set here
    if (plans === undefined) kept.set(this.#key, plans = new Map());
    let plan = plans.get(set);
    if (plan === undefined) {
      if (plans.size > 200) plans.clear(); // many different sets of columns: start over
      plans.set(set, plan = make());
    }
    return plan;
  }
}
