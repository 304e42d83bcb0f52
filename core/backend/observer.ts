/** What a listener of `query` receives. Parameter values are never part of it. */
export interface QueryEvent {
  /** The SQL text with placeholders. */
  readonly sql: string;
  /** `transaction` for BEGIN, COMMIT, savepoints and the like. */
  readonly kind: "statement" | "transaction";
  /** Milliseconds from sending to having the answer. */
  readonly durationMs: number;
  /** Rows given or affected; 0 when it failed. */
  readonly rows: number;
  /** What went wrong, if anything. */
  readonly error?: unknown;
}

/** What a backend tells its listeners. */
export interface BackendEvents {
  /** A statement has run or failed. */
  query: QueryEvent;
  /** A connection was made. */
  connect: { readonly database: string };
  /** The backend was closed. */
  disconnect: { readonly database: string };
  /** Something failed that no caller waits for: a lost idle connection, a listener that threw. */
  error: { readonly error: unknown };
}
