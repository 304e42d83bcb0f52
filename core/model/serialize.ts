import type { ColumnMeta } from "../meta/column_meta.ts";
import { fieldOf } from "./dirty.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

/** A value as JSON has it: bigints and times as text, bytes as base64. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return toBase64(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (
    typeof value === "object" && value !== null && "toJSON" in value &&
    typeof value.toJSON === "function"
  ) {
    return value.toJSON();
  }
  return Array.isArray(value) ? value.map(toPlain) : value;
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In pieces, since a call takes a limited number of arguments.
  for (let i = 0; i < bytes.length; i += 8_192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  }
  return btoa(text);
}

function shown(record: RecordBase): ColumnMeta[] {
  return recordMeta(record).columns.filter((column) => !column.hidden && fieldOf(record, column) !== undefined);
}

/** Records that are being serialised now: relations may lead back to them. */
const open = new Set<object>();

/** A record as plain data for JSON, with its loaded relations and without hidden fields. */
export function serialize(record: RecordBase): Record<string, unknown> {
  const plain: Record<string, unknown> = Object.fromEntries(
    shown(record).map((column) => [column.field, toPlain(fieldOf(record, column))]),
  );
  open.add(record);
  try {
    for (const [name, loaded] of state.relations(record) ?? []) {
      const { value } = loaded as { readonly value: object | null | object[] }; // kept by the relations
      if (Array.isArray(value)) {
        plain[name] = value.filter((item) => !open.has(item)).map(toPlain);
      } else if (value === null || !open.has(value)) plain[name] = toPlain(value);
    }
  } finally {
    open.delete(record);
  }
  return plain;
}

/** The fields of a record for the console, without hidden ones. */
export function inspectable(record: RecordBase): Record<string, unknown> {
  return Object.fromEntries(shown(record).map((column) => [column.field, fieldOf(record, column)]));
}
