import { shownNumber } from "./shown_number.ts";

/** What a message says of something that should be a name: the name in quotes, or else only what it is. */
export function shownName(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : shownNumber(value);
}
