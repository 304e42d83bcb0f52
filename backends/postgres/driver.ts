import type { Socket } from "node:net";
import type { PostgreSQLConnectionConfig } from "./config.ts";

/** What a statement gave, in the words of any driver. */
export interface DriverResult {
  /** Rows as arrays of decoded basic values and texts. */
  readonly rows: unknown[][];
  /** Number of rows given, inserted, matched or removed; null for statements that have none. */
  readonly count: number | null;
  /** What the server says that it has done, such as `COMMIT`. */
  readonly command: string;
  /** The columns; most results are read without their names. */
  readonly fields: readonly { readonly name: string }[];
}

/** How a statement is sent: with a plan that the server keeps, with one for this time only, or as text without parameters. */
export type SendMode = "prepared" | "once" | "simple";

/** One connection as a driver sees it. Statements are sent one after the other, each when the last one has ended, but for queries. */
export interface DriverClient {
  /** How many queries may be under way; 1 for a driver that waits for each answer anyway. */
  readonly pipeline: number;
  /** Sends one statement. */
  send(sql: string, params: (string | null)[], mode: SendMode): Promise<DriverResult>;
  /** Makes the server forget a prepared statement; false when the driver cannot forget it. */
  forget(sql: string): boolean;
  /** What the server knows the connection by, once it is open. */
  readonly key: { readonly pid: number; readonly secret: number } | null;
  /** Says goodbye. */
  end(): Promise<void>;
  /** Lets go of a connection whose socket is closed. */
  abandon(): void;
}

/** What a driver is given for a connection. */
export interface ClientOptions {
  /** The configuration. */
  readonly config: PostgreSQLConnectionConfig;
  /** An open socket on which nothing has been said yet. */
  readonly socket: Socket;
  /** The settings of the session that are sent with the name of the user. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Called when the driver finds that the connection cannot be used any more. */
  readonly onLost: (reason: unknown) => void;
  /** Called for each notification. */
  readonly onNotification: (channel: string, payload: string) => void;
}

/** Signs a user in on an open socket. */
export type OpenClient = (options: ClientOptions) => Promise<DriverClient>;
