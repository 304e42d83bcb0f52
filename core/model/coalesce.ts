import { allOf, anyOf, type ExpressionNode } from "../ast/expression.ts";
import { selectFrom } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { initialState, scopedWhere } from "../query/query_state.ts";
import { instantiate, type RecordBase } from "./record_base.ts";
import type { AnyModel } from "./registry.ts";

/** Somebody who waits for the record with a key. */
export interface KeyRequest {
  /** Values of the key, in the order of its columns. */
  readonly values: readonly unknown[];
  /** Given the record, or null. */
  readonly resolve: (record: RecordBase | null) => void;
  /** Given what went wrong. */
  readonly reject: (error: unknown) => void;
}

/** Keys of one statement. */
const MOST_KEYS = 1_000;

/** What the look-ups of one model share. */
interface Parts {
  readonly model: AnyModel;
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  /** Looks one key up by itself. */
  readonly findAlone: (values: readonly unknown[]) => Promise<RecordBase | null>;
}

/** Answers several look-ups by key with one statement; each gets a record of its own. Never rejects: the requests do. */
export async function findTogether(requests: readonly KeyRequest[], parts: Parts): Promise<void> {
  for (let start = 0; start < requests.length; start += MOST_KEYS) {
    const part = requests.slice(start, start + MOST_KEYS);
    try {
      const found = await answer(part, parts);
      part.forEach(({ resolve }, i) => resolve(found[i]!));
    } catch (error) {
      for (const { reject } of part) reject(error);
    }
  }
}

async function answer(requests: readonly KeyRequest[], parts: Parts): Promise<(RecordBase | null)[]> {
  const { model, meta, backend, findAlone } = parts;
  const { encode } = meta.plan(backend.types);
  const asked = new Map(requests.map(({ values }) => [
    textOf(meta.primaryKey.map(({ index }, i) => encode[index]!(values[i]))),
    values,
  ]));
  if (asked.size === 1 && requests.length === 1) return [await findAlone(requests[0]!.values)];
  const { rows } = await backend.run({
    ...selectFrom(meta.table, meta.selection),
    where: allOf([keysCondition(meta, [...asked.values()]), scopedWhere(initialState(meta))]),
  });
  const found = new Map(rows.map((row) => [textOf(meta.primaryKey.map(({ index }) => row[index])), row]));
  const matched = requests.map(({ values }) =>
    found.get(textOf(meta.primaryKey.map(({ index }, i) => encode[index]!(values[i]))))
  );
  // A database may take two keys for equal that are spelled differently: such a key is asked for by itself.
  const strays = found.size > new Set(matched.filter((row) => row !== undefined)).size;
  const given = matched.filter((row) => row !== undefined);
  const records = instantiate(model, given.map((row) => row.slice()), backend);
  await meta.host.afterLoad(records);
  let next = 0;
  return await Promise.all(matched.map((row, i) => {
    if (row !== undefined) return records[next++]!;
    return strays ? findAlone(requests[i]!.values) : null;
  }));
}

function textOf(values: readonly unknown[]): string {
  return values.map(String).join("\0");
}

function keysCondition({ primaryKey }: ModelMeta, keys: readonly (readonly unknown[])[]): ExpressionNode {
  const valueOf = (i: number, key: readonly unknown[]) => {
    const { type, label } = primaryKey[i]!;
    return { kind: "value", value: key[i], type, label } as const;
  };
  if (primaryKey.length === 1) {
    return { kind: "in", operand: primaryKey[0]!.node, items: keys.map((key) => valueOf(0, key)), negated: false };
  }
  return anyOf(keys.map((key) =>
    allOf(primaryKey.map(({ node }, i): ExpressionNode => ({
      kind: "comparison",
      operator: "=",
      left: node,
      right: valueOf(i, key),
    })))!
  ));
}
