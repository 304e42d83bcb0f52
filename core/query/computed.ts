import { decodeValue } from "./execute.ts";
import type { QueryState } from "./query_state.ts";

/** Puts the values that a query reads beside the columns on its records, as properties that cannot be set. */
export function addComputed(
  { meta, computed }: QueryState,
  records: readonly object[],
  rows: readonly (readonly unknown[])[],
): void {
  const start = meta.columns.length;
  records.forEach((record, i) => {
    computed.forEach(({ name, type }, at) => {
      Object.defineProperty(record, name, {
        value: decodeValue(meta, type, rows[i]![start + at]),
        enumerable: true,
        configurable: true,
      });
    });
  });
}
