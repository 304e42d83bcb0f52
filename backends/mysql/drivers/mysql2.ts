import { loadDriver } from "../../../core/sql/load_driver.ts";

/** The part of mysql2's module that is used. Everything is written down here, since its types are not loaded. */
export interface MySQL2 {
  createConnection(options: MySQL2Options): MySQL2Connection;
  /** Wraps a parameter so that it is sent with this type, whatever JavaScript's type says. */
  readonly TypedParameter: {
    readonly LONGLONG: ((value: number | bigint) => unknown) & { unsigned(value: bigint): unknown };
  };
}

/** The options of mysql2 that are used. */
export interface MySQL2Options {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly database?: string;
  readonly charset: string;
  readonly connectTimeout: number;
  readonly supportBigNumbers: boolean;
  readonly bigNumberStrings: boolean;
  readonly decimalNumbers: boolean;
  readonly dateStrings: boolean;
  readonly jsonStrings: boolean;
  readonly rowsAsArray: boolean;
  readonly stringifyObjects: boolean;
  readonly multipleStatements: boolean;
  readonly maxPreparedStatements: number;
  readonly flags: readonly string[];
  readonly connectAttributes: Readonly<Record<string, string>>;
  readonly ssl?: MySQL2TLS;
}

/** How mysql2 encrypts. */
export interface MySQL2TLS {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity: boolean;
}

/** What the server says when a connection begins. */
export interface MySQL2Handshake {
  readonly serverVersion: string;
}

/** A column of a result. */
export interface MySQL2Field {
  readonly name: string;
  /** Number of the type in the protocol. */
  readonly columnType: number;
  /** Number of the collation; 63 for bytes. */
  readonly characterSet: number;
}

/** What a statement without rows gives. */
export interface MySQL2Header {
  readonly affectedRows: number | string;
  readonly insertId: number | string;
  readonly serverStatus: number;
}

/** What the callback of a statement is given. */
export type MySQL2Callback = (error: Error | null, result?: unknown, fields?: unknown) => void;

/** A statement with what it needs. */
export interface MySQL2Statement {
  readonly sql: string;
  readonly values?: readonly unknown[];
}

/** A statement under way that gives its rows one by one. */
export interface MySQL2Command {
  on(event: "result", listener: (row: unknown) => void): unknown;
  on(event: "fields", listener: (fields: MySQL2Field[]) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
}

/** One connection of mysql2, in the form with callbacks. */
export interface MySQL2Connection {
  readonly threadId: number | null;
  readonly stream: MySQL2Socket;
  on(event: "connect", listener: (handshake: MySQL2Handshake) => void): unknown;
  on(event: "error" | "warn", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  query(statement: MySQL2Statement, callback: MySQL2Callback): unknown;
  execute(statement: MySQL2Statement, callback: MySQL2Callback): unknown;
  execute(statement: MySQL2Statement): MySQL2Command;
  /** Closes a prepared statement; undefined when there is none of the text. */
  unprepare(sql: string): unknown;
  reset(callback: (error: Error | null) => void): unknown;
  pause(): void;
  resume(): void;
  end(callback: () => void): unknown;
  destroy(): void;
}

/** The socket of a connection. */
export interface MySQL2Socket {
  ref(): unknown;
  unref(): unknown;
  destroy(): unknown;
  once(event: "close", listener: () => void): unknown;
  readonly destroyed: boolean;
}

/** Loads the driver: the version that the backends are tested with, or a later one of the same major. */
export async function loadMySQL2(): Promise<MySQL2> {
  const module = await loadDriver<{ readonly default: MySQL2 }>({ name: "mysql2", specifier: "npm:mysql2@^3.24.5" });
  return module.default;
}
