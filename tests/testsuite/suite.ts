import type { StorageBackend } from "../../mod.ts";

/** What a backend may be able to do, by name; `sharedDatabase` when a second backend can open the same database. */
export type Requirement = Parameters<StorageBackend["supports"]>[0] | "sharedDatabase";

/** A backend with SQL text, as the suite uses it. */
export interface SuiteBackend extends StorageBackend {
  /** Runs SQL text with parameters. */
  execute(
    sql: string,
    params?: readonly unknown[] | Readonly<Record<string, unknown>>,
  ): Promise<SuiteResult>;
  /** First row of SQL text, or null. */
  fetchOne(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown> | null>;
  /** The first rows of SQL text. */
  fetchMany(sql: string, params?: readonly unknown[], size?: number): Promise<Record<string, unknown>[]>;
  /** All rows of SQL text. */
  fetchAll(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Starts a transaction for the code that follows. */
  beginTransaction(): Promise<unknown>;
  /** Commits the ambient transaction. */
  commitTransaction(): Promise<void>;
  /** Rolls the ambient transaction back. */
  rollbackTransaction(): Promise<void>;
}

/** What SQL text gave. */
export interface SuiteResult {
  /** Rows as objects. */
  readonly rows: Record<string, unknown>[];
  /** Rows written, or given by a query. */
  readonly affectedRows: number;
  /** Alias of `affectedRows`. */
  readonly affected: number;
  /** The key that the database made, or null. */
  readonly lastInsertId: number | bigint | null;
  /** Names of the columns. */
  readonly columns: readonly string[];
}

/** A model class, as far as the suite prepares it. */
export interface SuiteModel {
  /** Name of the table. */
  readonly tableName: string;
  /** Gives it its backend. */
  configure(backend: StorageBackend): void;
  /** Creates its table. */
  createTable(options?: { readonly ifNotExists?: boolean }): Promise<void>;
  /** Removes its table. */
  dropTable(options?: { readonly ifExists?: boolean }): Promise<void>;
  /** A query that reaches every row. */
  unscoped(): { deleteAll(): Promise<number> };
}

/** What a case is given. */
export interface SuiteContext {
  /** The backend under test; the models of the group are configured with it and their tables are empty. */
  readonly backend: SuiteBackend;
  /** Creates the tables of further models, which are removed after the case. */
  create(...models: readonly SuiteModel[]): Promise<void>;
  /** Opens a second backend on the same database, which is closed after the case. */
  openSecond(): Promise<SuiteBackend>;
}

/** One behaviour. */
export interface SuiteCase {
  /** A sentence that says it. */
  readonly name: string;
  /** What the backend must be able to do. */
  readonly requires: readonly Requirement[];
  /** Rejects when the behaviour is not seen. */
  run(context: SuiteContext): Promise<void> | void;
}

/** Cases that share models. */
export interface SuiteGroup {
  /** Pillar, area and subject, such as `basic/save`. */
  readonly title: string;
  /** The models, those that others refer to first. */
  readonly models: readonly SuiteModel[];
  /** The cases, in their order. */
  readonly cases: readonly SuiteCase[];
}

type Run = SuiteCase["run"];

/** Adds a case to a group. */
export interface AddCase {
  (name: string, run: Run): void;
  (name: string, options: { readonly requires: readonly Requirement[] }, run: Run): void;
}

/** Makes a group of the cases that `define` adds. */
export function group(title: string, models: readonly SuiteModel[], define: (test: AddCase) => void): SuiteGroup {
  const cases: SuiteCase[] = [];
  const add = (name: string, second: Run | { readonly requires: readonly Requirement[] }, third?: Run) => {
    if (typeof second === "function") cases.push({ name, requires: [], run: second });
    else cases.push({ name, requires: second.requires, run: third! }); // the second overload always has it
  };
  define(add);
  return { title, models, cases };
}
