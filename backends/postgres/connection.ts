import type { Socket } from "node:net";
import type { RunResult } from "../../core/backend/result.ts";
import { type ConnectionError, OperationalError, QueryError, TransactionError } from "../../core/errors.ts";
import type { ResultMode, ServerConnection } from "../../core/sql/driver.ts";
import type { PostgreSQLConnectionConfig } from "./config.ts";
import type { DriverClient, DriverResult, SendMode } from "./driver.ts";
import { connectionLost, endsConnection, isDriverFailure, isStalePlan } from "./errors.ts";
import { StatementCache } from "./statement_cache.ts";
import { valueText } from "./values.ts";

/** What is known of a server once a connection is open. */
export interface ServerFacts {
  /** Its version, such as `15.4 (Debian 15.4-1)`. */
  readonly version: string;
  /** Whether a pooler stands between. */
  readonly isPooled: boolean;
}

interface Job {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly mode: ResultMode;
  readonly resolve: (result: RunResult) => void;
  readonly reject: (error: unknown) => void;
}

const NO_COLUMNS: readonly string[] = [];

/** What a connection speaks another language for. */
const COPY = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*copy\b[\s\S]*\b(?:from\s+stdin|to\s+stdout)\b/i;

/** Milliseconds for a goodbye. */
const GOODBYE = 2_000;

/**
 * One connection to a PostgreSQL server, whatever the driver. It sends one statement at a time, but for queries that share it, and keeps the promise that each of
 * them settles: when the connection is lost all that is under way is rejected here, whatever the driver does.
 */
export class PostgreSQLConnection implements ServerConnection {
  readonly #config: PostgreSQLConnectionConfig;
  readonly #socket: Socket;
  readonly #client: DriverClient;
  readonly #statements: StatementCache;
  readonly #evicts: boolean;
  readonly #flying = new Set<Job>();
  #waiting: Job[] = [];
  #lost: ConnectionError | null = null;
  #isRetired = false;
  #isReferenced = true;
  #inTransaction = false;
  #failure: Error | null = null;
  #closing: Promise<void> | null = null;
  /** What is known of the server. */
  facts: ServerFacts = { version: "", isPooled: false };
  /** Called once when the connection is lost. */
  onLost: ((error: ConnectionError) => void) | null = null;

  /** Takes an open socket with a user signed in. */
  constructor(config: PostgreSQLConnectionConfig, socket: Socket, client: DriverClient) {
    this.#config = config;
    this.#socket = socket;
    this.#client = client;
    this.#statements = new StatementCache(config.prepare ? config.statementCacheSize : 0);
    this.#evicts = client.forget("");
  }

  /** Whether it can still be used. */
  get isAlive(): boolean {
    return this.#lost === null && !this.#isRetired;
  }

  /** The error of the statement that has failed in the open transaction, after which PostgreSQL takes no other. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** What the server knows the connection by. */
  get processId(): number | null {
    return this.#client.key?.pid ?? null;
  }

  // ---- statements

  /** Runs one statement. Statements sent at the same time run in their order. */
  run(sql: string, params: readonly unknown[], mode: ResultMode): Promise<RunResult> {
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    const job = { sql, params, mode, resolve, reject };
    if (this.#lost !== null) reject(connectionLost(this.#config, sql, this.#lost));
    else if (this.#waiting.length === 0 && this.#mayStart(job)) this.#start(job);
    else this.#waiting.push(job);
    return promise;
  }

  /** Queries outside transactions may follow each other without waiting for answers; all else is alone. */
  #mayStart({ mode }: Job): boolean {
    if (this.#flying.size === 0) return true;
    if (this.#inTransaction || this.#flying.size >= this.#client.pipeline || !isQuery(mode)) return false;
    for (const job of this.#flying) return isQuery(job.mode); // what flies is one statement of another kind, or all queries
    return true;
  }

  #start(job: Job): void {
    this.#flying.add(job);
    let attempt: Promise<DriverResult>;
    try {
      attempt = this.#attempt(job);
    } catch (error) {
      // Nothing was sent.
      this.#flying.delete(job);
      return job.reject(error);
    }
    attempt.then((result) => {
      this.#next(job);
      this.#succeed(job, result);
    }, (error) => {
      this.#next(job);
      this.#fail(job, error);
    });
  }

  #next(job: Job): void {
    if (!this.#flying.delete(job)) return;
    while (this.#waiting.length > 0 && this.#mayStart(this.#waiting[0]!)) this.#start(this.#waiting.shift()!);
  }

  #attempt({ sql, params, mode }: Job): Promise<DriverResult> {
    const texts = params.map(valueText);
    if (mode === "none" && texts.length === 0) return this.#client.send(sql, texts, "simple");
    const sendMode = this.#modeOf(sql);
    if (sendMode === "prepared") {
      return this.#client.send(sql, texts, sendMode).catch((error) => this.#replan(error, sql, texts));
    }
    if (COPY.test(sql)) {
      throw new QueryError(
        "Cannot run COPY: its rows are no result; use insertMany(), or COPY with a file of the server",
        { sql },
      );
    }
    return this.#client.send(sql, texts, sendMode);
  }

  /** Sends a statement again that was refused because its plan is older than the tables. */
  #replan(error: unknown, sql: string, texts: (string | null)[]): Promise<DriverResult> {
    if (!isStalePlan(error)) throw error;
    this.#statements.delete(sql);
    this.#client.forget(sql);
    // Nothing was done yet; in a transaction nothing more can be done.
    if (this.#inTransaction || this.#lost !== null) throw error;
    return this.#client.send(sql, texts, "once");
  }

  #modeOf(sql: string): SendMode {
    const { isPrepared, evicted } = this.#statements.ask(sql, this.#evicts);
    if (evicted !== undefined) this.#client.forget(evicted);
    return isPrepared ? "prepared" : "once";
  }

  #succeed(job: Job, { rows, count, command, fields }: DriverResult): void {
    const { mode } = job;
    if (mode === "none") {
      const refusal = this.#follow(job.sql, command);
      if (refusal !== null) return job.reject(refusal);
    }
    job.resolve({
      rows: mode === "none" ? [] : mode === "row" && rows.length > 1 ? [rows[0]!] : rows,
      affectedRows: count ?? rows.length,
      lastInsertId: null,
      columns: mode === "auto" ? fields.map(({ name }) => name) : NO_COLUMNS,
    });
  }

  /** Keeps track of the transaction. */
  #follow(sql: string, command: string): Error | null {
    switch (command) {
      case "BEGIN":
        this.#inTransaction = true;
        return null;
      case "COMMIT":
        this.#leaveTransaction();
        return null;
      case "ROLLBACK": {
        if (sql.startsWith("ROLLBACK TO")) {
          this.#failure = null;
          return null;
        }
        const failure = this.#failure;
        this.#leaveTransaction();
        return sql === "ROLLBACK" ? null : notCommitted(failure);
      }
      default:
        return null;
    }
  }

  #leaveTransaction(): void {
    this.#inTransaction = false;
    this.#failure = null;
  }

  #fail(job: Job, error: unknown): void {
    if (endsConnection(error) || isDriverFailure(error)) this.#lose(error);
    if (this.#inTransaction) this.#failure ??= error instanceof Error ? error : new OperationalError("It failed");
    job.reject(this.#lost === null ? error : connectionLost(this.#config, job.sql, error));
  }

  /**
   * Reads rows through a cursor in a transaction of its own. Ending the iteration early frees it.
   */
  async *stream(sql: string, params: readonly unknown[], size: number): AsyncGenerator<unknown[][]> {
    await this.run("BEGIN", [], "none");
    let isOpen = true;
    try {
      await this.run(`DECLARE activerecord_stream NO SCROLL CURSOR FOR ${sql}`, params, "none");
      const fetch = `FETCH FORWARD ${size} FROM activerecord_stream`;
      for (;;) {
        const { rows } = await this.run(fetch, [], "rows");
        const count = rows.length;
        // The driver's own objects refer to each other, so a result lives on until V8 looks at all of its memory: better empty.
        if (count > 0) yield rows.splice(0);
        if (count < size) break;
      }
      isOpen = false;
      await this.run("COMMIT", [], "none");
    } finally {
      if (isOpen && this.#lost === null) {
        // A failure here leaves a transaction open that would be the next user's.
        await this.run("ROLLBACK", [], "none").catch(() => this.destroy());
      }
    }
  }

  /** Asks the server, over another connection, to end the statement that runs on this one. */
  async cancel(): Promise<void> {
    const { key } = this.#client;
    if (key === null) return;
    const { requestCancel } = await import("./drivers/socket.ts");
    await requestCancel(this.#config, key);
  }

  // ---- the end

  /** Lets the process end although the connection is open, or no longer. */
  keepAlive(keep: boolean): void {
    if (!keep) this.#retire();
    if (keep === this.#isReferenced) return;
    this.#isReferenced = keep;
    if (keep) this.#socket.ref();
    else this.#socket.unref();
  }

  /**
   * A driver that never forgets a statement is given up when many could not be prepared: the application has turned to others. It
   * is idle now, so that the pool takes another connection next time.
   */
  #retire(): void {
    if (this.#statements.refused > 20 * this.#config.statementCacheSize) this.#isRetired = true;
  }

  /** The connection is gone: whatever is under way is rejected. */
  lose(reason: unknown): void {
    if (this.#lost === null) this.#lose(reason);
  }

  #lose(reason: unknown): void {
    if (this.#lost !== null) return;
    const error = connectionLost(this.#config, undefined, reason);
    this.#lost = error;
    const jobs = [...this.#flying, ...this.#waiting];
    this.#flying.clear();
    this.#waiting = [];
    this.#socket.destroy();
    this.#client.abandon();
    for (const { sql, reject } of jobs) reject(connectionLost(this.#config, sql, reason));
    const tell = this.onLost;
    this.onLost = null;
    tell?.(error);
  }

  /** Closes the connection politely; never rejects and never takes longer than a few seconds. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    if (this.#lost !== null) return;
    this.onLost = null;
    this.#socket.ref();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GOODBYE);
    await Promise.race([this.#client.end().catch(ignore), late]);
    clearTimeout(timer);
    this.lose(undefined);
  }

  /** Closes the connection at once; what is under way rejects. */
  destroy(): void {
    this.onLost = null;
    this.lose(undefined);
  }
}

function ignore(): void {}

function isQuery(mode: ResultMode): boolean {
  return mode === "rows" || mode === "row";
}

/** The error for a COMMIT that PostgreSQL has answered with ROLLBACK. */
export function notCommitted(failure: Error | null): TransactionError {
  return new TransactionError(
    "Transaction was rolled back instead of committed: one of its statements had failed, after which PostgreSQL undoes all of it;" +
      " run a statement that may fail in a nested transaction() of its own",
    failure === null ? {} : { driverError: failure },
  );
}
