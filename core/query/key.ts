import { allOf, type ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import type { QuerySource, SourceColumn } from "./source.ts";

/** One value of a key. */
export type KeyValue = string | number | bigint | Date | Uint8Array;

/** A primary key: its value; for a composite one its values in order, or by field. */
export type KeyInput =
  | KeyValue
  | readonly KeyValue[]
  | Readonly<Record<string, KeyValue>>;

/** A primary key of rows with these fields: its value; for a composite one its values in order, or by field. */
export type KeyOf<C> = KeyValue | readonly KeyValue[] | { readonly [K in keyof C]?: NonNullable<C[K]> };

/** The values of a key in the order of the key's columns. */
export function keyValues(meta: ModelMeta, key: KeyInput): readonly unknown[] {
  const { primaryKey, model } = meta;
  // The usual key needs no look at its form.
  if (primaryKey.length === 1 && (typeof key === "number" || typeof key === "string")) return [key];
  if (primaryKey.length === 0) {
    throw new QueryBuildError(`${model} has no primary key: use findBy()`);
  }
  const values = isByField(key) ? primaryKey.map((column) => key[column.field]) : Array.isArray(key) ? key : [key];
  const missing = primaryKey.filter((_, i) => values[i] === undefined || values[i] === null);
  if (missing.length > 0 || values.length !== primaryKey.length) {
    const expected = primaryKey.map((column) => column.field).join(", ");
    throw new QueryBuildError(
      `Invalid key of ${model}: expected ${
        primaryKey.length === 1 ? `a value for ${expected}` : `values for ${expected}`
      }, none of them null or undefined`,
    );
  }
  return values;
}

function isByField(key: KeyInput): key is Readonly<Record<string, KeyValue>> {
  return typeof key === "object" && key !== null && !Array.isArray(key) &&
    !(key instanceof Date) &&
    !(key instanceof Uint8Array);
}

/** The condition that a row has this key. */
export function keyCondition(meta: ModelMeta, key: KeyInput, { primaryKey }: QuerySource = meta): ExpressionNode {
  const values = keyValues(meta, key);
  return allOf(primaryKey.map((column, i) => equals(column, values[i])))!; // a key has at least one column
}

function equals(column: SourceColumn, value: unknown): ExpressionNode {
  return {
    kind: "comparison",
    operator: "=",
    left: column.node,
    right: { kind: "value", value, type: column.type, label: column.label },
  };
}
