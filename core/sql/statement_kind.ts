import { TransactionError } from "../errors.ts";

/** White space and comments before the first word of a text. */
const BLANK = String.raw`\s|--[^\n]*\n|/\*[\s\S]*?\*/`;
const LEAD = `^(?:${BLANK})*`;
const READS = new RegExp(`${LEAD}(?:select|values)\\b`, "i");
/** The words that ask for a plan, which run the statement behind them where "analyze" is one of them. */
const EXPLAINS = new RegExp(
  `${LEAD}(?:explain\\b|analyze\\s+(?=format\\b))(?:${BLANK}|\\([^)]*\\)|(?:analy[sz]e|verbose)\\b|format\\s*=\\s*\\w+)*`,
  "i",
);
const QUERIES = new RegExp(`${LEAD}\\(*(?:select|with|values|table)\\b`, "i");
/** Words that a text which only reads may hold in a quote at most, and what stands between two statements. */
const WRITES = /\b(?:insert|update|delete|merge|into)\b|;\s*\S/i;
const CONTROLS = new RegExp(
  `${LEAD}(begin|start\\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\\s+transaction)\\b`,
  "i",
);

/** Whether SQL text only reads, by its first word. */
export function onlyReads(sql: string): boolean {
  if (READS.test(sql)) return true;
  const asked = EXPLAINS.exec(sql)?.[0];
  return asked !== undefined && (!/analy[sz]e/i.test(asked) || READS.test(sql.slice(asked.length)));
}

/** Whether SQL text begins as a query does; one on PostgreSQL may write all the same. */
export function beginsAsQuery(sql: string): boolean {
  return QUERIES.test(sql);
}

/** Whether SQL text is a query without any word of a write in it. What its functions do is not known. */
export function plainlyReads(sql: string): boolean {
  return QUERIES.test(sql) && !WRITES.test(sql);
}

/** Refuses SQL text that begins or ends a transaction, which would then belong to whoever comes next. */
export function refuseControl(sql: string): void {
  const word = CONTROLS.exec(sql)?.[1];
  if (word === undefined) return;
  throw new TransactionError(
    `Cannot run ${word.toUpperCase()} as text: its transaction would belong to nobody; use transaction() or begin()`,
  );
}
