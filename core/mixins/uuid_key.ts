import { Column } from "../meta/column.ts";
import type { Mixin } from "../model/mixin.ts";

/** The fields of {@linkcode uuidKey}. */
export type UUIDKey = {
  /** A UUID of version 7, made by the application: keys grow with time. */
  readonly id: Column<string, string, true>;
};

/** Time and counter of the last key, so that keys of one millisecond keep their order. */
let last = { time: 0, counter: 0 };

/**
 * A UUID of version 7: 48 bits of time, a counter of 12 bits within the millisecond, 62 random bits.
 *
 * Source: {@link https://www.rfc-editor.org/rfc/rfc9562#section-5.7 | RFC 9562, section 5.7}.
 */
export function uuidv7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Math.max(Date.now(), last.time);
  const counter = now === last.time ? last.counter + 1 : ((bytes[6]! & 0x03) << 8) | bytes[7]!;
  last = counter > 0xfff ? { time: now + 1, counter: 0 } : { time: now, counter };
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(last.time / 2 ** 32));
  view.setUint32(2, last.time % 2 ** 32);
  view.setUint16(6, 0x7000 | last.counter);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Adds `id`, a primary key that the application makes: known before the row is saved. */
export function uuidKey(): Mixin<UUIDKey> {
  const check = (value: unknown) =>
    typeof value === "string" && UUID.test(value)
      ? { value }
      : { issues: [{ path: [], code: "invalid_format", message: "Invalid input: expected a UUID" }] };
  return {
    name: "uuidKey",
    shape: { id: new Column(null, check, true, { type: "uuid", primaryKey: true, onInsert: uuidv7 }) },
  };
}
