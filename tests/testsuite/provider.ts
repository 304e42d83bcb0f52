import type { SuiteBackend, SuiteModel } from "./suite.ts";

/** What a backend brings to be tested by the suite. */
export interface TestProvider {
  /** Name in the report, such as `sqlite-memory`. */
  readonly name: string;
  /** Opens a backend on a database that nobody else uses. Called once for each run of the suite. */
  open(): Promise<SuiteBackend>;
  /** Opens a second backend on the database of the first; left out where a database has one user only. */
  openSecond?(): Promise<SuiteBackend>;
  /** Creates the tables of models. @default `createTable()` of each */
  setup?(backend: SuiteBackend, models: readonly SuiteModel[]): Promise<void>;
  /** Capabilities that are not to be tested although the backend has them, each with the reason. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** Closes the backend and removes its database. */
  cleanUp(backend: SuiteBackend): Promise<void>;
}
