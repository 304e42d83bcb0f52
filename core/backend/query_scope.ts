import { QueryBuildError } from "../errors.ts";
import { AsyncContext } from "./async_context.ts";
import type { RunResult } from "./result.ts";

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

/** Results of queries, by text and parameters. Every write of the same backend empties it. */
export class ResultCache {
  #writes = -1;
  #results = new WeakMap<object, Map<string, RunResult>>();

  /** The result of a query that ran since the last write; a copy, since records change their rows. */
  get(key: string, reader: object | undefined, writes: number): RunResult | undefined {
    if (this.#writes !== writes) return undefined;
    const found = this.#results.get(reader ?? NOBODY)?.get(key);
    return found === undefined ? undefined : copied(found);
  }

  /** Keeps the result of a query that began after so many writes, unless another write came since. */
  set(key: string, result: RunResult, { reader = NOBODY, began, now }: {
    readonly reader?: object | undefined;
    readonly began: number;
    readonly now: number;
  }): void {
    if (began !== now) return;
    if (this.#writes !== now) {
      this.#results = new WeakMap();
      this.#writes = now;
    }
    let results = this.#results.get(reader);
    if (results === undefined) this.#results.set(reader, results = new Map());
    if (results.size >= MOST_RESULTS) results.delete(results.keys().next().value!); // it is not empty
    results.set(key, copied(result));
  }
}

function copied(result: RunResult): RunResult {
  const rows = result.rows.map((row) => row.map((value) => value instanceof Uint8Array ? value.slice() : value));
  return { ...result, rows };
}

/** A text that stands for a query and its parameters; null when it would be too long. */
export function cacheKey(sql: string, params: readonly unknown[]): string | null {
  let key = sql;
  for (const value of params) {
    key += `\0${typeof value}:${value instanceof Uint8Array ? value.join() : String(value)}`;
    if (key.length > LONGEST_KEY) return null;
  }
  return key;
}
