import type { IndexHint, LockClause, PlannerHints } from "../ast/clauses.ts";
import { QueryBuildError } from "../errors.ts";
import type { SQLBuilder } from "./builder.ts";

const STRENGTHS: Readonly<Record<string, string>> = { update: " FOR UPDATE", share: " FOR SHARE" };
const WAITS: Readonly<Record<string, string>> = { wait: "", nowait: " NOWAIT", skipLocked: " SKIP LOCKED" };

/** A word that ends up in the text must be a known one, whatever the types were told. */
function known(words: Readonly<Record<string, string>>, word: string): string {
  if (!Object.hasOwn(words, word)) throw new QueryBuildError(`Unknown word ${JSON.stringify(word)} in a lock`);
  return words[word]!;
}

/** Standard FOR UPDATE and FOR SHARE, with what modern databases add. */
export function writeLock({ strength, wait, of }: LockClause, builder: SQLBuilder): void {
  builder.need("locks");
  builder.sql += known(STRENGTHS, strength);
  if (of.length > 0) {
    builder.need("locks.of");
    builder.sql += " OF ";
    builder.identifiers(of);
  }
  const waiting = known(WAITS, wait);
  if (waiting === "") return;
  builder.need(wait === "nowait" ? "locks.nowait" : "locks.skipLocked");
  builder.sql += waiting;
}

/** For a database without index hints: the statement is refused before it is sent. */
export function refuseIndexHint(_hint: IndexHint, builder: SQLBuilder): void {
  builder.need("hints.index");
}

/** For a database without planner hints: the statement is refused before it is sent. */
export function refuseHints({ texts, keepsJoinOrder }: PlannerHints, builder: SQLBuilder): void {
  if (texts.length > 0) builder.need("hints.optimizer");
  if (keepsJoinOrder) builder.need("hints.joinOrder");
}

/** Hints as a comment behind SELECT, as MySQL and PostgreSQL's pg_hint_plan read them. */
export function writeHintComment({ texts, keepsJoinOrder }: PlannerHints, builder: SQLBuilder): void {
  if (keepsJoinOrder) builder.need("hints.joinOrder");
  if (texts.length === 0) return;
  builder.need("hints.optimizer");
  builder.sql += `/*+ ${texts.map(checkedHint).join(" ")} */ `;
}

/** A hint stands in a comment, which it must not end; nor may it hold what could be taken for a placeholder. */
function checkedHint(text: string): string {
  if (typeof text !== "string" || !/^[\w@`.,()='"%+\- ]+$/.test(text) || /--/.test(text)) {
    throw new QueryBuildError(
      "Invalid hint in optimizerHint: expected names, numbers, quotes, brackets, commas and spaces only",
    );
  }
  return text;
}
