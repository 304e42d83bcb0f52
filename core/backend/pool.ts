import { ConnectionError, TimeoutError } from "../errors.ts";
import type { MaybePromise } from "./result.ts";
import { cancelledWait, WaitingLine } from "./waiting_line.ts";

/** How many connections a pool keeps and for how long. Times are milliseconds. */
export interface PoolSettings {
  /** Connections that are opened at once and kept while idle. */
  readonly min: number;
  /** Most connections at the same time. */
  readonly max: number;
  /** Longest wait for a connection. */
  readonly acquireTimeout: number;
  /** An idle connection is closed after this time, down to `min`; 0 keeps it. */
  readonly idleTimeout: number;
  /** A connection is replaced after this time, 10 % more or less so that not all go at once; 0 keeps it. */
  readonly maxLifetime: number;
  /** A connection that was idle for longer than this is asked for a sign of life before it is used. */
  readonly validateAfter: number;
}

/** What a pool needs to know of its connections. */
export interface PoolResource {
  /** Whether it can still be used, as far as is known without asking the server. */
  readonly isAlive: boolean;
  /** Lets the process end although the connection is open, or no longer. */
  keepAlive(keep: boolean): void;
}

/** What a pool does with connections. */
export interface PoolPort<C extends PoolResource> {
  /** Opens a connection that is ready for use. */
  open(): Promise<C>;
  /** Closes a connection; it does nothing at that time, or is broken. Must not throw. */
  close(connection: C): MaybePromise<void>;
  /** Asks a connection for a sign of life; false or an error means that it is not usable. */
  validate(connection: C): Promise<boolean>;
}

/** What uses a connection. */
export type PoolUse = "a statement" | "a transaction" | "a stream";

/** A pool in numbers. */
export interface PoolStats {
  /** Connections that are open. */
  readonly size: number;
  /** Connections that wait for work. */
  readonly idle: number;
  /** Connections in use. */
  readonly busy: number;
  /** Connections that are being opened. */
  readonly opening: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
  /** Fewest connections. */
  readonly min: number;
  /** Most connections. */
  readonly max: number;
  /** How often a connection was given out. */
  readonly acquired: number;
  /** How often a connection came back. */
  readonly released: number;
  /** How many connections were opened. */
  readonly opened: number;
  /** How many connections were closed or lost. */
  readonly closed: number;
  /** How many could not be opened. */
  readonly failed: number;
  /** How many callers waited longer than `acquireTimeout`. */
  readonly timedOut: number;
}

/** Most statements that share a connection. */
const MOST_SHARERS = 16;

interface Slot<C> {
  readonly connection: C;
  readonly expiresAt: number;
  idleSince: number;
  use: PoolUse | null;
  usedSince: number;
  /** How many statements share it; 0 while it has one user or none. */
  sharers: number;
}

/** What somebody wants a connection for, and whether it may be shared. */
interface Wish {
  readonly use: PoolUse;
  readonly shares: boolean;
}

/**
 * Connections that are opened when they are needed, given out to one user at a time in the order of asking, and closed when
 * they are old, idle for long or lost.
 */
export class ConnectionPool<C extends PoolResource> {
  readonly #settings: PoolSettings;
  readonly #port: PoolPort<C>;
  readonly #slots = new Map<C, Slot<C>>();
  /** The last one in is the first one out, so that those not needed grow old. */
  #idle: Slot<C>[] = [];
  readonly #waiting: WaitingLine<C, Wish>;
  #opening = 0;
  #closed = false;
  #emptied: PromiseWithResolvers<void> | null = null;
  #sweep: number | undefined;
  readonly #counts = { acquired: 0, released: 0, opened: 0, closed: 0, failed: 0, timedOut: 0 };

  /** Opens nothing yet: see {@linkcode ConnectionPool.fill}. */
  constructor(settings: PoolSettings, port: PoolPort<C>) {
    this.#settings = settings;
    this.#port = port;
    this.#waiting = new WaitingLine({
      timeout: settings.acquireTimeout,
      late: () => {
        this.#counts.timedOut++;
        return this.#timeoutError();
      },
      onRefused: () => this.#tellIfEmptied(),
    });
  }

  /** Most connections at the same time. */
  get max(): number {
    return this.#settings.max;
  }

  /** The pool in numbers, now. */
  stats(): PoolStats {
    const { min, max } = this.#settings;
    const idle = this.#idle.length;
    return {
      size: this.#slots.size,
      idle,
      busy: this.#slots.size - idle,
      opening: this.#opening,
      waiting: this.#waiting.size,
      min,
      max,
      ...this.#counts,
    };
  }

  /** Opens the fewest connections that the pool keeps, at least one. Throws what opening one throws. */
  async fill(): Promise<void> {
    const missing = Math.max(1, this.#settings.min) - this.#slots.size - this.#opening;
    const opening = Array.from({ length: Math.max(0, missing) }, () => this.#openOne());
    // All are awaited, so that none is opened behind the back of a caller who has the error of another.
    const results = await Promise.allSettled(opening);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /**
   * Takes a connection: an idle one at once, else as soon as one is free or opened.
   *
   * @throws {TimeoutError} when none is free within `acquireTimeout`
   * @throws {ConnectionError} when none can be opened, or the pool is closed
   * @throws {CancelledError} when the signal is aborted during the wait
   */
  acquire(use: PoolUse, signal?: AbortSignal): MaybePromise<C> {
    return this.#acquire(use, false, signal);
  }

  #acquire(use: PoolUse, shares: boolean, signal?: AbortSignal): MaybePromise<C> {
    if (this.#closed) throw closedError();
    if (signal?.aborted) throw cancelledWait();
    // Whoever waits is first.
    if (this.#waiting.size === 0) {
      const now = performance.now();
      const slot = this.#takeIdle(now);
      if (slot !== null) {
        if (now - slot.idleSince <= this.#settings.validateAfter) return this.#give(slot, { use, shares }, now);
        return this.#validated(slot, { use, shares }, signal);
      }
    }
    const granted = this.#waiting.join({ use, shares }, signal);
    this.#openForWaiting();
    return granted;
  }

  /**
   * Takes a connection that others may use at the same time, for a statement that is known to be quick: a free one, or where all
   * are in use the one that the fewest such statements share. Nobody who waits for a connection of his own is passed by.
   */
  acquireShared(): MaybePromise<C> {
    if (this.#closed) throw closedError();
    const { max } = this.#settings;
    if (this.#waiting.size > 0 || this.#idle.length > 0 || this.#slots.size < max) {
      return this.#acquire("a statement", true);
    }
    let chosen: Slot<C> | null = null;
    for (const slot of this.#slots.values()) {
      if (slot.sharers === 0 || slot.sharers >= MOST_SHARERS || !slot.connection.isAlive) continue;
      if (chosen === null || slot.sharers < chosen.sharers) chosen = slot;
    }
    if (chosen === null) return this.#acquire("a statement", true);
    chosen.sharers++;
    this.#counts.acquired++;
    return chosen.connection;
  }

  /** Whether a statement is the only user of a connection now. */
  isAlone(connection: C): boolean {
    return (this.#slots.get(connection)?.sharers ?? 0) <= 1;
  }

  /** Gives a connection back; one that is lost or too old is closed. */
  release(connection: C): void {
    const slot = this.#slots.get(connection);
    if (slot === undefined || slot.use === null) return;
    if (slot.sharers > 1) {
      slot.sharers--;
      this.#counts.released++;
      return;
    }
    slot.sharers = 0;
    slot.use = null;
    this.#counts.released++;
    const now = performance.now();
    if (!connection.isAlive || now >= slot.expiresAt) {
      this.#discard(slot);
      this.#openForWaiting();
      return;
    }
    this.#offer(slot, now);
  }

  /** Closes a connection that must not be used again. */
  destroy(connection: C): void {
    const slot = this.#slots.get(connection);
    if (slot === undefined) return;
    if (slot.use !== null) this.#counts.released += Math.max(1, slot.sharers);
    slot.sharers = 0;
    slot.use = null;
    this.#idle = this.#idle.filter((other) => other !== slot);
    this.#discard(slot);
    this.#openForWaiting();
  }

  /**
   * Refuses new users, waits for the present ones and for those who wait already, and closes all connections. Connections that
   * are not given back in time are closed under their users.
   */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
    if (this.#isInUse()) {
      this.#emptied ??= Promise.withResolvers();
      const timer = setTimeout(() => this.#emptied?.resolve(), this.#settings.acquireTimeout);
      await this.#emptied.promise;
      clearTimeout(timer);
    }
    this.#waiting.refuseAll(closedError);
    this.#idle = [];
    await Promise.all([...this.#slots.values()].map((slot) => this.#discard(slot)));
  }

  #isInUse(): boolean {
    return this.#opening > 0 || this.#waiting.size > 0 || this.#slots.size > this.#idle.length;
  }

  #takeIdle(now: number): Slot<C> | null {
    for (let slot = this.#idle.pop(); slot !== undefined; slot = this.#idle.pop()) {
      if (slot.connection.isAlive && now < slot.expiresAt) return slot;
      this.#discard(slot);
    }
    return null;
  }

  #give(slot: Slot<C>, { use, shares }: Wish, now: number): C {
    slot.use = use;
    slot.sharers = shares ? 1 : 0;
    slot.usedSince = now;
    this.#counts.acquired++;
    slot.connection.keepAlive(true);
    return slot.connection;
  }

  /** A connection that was idle for long may be dead without anybody knowing. */
  async #validated(slot: Slot<C>, { use, shares }: Wish, signal: AbortSignal | undefined): Promise<C> {
    // Until it has answered it is for nobody else.
    const connection = this.#give(slot, { use, shares: false }, performance.now());
    if (await this.#isUsable(connection)) {
      slot.sharers = shares ? 1 : 0;
      return connection;
    }
    this.destroy(connection);
    return await this.#acquire(use, shares, signal);
  }

  async #isUsable(connection: C): Promise<boolean> {
    try {
      return await this.#port.validate(connection) && connection.isAlive;
    } catch {
      return false; // whatever is wrong with it, another one is opened
    }
  }

  #timeoutError(): TimeoutError {
    const now = performance.now();
    const used = [...this.#slots.values()].filter((slot) => slot.use !== null);
    const longest = used.reduce<Slot<C> | null>((a, b) => a === null || b.usedSince < a.usedSince ? b : a, null);
    const { max, acquireTimeout } = this.#settings;
    const since = longest === null
      ? ""
      : `, the longest by ${longest.use} for ${Math.round(now - longest.usedSince)} ms`;
    return new TimeoutError(
      `No connection was free within acquireTimeout (${acquireTimeout} ms): ${used.length} of ${max} are busy${since}, ` +
        `${this.#opening} are being opened, ${this.#waiting.size} more are waiting (is a commit or an await missing?)`,
    );
  }

  /** Opens connections for those who wait, as many as there may be. */
  #openForWaiting(): void {
    while (this.#opening < this.#waiting.size && this.#slots.size + this.#opening < this.#settings.max) {
      // The error of one that cannot be opened belongs to the caller who has waited longest.
      this.#openOne().catch((error) => {
        this.#waiting.first()?.refuse(error);
        this.#openForWaiting();
      });
    }
  }

  async #openOne(): Promise<void> {
    this.#opening++;
    let connection: C;
    try {
      connection = await this.#port.open();
    } catch (error) {
      this.#opening--;
      this.#counts.failed++;
      this.#tellIfEmptied();
      throw error;
    }
    this.#opening--;
    this.#counts.opened++;
    const now = performance.now();
    const { maxLifetime } = this.#settings;
    const slot: Slot<C> = {
      connection,
      expiresAt: maxLifetime === 0 ? Infinity : now + maxLifetime * (0.9 + 0.2 * Math.random()),
      idleSince: now,
      use: null,
      usedSince: now,
      sharers: 0,
    };
    this.#slots.set(connection, slot);
    this.#offer(slot, now);
  }

  /** Gives a free connection to who waits longest, or keeps it. */
  #offer(slot: Slot<C>, now: number): void {
    const waiter = this.#waiting.first();
    if (waiter !== undefined) return waiter.grant(this.#give(slot, waiter.use, now));
    slot.idleSince = now;
    slot.connection.keepAlive(false);
    this.#idle.push(slot);
    this.#tellIfEmptied();
    this.#scheduleSweep();
  }

  #tellIfEmptied(): void {
    if (this.#emptied !== null && !this.#isInUse()) this.#emptied.resolve();
  }

  #discard(slot: Slot<C>): MaybePromise<void> {
    if (!this.#slots.delete(slot.connection)) return;
    this.#counts.closed++;
    const closed = this.#port.close(slot.connection);
    this.#tellIfEmptied();
    return closed;
  }

  /** The oldest idle connection decides when to look again; the timer keeps no process alive. */
  #scheduleSweep(): void {
    const { idleTimeout } = this.#settings;
    if (this.#sweep !== undefined || this.#closed) return;
    const now = performance.now();
    let next = Infinity;
    const spare = this.#slots.size > this.#settings.min;
    for (const { idleSince, expiresAt } of this.#idle) {
      next = Math.min(next, expiresAt, spare && idleTimeout > 0 ? idleSince + idleTimeout : Infinity);
    }
    if (next === Infinity) return;
    this.#sweep = unreferenced(() => this.#sweepIdle(), Math.max(10, next - now));
  }

  #sweepIdle(): void {
    this.#sweep = undefined;
    const now = performance.now();
    const { idleTimeout, min } = this.#settings;
    // The front of the list has been idle longest.
    for (const slot of [...this.#idle]) {
      const isSpare = idleTimeout > 0 && now - slot.idleSince >= idleTimeout && this.#slots.size > min;
      if (slot.connection.isAlive && now < slot.expiresAt && !isSpare) continue;
      this.#idle = this.#idle.filter((other) => other !== slot);
      this.#discard(slot);
    }
    this.#scheduleSweep();
  }
}

function closedError(): ConnectionError {
  return new ConnectionError("The backend was closed by disconnect(): call connect() to open it again");
}

/** A timer that does not keep the process alive: Deno has a function for it, other runtimes a method. */
function unreferenced(fn: () => void, milliseconds: number): number {
  // What setTimeout gives differs by runtime; clearTimeout takes it back in each.
  const timer = setTimeout(fn, Math.min(milliseconds, 2 ** 31 - 1)) as unknown;
  if (typeof timer === "number") Deno.unrefTimer(timer);
  else (timer as { unref(): void }).unref();
  return timer as number;
}
