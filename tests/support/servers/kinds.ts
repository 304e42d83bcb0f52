/** The database servers that providers are tested on. */
export const databaseKinds = ["postgres", "mariadb", "mysql"] as const;

/** A database server. */
export type DatabaseKind = typeof databaseKinds[number];

/** What can be started: a database server, or a pooler in front of one. */
export type ServerKind = DatabaseKind | "pgbouncer";

/** The environment variable with the URL of a server on which databases may be created. */
export function urlVariable(kind: DatabaseKind): string {
  return `TEST_${kind.toUpperCase()}_URL`;
}

/** The environment variable with the reason why a server is not tested. */
export function skipVariable(kind: DatabaseKind): string {
  return `TEST_${kind.toUpperCase()}_SKIP`;
}

/** A server on its default port, with the account that a fresh local installation has. */
export function defaultUrl(kind: DatabaseKind): string {
  return kind === "postgres" ? "postgres://postgres@127.0.0.1:5432/postgres" : `${kind}://root@127.0.0.1:3306/mysql`;
}
