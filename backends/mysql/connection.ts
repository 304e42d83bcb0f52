import { Buffer } from "node:buffer";
import type { RunResult } from "../../core/backend/result.ts";
import { OperationalError, TransactionError } from "../../core/errors.ts";
import type { ResultMode, ServerConnection } from "../../core/sql/driver.ts";
import type { MySQL2, MySQL2Callback, MySQL2Connection } from "./drivers/mysql2.ts";
import { endsTransaction, failureOf, isFatal } from "./failures.ts";
import { readResult } from "./results.ts";
import { streamRows } from "./row_stream.ts";

/** What a connection needs beside the driver's own. */
export interface ConnectionParts {
  readonly driver: MySQL2;
  readonly raw: MySQL2Connection;
  /** Version as the server says it. */
  readonly serverVersion: string;
  /** The statement that sets the session up. */
  readonly session: string;
  /** Runs one statement over another connection to the same server. */
  readonly aside: (sql: string) => Promise<void>;
}

/** The statement cannot be prepared, only sent as text. */
const UNPREPARABLE = 1295;

/** Errors of a query whose columns and groups do not go together. */
const UNGROUPED: ReadonlySet<number | undefined> = new Set([1055, 1140]);

/** Set in `serverStatus` while a transaction is open. */
const IN_TRANSACTION = 1;

/** What ends a transaction on purpose. */
const ENDS = /^(?:commit|rollback)$/i;

/** Milliseconds that the server has to close a connection politely. */
const CLOSING = 1_000;

/** One connection of mysql2 to a MySQL or MariaDB server. */
export class MySQLConnection implements ServerConnection {
  /** Version as the server says it, such as `10.11.6-MariaDB`. */
  readonly serverVersion: string;
  /** Highest number of bytes of one statement with its parameters; more would cost the connection. */
  maxPacket: number = Infinity;
  /** Whether a statement that waited too long for a lock has lost its transaction on this server. */
  rollsBackOnLockTimeout: boolean = false;

  /** Whether the server has the names of time zones. */
  knowsTimeZones: boolean = false;

  readonly #parts: ConnectionParts;
  /** Kept, since the driver loads a module each time that it is asked for. */
  readonly #integer: MySQL2["TypedParameter"]["LONGLONG"];
  readonly #raw: MySQL2Connection;
  readonly #pending = new Set<(error: Error) => void>();
  #lost: Error | null = null;
  #isKept = true;
  #inTransaction = false;
  #ended: Error | null = null;

  /**
   * Takes an open connection of the driver.
   *
   * @internal
   */
  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#integer = parts.driver.TypedParameter.LONGLONG;
    this.#raw = parts.raw;
    this.serverVersion = parts.serverVersion;
    // mysql2 tells of a loss in several ways, and of some losses only here.
    this.#raw.on("error", (error) => this.#lose(error));
    this.#raw.on("end", () => this.#lose(lostError()));
    // Answers that belong to no question: nothing that follows could be trusted.
    this.#raw.on("warn", (error) => this.#lose(error));
    this.#raw.stream.once("close", () => this.#lose(lostError()));
  }

  /** Whether it can still be used. */
  get isAlive(): boolean {
    return this.#lost === null;
  }

  /**
   * Why the transaction that was begun on this connection is over although nobody has ended it: a deadlock, or a statement that
   * commits by itself. Null while it is open.
   */
  get endedTransaction(): Error | null {
    return this.#ended;
  }

  /** Lets the process end although the connection is open, or no longer. */
  keepAlive(keep: boolean): void {
    if (keep === this.#isKept || this.#lost !== null) return;
    this.#isKept = keep;
    if (keep) this.#raw.stream.ref();
    else this.#raw.stream.unref();
  }

  /** Runs one statement: prepared, or as text where that is not possible. */
  run(sql: string, params: readonly unknown[], mode: ResultMode): Promise<RunResult> {
    const refusal = this.#refusal(sql, params);
    if (refusal !== null) return Promise.reject(refusal);
    if (params.length === 0 && mode === "none") return this.#send("query", sql, []);
    return this.#send("execute", sql, params).catch((error) => {
      if (params.length === 0 && failureOf(error)?.errno === UNPREPARABLE) return this.#send("query", sql, []);
      if (this.#forgets(sql, error)) return this.#send("execute", sql, params);
      throw error;
    });
  }

  /** Reads rows in groups; when it is left early with much still to come, the connection is closed instead of read to its end. */
  async *stream(sql: string, params: readonly unknown[], size: number): AsyncGenerator<unknown[][]> {
    const refusal = this.#refusal(sql, params);
    if (refusal !== null) throw refusal;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {}); // raced by the stream; when the stream is over, nobody has to know
    this.#pending.add(reject);
    try {
      const values = params.map((param) => this.#parameter(param));
      const read = () => streamRows(this.#raw, { sql, values }, { size, lost: promise, destroy: () => this.destroy() });
      try {
        yield* read();
      } catch (error) {
        if (!this.#forgets(sql, error)) throw error;
        yield* read();
      }
    } catch (error) {
      this.#noteFailure(error);
      throw error;
    } finally {
      this.#pending.delete(reject);
    }
  }

  /** Sets the session up as the library relies on it. */
  async setUp(): Promise<void> {
    await this.run(this.#parts.session, [], "none");
  }

  /** Sets the session back to what it was at the beginning: variables, temporary tables, locks. */
  async reset(): Promise<void> {
    await this.#pend<void>((settle) => this.#raw.reset((error) => settle(error, undefined)));
    await this.setUp();
  }

  /** Has the server end the statement that runs on this connection. */
  cancel(): Promise<void> {
    return this.#parts.aside(`KILL QUERY ${Number(this.#raw.threadId)}`);
  }

  /** Says goodbye to the server and closes the connection. */
  async close(): Promise<void> {
    if (this.#lost !== null) return this.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSING);
    this.#raw.stream.once("close", resolve);
    this.#lose(closedError());
    this.#raw.end(() => {});
    await promise;
    clearTimeout(timer);
    this.destroy();
  }

  /** Closes the connection at once. */
  destroy(): void {
    this.#lose(closedError());
    this.#raw.destroy();
    if (!this.#raw.stream.destroyed) this.#raw.stream.destroy();
  }

  /** Why a statement is not sent. */
  #refusal(sql: string, params: readonly unknown[]): Error | null {
    if (this.#lost !== null) return this.#lost;
    // The server would run it outside of any transaction, and commit it at once.
    if (this.#ended !== null && !ENDS.test(sql)) return this.#ended;
    if (packetSize(sql, params, this.maxPacket) > this.maxPacket) {
      return new OperationalError(
        `Cannot send the statement: with its values it is larger than the server takes (max_allowed_packet is ${this.maxPacket} bytes)`,
        { sql, code: 1153 },
      );
    }
    return null;
  }

  /**
   * Whether a statement is refused that was accepted when it was prepared, as MariaDB does with an aggregate of a query in the
   * place of a table from the second time on. Nothing has been run then, and the statement is forgotten, to be prepared anew.
   */
  #forgets(sql: string, error: unknown): boolean {
    return UNGROUPED.has(failureOf(error)?.errno) && this.#raw.unprepare(sql) !== undefined;
  }

  async #send(how: "query" | "execute", sql: string, params: readonly unknown[]): Promise<RunResult> {
    const values = params.map((param) => this.#parameter(param));
    const answer = await this.#pend<readonly [unknown, unknown]>((settle) => {
      const callback: MySQL2Callback = (error, result, fields) => settle(error, [result, fields]);
      if (how === "query") this.#raw.query({ sql }, callback);
      else this.#raw.execute({ sql, values }, callback);
    });
    const { status, ...result } = readResult(...answer);
    if (status !== undefined) this.#noteStatus(status, sql);
    return result;
  }

  /** Waits for an answer of the driver, or for the loss of the connection, whichever it tells of. */
  #pend<T>(start: (settle: (error: Error | null, value: T) => void) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = (error: Error | null, value: T) => {
      this.#pending.delete(reject);
      if (error === null) return resolve(value);
      this.#noteFailure(error);
      reject(error);
    };
    this.#pending.add(reject);
    try {
      start(settle);
    } catch (error) {
      this.#pending.delete(reject);
      reject(error);
    }
    return promise;
  }

  /**
   * What the driver is to send: it would send every number as DOUBLE and a bigint as text, and the server would calculate with
   * both as DOUBLE.
   */
  #parameter(value: unknown): unknown {
    if (typeof value === "number") {
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? this.#integer(value) : value;
    }
    if (typeof value === "bigint") return value < 2n ** 63n ? this.#integer(value) : this.#integer.unsigned(value);
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return value;
  }

  #noteStatus(status: number, sql: string): void {
    const isOpen = (status & IN_TRANSACTION) !== 0;
    if (ENDS.test(sql)) this.#ended = null;
    else if (this.#inTransaction && !isOpen && this.#ended === null) {
      this.#ended = new TransactionError(
        "The statement has committed the transaction by itself: statements that change tables do that on this server",
        { sql },
      );
    }
    this.#inTransaction = isOpen;
  }

  #noteFailure(error: unknown): void {
    if (isFatal(error)) return this.#lose(error as Error); // isFatal() has looked
    if (!this.#inTransaction || this.#ended !== null) return;
    if (endsTransaction(error, this.rollsBackOnLockTimeout)) this.#ended = error as Error; // endsTransaction() has looked
  }

  #lose(error: Error): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const reject of pending) reject(error);
    if (!this.#raw.stream.destroyed) this.#raw.stream.unref();
  }
}

/** Bytes of a statement with its parameters, counted only when they could be more than the limit. */
function packetSize(sql: string, params: readonly unknown[], limit: number): number {
  let units = sql.length;
  for (const param of params) {
    if (typeof param === "string") units += param.length;
    else if (param instanceof Uint8Array) units += param.length;
  }
  // A character of two bytes in memory takes three in UTF-8 at most; the rest is for lengths and types.
  if (units * 3 + params.length * 16 + 1_024 <= limit) return 0;
  let bytes = Buffer.byteLength(sql) + params.length * 16 + 1_024;
  for (const param of params) {
    if (typeof param === "string") bytes += Buffer.byteLength(param);
    else if (param instanceof Uint8Array) bytes += param.length;
  }
  return bytes;
}

function lostError(): Error {
  return Object.assign(new Error("Connection lost: the server closed the connection"), {
    code: "PROTOCOL_CONNECTION_LOST",
    fatal: true,
  });
}

function closedError(): Error {
  return Object.assign(new Error("The connection is closed"), { code: "PROTOCOL_CONNECTION_CLOSED", fatal: true });
}
