import type { OrderItem } from "../ast/statement.ts";
import type { LogicalKind } from "../types/database_type.ts";
import { decodeValue } from "./execute.ts";
import type { ComputedItem, QueryState } from "./query_state.ts";

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

/** Kinds that every database orders as they stand in a result; others may need an expression, which a name is not everywhere. */
const ORDERED_ALIKE: ReadonlySet<LogicalKind | undefined> = new Set(["int", "int32", "bigint", "number"]);

/** An order in which a number that is read with the records stands under its name, so that it is not computed twice. */
export function orderedByName(order: readonly OrderItem[], computed: readonly ComputedItem[]): readonly OrderItem[] {
  return order.map((item) => {
    const read = computed.find(({ expression }) => expression === item.expression);
    if (read === undefined || !ORDERED_ALIKE.has(read.type?.kind)) return item;
    return { ...item, expression: { kind: "identifier", path: [read.name] } };
  });
}
