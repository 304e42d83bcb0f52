interface Entry<S> {
  readonly statement: S;
  lastUsed: number;
}

/**
 * Prepared statements by their SQL, at most `capacity` of them. A hit only stamps its entry; the oldest is looked for when
 * one has to go, which is rare and cheap beside preparing the new one.
 */
export class StatementCache<S> {
  readonly #entries = new Map<string, Entry<S>>();
  readonly #capacity: number;
  readonly #evict: (statement: S) => void;
  #clock = 0;
  /** The text asked for last, so that a loop over one query skips the look-up. Its entry has the highest stamp already. */
  #lastSql: string | undefined;
  #last: S | undefined;

  /** Keeps up to `capacity` statements and hands each that has to go to `evict`. */
  constructor(capacity: number, evict: (statement: S) => void) {
    this.#capacity = capacity;
    this.#evict = evict;
  }

  /** How many statements are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** The statement of a text, if it is kept. */
  get(sql: string): S | undefined {
    if (sql === this.#lastSql) return this.#last;
    const entry = this.#entries.get(sql);
    if (entry === undefined) return undefined;
    entry.lastUsed = ++this.#clock;
    this.#lastSql = sql;
    return this.#last = entry.statement;
  }

  /** Keeps a statement. Answers false when there is no room for any. */
  set(sql: string, statement: S): boolean {
    if (this.#capacity === 0) return false;
    if (this.#entries.size >= this.#capacity) this.#evictOldest();
    this.#entries.set(sql, { statement, lastUsed: ++this.#clock });
    return true;
  }

  /** Lets go of all statements. */
  clear(): void {
    this.#lastSql = this.#last = undefined;
    for (const { statement } of this.#entries.values()) this.#evict(statement);
    this.#entries.clear();
  }

  #evictOldest(): void {
    let oldest: string | undefined;
    let stamp = Infinity;
    for (const [sql, entry] of this.#entries) {
      if (entry.lastUsed < stamp) [oldest, stamp] = [sql, entry.lastUsed];
    }
    if (oldest === undefined) return;
    const { statement } = this.#entries.get(oldest)!;
    this.#entries.delete(oldest);
    if (oldest === this.#lastSql) this.#lastSql = this.#last = undefined;
    this.#evict(statement);
  }
}
