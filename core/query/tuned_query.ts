import type { IndexHint, LockClause } from "../ast/clauses.ts";
import type { ExplainOptions, QueryPlan } from "../backend/query_plan.ts";
import type { RunOptions } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";
import { tracked } from "./execute.ts";
import type { NoJoins } from "./joined.ts";
import { readsOwnTable } from "./model_source.ts";
import { checkedOptions } from "./options.ts";
import { QueryBase } from "./query_base.ts";

/** How rows are locked. */
export interface LockOptions {
  /** Fails with `LockTimeoutError` instead of waiting for somebody else's lock. @default {false} */
  readonly nowait?: boolean;
  /** Leaves out the rows that somebody else has locked. @default {false} */
  readonly skipLocked?: boolean;
  /** Names or aliases of the tables whose rows are locked. @default all */
  readonly of?: readonly string[];
}

/** How indexes are to be used. */
export interface UseIndexOptions {
  /** `use` allows no other index, `force` also no reading of the whole table, `ignore` allows all others. @default {"use"} */
  readonly action?: IndexHint["action"];
}

const ACTIONS: readonly unknown[] = ["use", "force", "ignore"];
const LOCK_OPTIONS = ["nowait", "skipLocked", "of"] as const;
const RUN_OPTIONS = ["signal", "timeout", "tags"] as const;

/** What can be said of how a query is run: locks, hints, options; and what its plan is. */
export abstract class TunedQuery<in out C, in out J = NoJoins> extends QueryBase<C, J> {
  /**
   * Locks the rows until the end of the transaction: nobody else writes or locks them. Only inside a transaction.
   *
   * @example
   * ```ts ignore
   * await Job.transaction(async () => {
   *   const job = await Job.where({ state: "open" }).orderBy("id").forUpdate({ skipLocked: true }).first();
   * });
   * ```
   *
   * @throws {UnsupportedFeatureError} when it runs on a database without such locks
   */
  forUpdate(options: LockOptions = {}): this {
    return this.#lock("update", options);
  }

  /** Locks the rows until the end of the transaction: nobody else writes them. Only inside a transaction. */
  forShare(options: LockOptions = {}): this {
    return this.#lock("share", options);
  }

  #lock(strength: LockClause["strength"], options: LockOptions): this {
    const clause = `${strength === "update" ? "forUpdate" : "forShare"} of ${this.state.meta.model}`;
    const { nowait = false, skipLocked = false, of = [] } = checkedOptions(clause, options, LOCK_OPTIONS);
    if (nowait && skipLocked) throw new QueryBuildError(`Invalid ${clause}: nowait and skipLocked exclude each other`);
    if (!Array.isArray(of) || of.some((name) => typeof name !== "string" || name === "")) {
      throw new QueryBuildError(`Invalid "of" in ${clause}: expected a list of names of tables`);
    }
    if (!readsOwnTable(this.state)) {
      // Some databases would take the word and lock nothing.
      throw new QueryBuildError(`${clause} needs the table of the model: lock in the query that it reads from`);
    }
    const wait = nowait ? "nowait" : skipLocked ? "skipLocked" : "wait";
    return this.#clauses({ lock: { strength, wait, of } });
  }

  /**
   * Says which indexes the planner is to use for the table. Without a name: none. What a database cannot be told is refused
   * before anything is sent.
   */
  useIndex(names?: string | readonly string[], options: UseIndexOptions = {}): this {
    const clause = `useIndex of ${this.state.meta.model}`;
    const { action = "use" } = checkedOptions(clause, options, ["action"]);
    const indexes = names === undefined ? [] : typeof names === "string" ? [names] : names;
    if (!ACTIONS.includes(action)) throw new QueryBuildError(`Invalid action in ${clause}: "use", "force" or "ignore"`);
    if (!Array.isArray(indexes) || indexes.some((name) => typeof name !== "string" || name === "")) {
      throw new QueryBuildError(`Invalid name in ${clause}: expected names of indexes`);
    }
    return this.#clauses({ indexHint: { action, indexes } });
  }

  /** Gives the planner a hint in the words of the database, such as MySQL's `MAX_EXECUTION_TIME(100)`; after earlier ones. */
  optimizerHint(text: string): this {
    if (typeof text !== "string" || text.trim() === "") {
      throw new QueryBuildError(`Invalid optimizerHint of ${this.state.meta.model}: expected text`);
    }
    const { texts = [], keepsJoinOrder = false } = this.state.clauses.hints ?? {};
    return this.#clauses({ hints: { texts: [...texts, text], keepsJoinOrder } });
  }

  /** Has the tables joined in the order in which they are written. */
  keepJoinOrder(): this {
    return this.#clauses({ hints: { texts: this.state.clauses.hints?.texts ?? [], keepsJoinOrder: true } });
  }

  /**
   * How the statements of this query run: `signal` and `timeout` cancel them, `tags` are written behind them as a comment.
   *
   * @example
   * ```ts ignore
   * await User.where({ name: "Ada" }).withOptions({ timeout: 500, tags: { route: "/users" } });
   * ```
   */
  withOptions(options: RunOptions): this {
    checkedOptions(`withOptions of ${this.state.meta.model}`, options, RUN_OPTIONS);
    const before = this.state.clauses.options;
    const tags = options.tags === undefined ? before?.tags : { ...before?.tags, ...options.tags };
    return this.#clauses({ options: { ...before, ...options, ...tags === undefined ? {} : { tags } } });
  }

  #clauses(changes: Partial<typeof this.state.clauses>): this {
    return this.derive({ clauses: { ...this.state.clauses, ...changes } });
  }

  /**
   * How the database means to run the query: which tables are read whole, which indexes are used. With `analyze` the query is
   * run, and what was found out on the way is part of the answer.
   *
   * @example
   * ```ts ignore
   * const plan = await User.where({ email: "ada@example.org" }).explain();
   * plan.usesIndex("users_email_key");
   * ```
   *
   * @throws {UnsupportedFeatureError} when the database cannot explain, or not with `analyze`
   */
  async explain(options: ExplainOptions = {}): Promise<QueryPlan> {
    checkedOptions(`explain of ${this.state.meta.model}`, options, ["analyze"]);
    const node = this.toNode();
    return await tracked(this.state.meta, (backend) => backend.explain(node, options, this.state.clauses.options));
  }
}
