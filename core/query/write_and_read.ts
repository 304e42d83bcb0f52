import type { ExpressionNode, TupleNode, ValueNode } from "../ast/expression.ts";
import { type DeleteNode, selectFrom, type UpdateNode } from "../ast/statement.ts";
import type { RunOptions, StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { decodeValue } from "./execute.ts";

/** What the steps of such a write share. */
export interface WriteAndRead {
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  /** The columns that are given back. */
  readonly returned: readonly ColumnMeta[];
  readonly options: RunOptions | undefined;
}

/** Whether the rows of a write can be found again by their keys. */
function keepsKeys({ primaryKey }: ModelMeta, statement: UpdateNode | DeleteNode): boolean {
  if (statement.kind === "delete") return primaryKey.length > 0;
  return primaryKey.length > 0 && !statement.set.some(({ column }) => primaryKey.some(({ name }) => name === column));
}

/**
 * A write that gives back columns, for a database that cannot do so itself: the rows are locked and read, written by their keys, and
 * those of an update read again, in one transaction.
 *
 * @throws {UnsupportedFeatureError} when the keys are not known, or are changed by it
 */
export async function writeAndRead(
  statement: UpdateNode | DeleteNode,
  { meta, backend, returned, options }: WriteAndRead,
): Promise<unknown[][]> {
  const { primaryKey } = meta;
  if (!keepsKeys(meta, statement)) backend.requiresCapability(`returning.${statement.kind}`);
  const columns = (list: readonly ColumnMeta[]) => list.map(({ node }) => ({ expression: node }));
  return await backend.transactions.internal(async () => {
    const isGone = statement.kind === "delete";
    const { rows } = await backend.run({
      ...selectFrom(statement.table, columns(isGone ? [...primaryKey, ...returned] : primaryKey)),
      where: statement.where,
      ...backend.supports("locks") ? { lock: { strength: "update", wait: "wait", of: [] } } : {},
    }, options);
    if (rows.length === 0) return [];
    const where = hasKeyOf(meta, rows);
    await backend.run({ ...statement, where }, options);
    if (isGone) return rows.map((row) => row.slice(primaryKey.length));
    return (await backend.run({ ...selectFrom(meta.table, columns(returned)), where }, options)).rows;
  });
}

/** The condition that a row has one of the keys that stand at the beginning of some rows. */
function hasKeyOf(meta: ModelMeta, rows: readonly (readonly unknown[])[]): ExpressionNode {
  const { primaryKey } = meta;
  const keys = rows.map((row) =>
    primaryKey.map(({ type, label }, i): ValueNode => ({
      kind: "value",
      value: decodeValue(meta, type, row[i]),
      type,
      label,
    }))
  );
  const [column, second] = primaryKey;
  if (second === undefined) {
    return { kind: "in", operand: column!.node, items: keys.map(([value]) => value!), negated: false }; // there is a key
  }
  const operand: TupleNode = { kind: "tuple", items: primaryKey.map(({ node }) => node) };
  return { kind: "in", operand, items: keys.map((items): TupleNode => ({ kind: "tuple", items })), negated: false };
}
