import type { Assignment } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";
import { requireWritable } from "../query/bulk.ts";
import { decodeColumn, setField } from "./dirty.ts";
import { arrange, atomically, restorer } from "./aftermath.ts";
import { identity, identityCondition, identityValues, vanished } from "./identity.ts";
import { prepared, slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

const NUMERIC: ReadonlySet<string> = new Set([
  "int",
  "int32",
  "bigint",
  "number",
]);

/** Adds to a field in the database and reads what came of it. NULL counts as 0. */
export function incrementField(
  record: RecordBase,
  field: string,
  by: number | bigint,
  backend: StorageBackend,
): Promise<number> {
  return atomically(backend, !backend.supports("returning.update"), () => increment(record, field, by, backend));
}

async function increment(
  record: RecordBase,
  field: string,
  by: number | bigint,
  backend: StorageBackend,
): Promise<number> {
  const meta = recordMeta(record);
  const column = meta.column(field, "increment()");
  requireWritable(meta);
  if (!NUMERIC.has(column.type.kind)) {
    throw new QueryBuildError(
      `Cannot increment ${column.label}: it is not a number`,
    );
  }
  if (state.row(record) === null) {
    throw new QueryBuildError(
      `Cannot increment ${column.label} of a record that is not saved`,
    );
  }
  const found = identity(meta);
  const automatic = meta.madeOnUpdate.filter((other) => other !== column);
  const returned = [
    column,
    ...automatic,
    ...meta.version === undefined ? [] : [meta.version],
  ];
  const readsBack = !backend.supports("returning.update");
  const statement = prepared(meta, backend, `increment ${column.index}`, () => {
    const zero = {
      kind: "value",
      value: column.type.kind === "bigint" ? 0n : 0,
      type: column.type,
    } as const;
    const current = {
      kind: "function",
      name: "coalesce",
      args: [column.node, zero],
    } as const;
    const set: Assignment[] = [
      {
        column: column.name,
        value: {
          kind: "arithmetic",
          operator: "+",
          left: current,
          right: slot(column, 0),
        },
      },
      ...automatic.map((other, i): Assignment => ({
        column: other.name,
        value: slot(other, i + 1),
      })),
    ];
    if (meta.version !== undefined) {
      set.push({
        column: meta.version.name,
        value: {
          kind: "arithmetic",
          operator: "+",
          left: meta.version.node,
          right: { kind: "value", value: 1, type: meta.version.type },
        },
      });
    }
    return {
      kind: "update",
      table: meta.table,
      set,
      where: identityCondition(found, automatic.length + 1),
      returning: readsBack ? [] : returned.map((other) => other.name),
    };
  });
  const moment = new Date();
  const plan = meta.plan(backend.types);
  const { rows, affectedRows } = await statement.runEncoded([
    plan.encode[column.index]!(by),
    ...automatic.map((other) => plan.encode[other.index]!(other.onUpdate!(moment))),
    ...identityValues(record, found),
  ]);
  if (affectedRows === 0) throw vanished(meta, "increment");
  const values = readsBack
    ? await readBack(meta, backend, returned, { by: meta.primaryKey, key: identityValues(record, meta.primaryKey) })
    : rows[0]!;
  const undo = restorer(record, backend, returned);
  const row = state.row(record)!.slice();
  for (const [i, other] of returned.entries()) {
    row[other.index] = values[i];
    setField(record, other, decodeColumn(plan, other, row[other.index]));
  }
  state.setRow(record, row);
  await arrange(record, backend, undo);
  return affectedRows;
}
