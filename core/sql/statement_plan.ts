import { isRead, type StatementNode } from "../ast/statement.ts";
import type { QueryScope } from "../backend/query_scope.ts";
import type { CompiledStatement } from "../backend/result.ts";
import type { RunOptions } from "../backend/storage_backend.ts";
import type { Capability } from "../capabilities.ts";
import { CancelledError, QueryBuildError, TimeoutError, TransactionError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";
import type { SlotBinding, SQLBuilder } from "./builder.ts";
import { tagComment } from "./comment.ts";
import type { ResultMode } from "./driver.ts";

/** A statement that is compiled, with how it is to be run. */
export interface StatementPlan extends CompiledStatement {
  /** What the database must be able to do; null when nothing is asked of it, or it has been asked already. */
  readonly needs: ReadonlySet<Capability> | null;
  /** Whether it makes sense only inside a transaction. */
  readonly locks: boolean;
  /** The parameters that are still open. */
  readonly slots: readonly SlotBinding[];
  /** What is expected of it. */
  readonly mode: ResultMode;
  /** Whether it may run on a connection that only reads. */
  readonly reads: boolean;
  /** Whether it may be sent again when its answer was lost: a query, but no text of the user's that might do more. */
  readonly isRepeatable: boolean;
}

/** How a statement runs that a builder has written. */
export function planOf(statement: StatementNode, { sql, params, slots, needs, locks }: SQLBuilder): StatementPlan {
  const isQuery = statement.kind === "select" || statement.kind === "compound";
  // A query inside of a query may lock as well; a plan that is only asked for locks nothing.
  const reads = isRead(statement) && (!locks || statement.kind === "explain" && !statement.analyze);
  return {
    sql,
    params,
    slots,
    needs,
    locks: isQuery && locks,
    mode: resultMode(statement),
    reads,
    isRepeatable: reads && statement.kind !== "rawStatement",
  };
}

/** Which rows a statement gives. */
function resultMode(statement: StatementNode): ResultMode {
  switch (statement.kind) {
    case "compound":
    case "values":
    case "explain":
      return "rows";
    case "select":
      return statement.limit === 1 ? "row" : "rows";
    case "insert":
    case "update":
    case "delete":
      return statement.returning.length > 0 ? "rows" : "none";
    case "rawStatement":
      return "auto";
    default:
      return "none";
  }
}

/** The plan with the tags of its scope and of the call behind its text. */
export function tagged(
  plan: StatementPlan,
  scope: QueryScope | undefined,
  options: RunOptions | undefined,
): StatementPlan {
  if (scope?.tags === undefined && options?.tags === undefined) return plan;
  return { ...plan, sql: plan.sql + tagComment({ ...scope?.tags, ...options?.tags }) };
}

/** A lock that would be gone before anybody could make use of it. */
export function unprotectedLock(sql: string): TransactionError {
  return new TransactionError(
    "A query with forUpdate() or forShare() was not sent: outside a transaction its locks would be gone at once",
    { sql },
  );
}

/** Refuses a wrong time limit, and a statement that was cancelled before it was sent. */
export function checkRunOptions({ signal, timeout }: RunOptions, sql: string): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new QueryBuildError("Invalid signal: expected an AbortSignal");
  }
  if (signal?.aborted) throw new CancelledError("Statement was not sent: its signal is aborted", { sql });
  if (timeout !== undefined && !(typeof timeout === "number" && timeout > 0 && timeout <= 2 ** 31 - 1)) {
    throw new QueryBuildError(`Invalid timeout: ${shownNumber(timeout)} (milliseconds, more than 0)`);
  }
}

/** Ends a stream whose signal is aborted or whose time is over. */
export function refuseOverrun({ signal, timeout }: RunOptions, sql: string, start: number): void {
  if (signal?.aborted) throw new CancelledError("The stream was cancelled: its signal is aborted", { sql });
  if (timeout !== undefined && performance.now() - start > timeout) {
    throw new TimeoutError(`The stream took longer than its timeout of ${timeout} ms`, { sql });
  }
}
