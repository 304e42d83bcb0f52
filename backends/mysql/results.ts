import type { RunResult } from "../../core/backend/result.ts";
import type { MySQL2Field, MySQL2Header } from "./drivers/mysql2.ts";

/** What a statement gave, with the state of the server where it said that. */
export interface ReadResult extends RunResult {
  /** The `serverStatus` of a statement without rows. */
  readonly status: number | undefined;
}

/** Numbers of types in the protocol. */
const LONGLONG = 8;
const BYTES: ReadonlySet<number> = new Set([16, 249, 250, 251, 252, 253, 254]);

/** The collation of bytes. */
const BINARY = 63;

/** Reads what mysql2 gives to a callback. A procedure may give several results: its first one with rows counts. */
export function readResult(result: unknown, fields: unknown): ReadResult {
  if (!Array.isArray(result)) return readHeader(result as MySQL2Header); // all that is no list of rows
  const list = Array.isArray(fields) ? fields as (MySQL2Field | MySQL2Field[] | undefined)[] : [];
  if (list.length > 0 && list.every((item) => item !== undefined && !Array.isArray(item))) {
    return readRows(result as unknown[][], list as MySQL2Field[]); // rowsAsArray is set
  }
  const index = list.findIndex((item) => Array.isArray(item));
  if (index >= 0) return readRows(result[index] as unknown[][], list[index] as MySQL2Field[]);
  return readHeader(result.at(-1) as MySQL2Header);
}

function readHeader({ affectedRows, insertId, serverStatus }: MySQL2Header): ReadResult {
  return {
    rows: [],
    affectedRows: Number(affectedRows),
    lastInsertId: insertedKey(insertId),
    columns: [],
    status: serverStatus,
  };
}

/** 0 stands for none; beyond 2^53 the driver gives text. */
function insertedKey(id: number | string): number | bigint | null {
  if (typeof id === "number") return id === 0 ? null : id;
  const big = BigInt(id);
  const number = Number(big);
  return Number.isSafeInteger(number) ? insertedKey(number) : big;
}

function readRows(rows: unknown[][], fields: readonly MySQL2Field[]): ReadResult {
  convertRows(rows, fields);
  return {
    rows,
    affectedRows: rows.length,
    lastInsertId: null,
    columns: fields.map(({ name }) => name),
    status: undefined,
  };
}

/** Gives rows the types that the library uses: a bigint beyond 2^53, bytes that nobody else holds. */
export function convertRows(rows: readonly unknown[][], fields: readonly MySQL2Field[]): void {
  for (let column = 0; column < fields.length; column++) {
    const { columnType, characterSet } = fields[column]!;
    if (columnType === LONGLONG) {
      for (const row of rows) if (typeof row[column] === "string") row[column] = BigInt(row[column] as string);
    } else if (BYTES.has(columnType) && characterSet === BINARY) {
      // The driver's bytes are views of a packet that is much larger than they are.
      for (const row of rows) {
        if (row[column] instanceof Uint8Array) row[column] = new Uint8Array(row[column] as Uint8Array);
      }
    }
  }
}
