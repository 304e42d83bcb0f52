import type { SQLBuilder } from "../../core/sql/builder.ts";

/** Highest unsigned integer of 64 bits: to add to it is an error. */
const HIGHEST = "18446744073709551615";

/** Why a calculation is refused by the SQL itself, where the server would go on with a wrong value or none. */
export type Refusal = "time range" | `zone range ${string}` | `zone unknown ${string}`;

/**
 * Writes an expression that is an error, in whose text the server shows the reason. It depends on a value of the row: the server
 * calculates others ahead, where they are not asked for.
 */
export function writeRefusal(reason: Refusal, write: () => void, builder: SQLBuilder): void {
  builder.sql += `FROM_UNIXTIME(${HIGHEST} + (LENGTH('${reason}') + (`;
  write();
  builder.sql += " IS NULL)))";
}

/** What the error of such an expression means; null for one of another. */
export function refusalMessage(text: string): string | null {
  const reason = /18446744073709551615 \+ \(*(?:octet_)?length\((?:_\w+)?'([^']*)'\)/i.exec(text)?.[1];
  if (reason === undefined) return null;
  const zone = reason.split(" ")[2];
  if (zone === undefined) return "a calculation with a time leaves the years 0 to 9999";
  return reason.startsWith("zone unknown")
    ? `the server's tables of time zones lack "${zone}" (fill them with mysql_tzinfo_to_sql)`
    : `a time is before 1970-01-02 or after 2038-01-18, where the server cannot calculate in the zone "${zone}"`;
}
