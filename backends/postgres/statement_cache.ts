/** How a text is to be sent by what is known of it. */
export interface CacheAnswer {
  /** Whether the server should keep its plan. */
  readonly isPrepared: boolean;
  /** A text whose plan has to make room. */
  readonly evicted?: string;
}

const ONCE: CacheAnswer = { isPrepared: false };
const PREPARED: CacheAnswer = { isPrepared: true };

/** What has a plan worth keeping. Others may give other columns each time, such as FETCH, which a driver would not notice. */
const HAS_PLAN = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:select|insert|update|delete|merge|with|values)\b/i;

/**
 * Which statements of a connection are prepared: those that come a second time, up to a number. What is sent once only, such as
 * DDL, takes no place.
 */
export class StatementCache {
  readonly #size: number;
  readonly #prepared = new Set<string>();
  readonly #seen = new Set<string>();
  #refused = 0;

  /** Keeps at most `size` statements; 0 keeps none. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How often a statement that came again was not prepared, since the places were taken. */
  get refused(): number {
    return this.#refused;
  }

  /** Decides for a text that is about to be sent; `evicts` says whether another one can make room for it. */
  ask(sql: string, evicts: boolean): CacheAnswer {
    if (this.#size === 0) return ONCE;
    if (this.#prepared.delete(sql)) {
      // The set is in the order of the last use.
      this.#prepared.add(sql);
      return PREPARED;
    }
    if (!this.#seen.delete(sql)) {
      if (!HAS_PLAN.test(sql)) return ONCE;
      if (this.#seen.size >= 4 * this.#size) this.#seen.clear();
      this.#seen.add(sql);
      return ONCE;
    }
    if (this.#prepared.size < this.#size) {
      this.#prepared.add(sql);
      return PREPARED;
    }
    if (!evicts) {
      this.#refused++;
      this.#seen.add(sql);
      return ONCE;
    }
    const [evicted] = this.#prepared;
    this.#prepared.delete(evicted!); // the size is at least 1
    this.#prepared.add(sql);
    return { isPrepared: true, evicted: evicted! };
  }

  /** Forgets a text whose plan is no longer valid. */
  delete(sql: string): void {
    this.#prepared.delete(sql);
  }
}
