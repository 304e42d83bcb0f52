import { CancelledError, ConnectionError } from "../../core/errors.ts";
import type { PostgreSQLConnection } from "./connection.ts";

/** A message of NOTIFY. */
export interface PostgreSQLNotification {
  /** The channel. */
  readonly channel: string;
  /** What was sent with it; empty when nothing was. */
  readonly payload: string;
}

/** Options of `listen()`. */
export interface ListenOptions {
  /** Ends the iteration with `CancelledError` when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds between two questions whether the server is still there; a connection that was cut without a word is noticed by
   * them. @default {30000}
   */
  readonly heartbeat?: number | undefined;
}

/** Opens a connection that tells of the notifications that come in. */
export type OpenListener = (
  onNotification: (channel: string, payload: string) => void,
) => Promise<PostgreSQLConnection>;

/**
 * Listens on a connection of its own. It is not opened again when it is lost: what was sent meanwhile is lost too, which nobody
 * but the caller can make good; so the iteration ends with a `ConnectionError`.
 */
export async function* listenOn(
  open: OpenListener,
  statement: string,
  { signal, heartbeat = 30_000 }: ListenOptions,
): AsyncGenerator<PostgreSQLNotification, void, undefined> {
  const inbox = new Inbox();
  if (signal?.aborted) throw cancelled();
  const connection = await open((channel, payload) => inbox.add({ channel, payload }));
  const abort = () => inbox.fail(cancelled());
  signal?.addEventListener("abort", abort, { once: true });
  connection.onLost = (error) => inbox.fail(error);
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    if (!connection.isAlive) throw new ConnectionError("The connection was lost before it listened");
    await connection.run(statement, [], "none");
    timer = setInterval(() => void checkPulse(connection, heartbeat, inbox), heartbeat);
    for (;;) yield await inbox.next();
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", abort);
    await connection.close();
  }
}

function cancelled(): CancelledError {
  return new CancelledError("Listening was ended: its signal was aborted");
}

async function checkPulse(connection: PostgreSQLConnection, limit: number, inbox: Inbox): Promise<void> {
  const timer = setTimeout(() => {
    inbox.fail(
      new ConnectionError(`The connection that listens was lost: the server did not answer within ${limit} ms`),
    );
    connection.destroy();
  }, limit);
  try {
    await connection.run("SELECT 1", [], "none");
  } catch (error) {
    inbox.fail(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Notifications in the order in which they came, and the error that ends them. */
class Inbox {
  #messages: PostgreSQLNotification[] = [];
  #failure: { readonly error: unknown } | null = null;
  #waiting: PromiseWithResolvers<void> | null = null;

  add(message: PostgreSQLNotification): void {
    this.#messages.push(message);
    this.#waiting?.resolve();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#waiting?.resolve();
  }

  /** The next message, as soon as there is one. Messages that came before a failure are given first. */
  async next(): Promise<PostgreSQLNotification> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#failure !== null) throw this.#failure.error;
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
      this.#waiting = null;
    }
  }
}
