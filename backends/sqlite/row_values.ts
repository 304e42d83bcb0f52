/** Makes what a driver read the same for every driver, in place: integers are numbers where that is exact, bytes are plain. */
export function normalizeRow(row: unknown[]): unknown[] {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "bigint") row[i] = exactNumber(value);
    else if (typeof value === "object" && value !== null) row[i] = plainBytes(value);
  }
  return row;
}

/** Makes what a driver read the same for every driver, in place. */
export function normalizeRows(rows: unknown[][]): unknown[][] {
  for (let i = 0; i < rows.length; i++) normalizeRow(rows[i]!);
  return rows;
}

/** An integer as a number where that is exact, else as it is. */
export function exactNumber(value: number | bigint): number | bigint {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Whether a row may hold an integer that was rounded when it was read as a number. */
export function mayBeRounded(row: readonly unknown[]): boolean {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "number" && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)) return true;
  }
  return false;
}

/** A view without the methods of Node's Buffer, some of which (`slice`, `toString`) work differently. */
function plainBytes(value: object): object {
  if (!(value instanceof Uint8Array) || value.constructor === Uint8Array) return value;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
