/** The drivers of the servers, loaded when a benchmark needs them, and the part of them that is used here. */

type Row = Record<string, unknown>;

/** The part of `npm:postgres` that is used. */
export interface PostgresClient {
  /** A statement with values in its place, prepared once per connection. */
  unsafe(sql: string, values?: readonly unknown[], options?: { readonly prepare: boolean }): PostgresQuery;
  begin<T>(fn: (client: PostgresClient) => Promise<T>): Promise<T>;
  json(value: unknown): unknown;
  end(): Promise<void>;
}

/** A statement that was sent, or will be. */
export interface PostgresQuery extends PromiseLike<Row[]> {
  cursor(rows: number): AsyncIterable<Row[]>;
}

/** The part of a connection or pool of `npm:mysql2/promise` that is used. */
export interface MySQLClient {
  query(sql: string, values?: readonly unknown[]): Promise<[unknown, unknown]>;
  execute(sql: string, values?: readonly unknown[]): Promise<[unknown, unknown]>;
}

/** A pool, with the one of callbacks inside, which alone can stream. */
export interface MySQLPool extends MySQLClient {
  getConnection(): Promise<
    MySQLClient & { beginTransaction(): Promise<void>; commit(): Promise<void>; release(): void }
  >;
  readonly pool: { query(sql: string): { stream(): AsyncIterable<Row> } };
  end(): Promise<void>;
}

/** Connects to PostgreSQL. */
export async function connectPostgres(url: string, connections: number): Promise<PostgresClient> {
  type Module = { default(url: string, options: Readonly<Record<string, unknown>>): PostgresClient };
  const { default: connect } = await load<Module>("postgres");
  return connect(url, { max: connections, onnotice: () => {} });
}

/** Connects to MySQL or MariaDB. */
export async function connectMySQL(url: string, connections: number): Promise<MySQLPool> {
  type Module = { createPool(options: Readonly<Record<string, unknown>>): MySQLPool };
  const { createPool } = await load<Module>("mysql2/promise");
  return createPool({ uri: url, connectionLimit: connections, timezone: "Z" });
}

/** The specifier is computed, since the package of a literal one is loaded with every script. */
async function load<Module>(name: string): Promise<Module> {
  // Nothing is known of a module that is not loaded yet; `Module` is the part of it that is used.
  return await import(name) as Module;
}
