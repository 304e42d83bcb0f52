import { selectFrom } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { RecordNotFound } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { identityCondition } from "./identity.ts";
import { columnKey, prepared } from "./prepared.ts";

/**
 * Reads columns of the row that was just written, where the write cannot give them itself. To be called in the transaction of the
 * write, so that nobody else has changed the row meanwhile. The key is encoded, in the order of the key's columns.
 *
 * @throws {UnsupportedFeatureError} when the row has no key by which it could be found
 */
export async function readBack(
  meta: ModelMeta,
  backend: StorageBackend,
  columns: readonly ColumnMeta[],
  { by, key }: { readonly by: readonly ColumnMeta[]; readonly key: readonly unknown[] },
): Promise<unknown[]> {
  // A key that the database makes in another way than by counting is known to nobody.
  if (by.length === 0 || key.some((value) => value === null || value === undefined)) {
    backend.requiresCapability("returning");
  }
  const statement = prepared(meta, backend, `read back ${columnKey(columns)}/${columnKey(by)}`, () => ({
    ...selectFrom(meta.table, columns.map((column) => ({ expression: column.node }))),
    where: identityCondition(by, 0),
    limit: 1,
  }));
  const { rows } = await statement.runEncoded(key);
  if (rows.length > 0) return rows[0]!;
  throw new RecordNotFound(`Cannot read ${meta.model} back after it was written: a trigger may have changed its key`, {
    table: meta.table.name,
  });
}
