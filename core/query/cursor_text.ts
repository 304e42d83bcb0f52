import type { SelectNode } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { ConfigurationError, InvalidCursorError } from "../errors.ts";

/** A place in the order of a query, and which way it leads. */
export interface Place {
  /** Whether it leads back to the rows before it. */
  readonly backward: boolean;
  /** The values of the order's terms there, as the driver gave them. */
  readonly values: readonly unknown[];
}

/** Fingerprints of the clauses that a cursor belongs to. */
export type Fingerprints = Readonly<Record<"from" | "where" | "orderBy", string>>;

const CLAUSES = ["from", "where", "orderBy"] as const;

/** Number of bytes that are kept of a fingerprint, and of a signature. */
const FINGERPRINT_BYTES = 9;
const SIGNATURE_BYTES = 16;

const SHORTEST_KEY = 16;

// ---- keys

const randomKeys = new WeakMap<StorageBackend, Uint8Array<ArrayBuffer>>();

async function keyOf(backend: StorageBackend): Promise<CryptoKey> {
  const { cursorKey } = backend;
  let bytes: Uint8Array<ArrayBuffer>;
  if (cursorKey === undefined) {
    bytes = randomKeys.get(backend) ?? crypto.getRandomValues(new Uint8Array(32));
    randomKeys.set(backend, bytes);
  } else {
    bytes = typeof cursorKey === "string" ? new TextEncoder().encode(cursorKey) : new Uint8Array(cursorKey);
    if (bytes.length < SHORTEST_KEY) {
      throw new ConfigurationError(`Invalid cursorKey: it has ${bytes.length} bytes (${SHORTEST_KEY} or more)`);
    }
  }
  return await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

// ---- bytes as text that fits into a URL

function base64(bytes: Uint8Array): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

// ---- fingerprints

async function fingerprint(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (key, part) =>
    // How the planner is to go about it makes no other query.
    key === "indexHint" ? undefined : typeof part === "bigint" ? `${part}n` : part) ?? "";
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64(new Uint8Array(hash, 0, FINGERPRINT_BYTES));
}

/** What a cursor of a query must have in common with it; conditions with their values. */
export async function fingerprintsOf(node: SelectNode): Promise<Fingerprints> {
  const { where, orderBy, columns: _c, limit: _l, offset: _o, lock: _k, hints: _h, ...source } = node;
  const [from, condition, order] = await Promise.all([source, where, orderBy].map(fingerprint));
  return { from: from!, where: condition!, orderBy: order! }; // one for each of the three
}

// ---- values

function packed(value: unknown): unknown {
  if (typeof value === "bigint") return { i: String(value) };
  if (value instanceof Uint8Array) return { b: base64(value) };
  if (value instanceof Date) return { d: value.getTime() };
  if (typeof value === "number" && !Number.isFinite(value)) return { n: String(value) };
  return value;
}

function unpacked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { i, b, d, n } = value as { i?: string; b?: string; d?: number; n?: string }; // signed, so packed by us
  if (i !== undefined) return BigInt(i);
  if (b !== undefined) return fromBase64(b);
  return d !== undefined ? new Date(d) : Number(n);
}

// ---- cursors

/** A place as an opaque text with a signature. */
export async function writeCursor(place: Place, prints: Fingerprints, backend: StorageBackend): Promise<string> {
  const content = JSON.stringify([
    1,
    place.backward ? 1 : 0,
    ...CLAUSES.map((clause) => prints[clause]),
    ...place.values.map(packed),
  ]);
  const bytes = new TextEncoder().encode(content);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(backend), bytes), 0, SIGNATURE_BYTES);
  const all = new Uint8Array(SIGNATURE_BYTES + bytes.length);
  all.set(signature);
  all.set(bytes, SIGNATURE_BYTES);
  return base64(all);
}

/**
 * The place that a cursor stands for.
 *
 * @throws {InvalidCursorError} when it was changed, signed with another key, or belongs to another query
 */
export async function readCursor(
  text: string,
  prints: Fingerprints,
  { model, backend }: { readonly model: string; readonly backend: StorageBackend },
): Promise<Place> {
  const content = await verified(text, backend);
  if (content === null) {
    throw new InvalidCursorError(
      model,
      "cursor",
      "it was changed, cut off, or signed with another key" +
        (backend.cursorKey === undefined ? ": without a cursorKey a cursor holds for this process only" : ""),
    );
  }
  const [version, direction, ...rest] = content;
  if (version !== 1) throw new InvalidCursorError(model, "cursor", "it was made by another version of the library");
  for (const [i, clause] of CLAUSES.entries()) {
    if (rest[i] !== prints[clause]) {
      throw new InvalidCursorError(model, clause, `it belongs to a query with another ${clause}`);
    }
  }
  return { backward: direction === 1, values: rest.slice(CLAUSES.length).map(unpacked) };
}

async function verified(text: string, backend: StorageBackend): Promise<unknown[] | null> {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return null; // no base64, so none of ours
  const all = fromBase64(text);
  if (all.length <= SIGNATURE_BYTES) return null;
  const bytes = all.slice(SIGNATURE_BYTES);
  const expected = new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(backend), bytes));
  let difference = 0;
  for (let i = 0; i < SIGNATURE_BYTES; i++) difference |= expected[i]! ^ all[i]!; // takes the same time for any signature
  if (difference !== 0) return null;
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown[]; // signed, so written by writeCursor()
}
