/** What a message says of something that should be a number: the number, or else only its type, since it may be a secret. */
export function shownNumber(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return value === null || value === undefined
    ? String(value)
    : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}
