import { QueryBuildError } from "../errors.ts";
import { AsyncContext } from "./async_context.ts";
import { after, type CompiledStatement, type MaybePromise, type RunResult } from "./result.ts";

/** Tags that are written behind statements as a comment. */
export type Tags = Readonly<Record<string, string>>;

/** What holds for all statements of a piece of asynchronous work. */
export interface QueryScope {
  /** Results that are kept; null when none are. */
  readonly cache: ResultCache | null;
  /** Tags of all statements. */
  readonly tags: Tags | undefined;
}

/** The scopes of one backend: each follows the asynchronous work that was started in it. */
export class QueryScopes {
  readonly #context = new AsyncContext<QueryScope>();

  /** The scope of the calling code. */
  current(): QueryScope | undefined {
    return this.#context.getStore();
  }

  /** Runs a function with results kept. Inside another such scope it shares the results. */
  cached<T>(fn: () => T): T {
    const outer = this.current();
    return this.#context.run({ cache: outer?.cache ?? new ResultCache(), tags: outer?.tags }, fn);
  }

  /** Runs a function without results kept. */
  uncached<T>(fn: () => T): T {
    return this.#context.run({ cache: null, tags: this.current()?.tags }, fn);
  }

  /** Runs a function with further tags. */
  tagged<T>(tags: Tags, fn: () => T): T {
    if (typeof tags !== "object" || tags === null) throw new QueryBuildError("withTags() takes an object of tags");
    const outer = this.current();
    return this.#context.run({ cache: outer?.cache ?? null, tags: { ...outer?.tags, ...tags } }, fn);
  }
}

/** Results kept at most; the oldest go first. */
const MOST_RESULTS = 1_000;

/** Longer parameters are not worth a key. */
const LONGEST_KEY = 10_000;

/** Who reads outside of transactions; a transaction sees rows of its own. */
const NOBODY: object = {};

/** A query whose result may be kept. */
export interface CachedRun {
  /** Who reads: a transaction, or nobody. */
  readonly reader?: object | undefined;
  /** Number of writes so far. */
  readonly writes: () => number;
  /** Asks the database. */
  readonly run: () => MaybePromise<RunResult>;
}

/** Results of queries, by text and parameters. Every write of the same backend empties it. */
export class ResultCache {
  #writes = -1;
  #results = new WeakMap<object, Map<string, RunResult>>();

  /**
   * The result of a query that ran since the last write, or that of running it, which is kept unless a write came meanwhile.
   *
   * @internal
   */
  answer({ sql, params }: CompiledStatement, { reader = NOBODY, writes, run }: CachedRun): MaybePromise<RunResult> {
    const key = cacheKey(sql, params);
    if (key === null) return run();
    const began = writes();
    const kept = this.#writes === began ? this.#results.get(reader)?.get(key) : undefined;
    if (kept !== undefined) return copied(kept);
    return after(run(), (result) => {
      if (began === writes()) this.#keep(key, result, { reader, writes: began });
      return result;
    });
  }

  #keep(
    key: string,
    result: RunResult,
    { reader, writes }: { readonly reader: object; readonly writes: number },
  ): void {
    if (this.#writes !== writes) {
      this.#results = new WeakMap();
      this.#writes = writes;
    }
    let results = this.#results.get(reader);
    if (results === undefined) this.#results.set(reader, results = new Map());
    if (results.size >= MOST_RESULTS) results.delete(results.keys().next().value!); // it is not empty
    results.set(key, copied(result));
  }
}

/** A copy, since records change their rows. */
function copied(result: RunResult): RunResult {
  const rows = result.rows.map((row) => row.map((value) => value instanceof Uint8Array ? value.slice() : value));
  return { ...result, rows };
}

/** A text that stands for a query and its parameters; null when it would be too long. */
function cacheKey(sql: string, params: readonly unknown[]): string | null {
  let key = sql;
  for (const value of params) {
    key += `\0${typeof value}:${value instanceof Uint8Array ? value.join() : String(value)}`;
    if (key.length > LONGEST_KEY) return null;
  }
  return key;
}
