import { selectFrom } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { RecordNotFound } from "../errors.ts";
import { resetFields } from "./dirty.ts";
import { emit } from "./hooks.ts";
import { identity, identityCondition, identityValues } from "./identity.ts";
import { prepared } from "./prepared.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

/** Reads the row of a record again, with all its columns, marked as deleted or not. */
export async function refreshRecord(record: RecordBase, backend: StorageBackend): Promise<void> {
  const meta = recordMeta(record);
  if (state.row(record) === null) throw new RecordNotFound(`Cannot refresh a ${meta.model} that is not saved`);
  identity(meta); // refuses a model without key
  const statement = prepared(meta, backend, "refresh", () => ({
    ...selectFrom(meta.table, meta.selection),
    where: identityCondition(meta.primaryKey, 0),
    limit: 1,
  }));
  const { rows } = await statement.runEncoded(identityValues(record, meta.primaryKey));
  if (rows.length === 0) {
    throw new RecordNotFound(`Cannot refresh ${meta.model}: its row does not exist any more`, {
      table: meta.table.name,
    });
  }
  state.setRow(record, rows[0]!);
  resetFields(record, backend);
  await emit(record, "afterLoad");
}
