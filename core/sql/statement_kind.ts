import { TransactionError } from "../errors.ts";

/** White space and comments before the first word of a text. */
const LEAD = String.raw`^(?:\s|--[^\n]*\n|/\*[\s\S]*?\*/)*`;
const READS = new RegExp(`${LEAD}(?:select|values|explain)\\b`, "i");
const CONTROLS = new RegExp(
  `${LEAD}(begin|start\\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\\s+transaction)\\b`,
  "i",
);

/** Whether SQL text only reads, by its first word. */
export function onlyReads(sql: string): boolean {
  return READS.test(sql);
}

/** Refuses SQL text that begins or ends a transaction, which would then belong to whoever comes next. */
export function refuseControl(sql: string): void {
  const word = CONTROLS.exec(sql)?.[1];
  if (word === undefined) return;
  throw new TransactionError(
    `Cannot run ${word.toUpperCase()} as text: its transaction would belong to nobody; use transaction() or begin()`,
  );
}
