import { AssertionError } from "node:assert/strict";
import type { QueryPlan } from "../../mod.ts";

/** A query whose plan can be asked for, or the plan itself. */
export type Explainable = QueryPlan | { explain(): Promise<QueryPlan> };

async function planOf(subject: Explainable): Promise<QueryPlan> {
  return "explain" in subject ? await subject.explain() : subject;
}

function fail(message: string, plan: QueryPlan, stackStartFn: typeof assertUsesIndex | typeof assertNoFullScan): never {
  const text = String(plan).split("\n").map((line) => `\n  ${line}`).join("");
  throw new AssertionError({ message: `${message}:\n  ${plan.sql}${text}`, stackStartFn });
}

/**
 * Fails unless the database means to use an index for a query: the one of this name, or any.
 *
 * @example
 * ```ts ignore
 * await assertUsesIndex(User.where({ email: "ada@example.org" }), "users_email_key");
 * ```
 *
 * @throws {AssertionError} with the query and its plan
 */
export async function assertUsesIndex(subject: Explainable, index?: string): Promise<void> {
  const plan = await planOf(subject);
  if (plan.usesIndex(index)) return;
  fail(
    index === undefined ? "The query uses no index" : `The query does not use the index "${index}"`,
    plan,
    assertUsesIndex,
  );
}

/**
 * Fails when the database means to read a table whole, without an index.
 *
 * @throws {AssertionError} with the query and its plan
 */
export async function assertNoFullScan(subject: Explainable): Promise<void> {
  const plan = await planOf(subject);
  if (plan.fullScan) fail(`The query reads whole tables (${plan.fullScans.join(", ")})`, plan, assertNoFullScan);
}
