import { openAdmin } from "./admin.ts";
import { type DatabaseKind, defaultUrl } from "./kinds.ts";
import { readMySQLGreeting } from "./mysql_greeting.ts";

/** Whether the server on the default port is of this kind and lets the tests create databases; the reason if not. */
export async function whyNotDefaultServer(kind: DatabaseKind): Promise<string | null> {
  const url = defaultUrl(kind);
  const { host, hostname, port } = new URL(url);
  if (kind !== "postgres") {
    // MySQL and MariaDB share a port.
    const version = await readMySQLGreeting(Number(port), hostname);
    if (version === null) return `no server answers on ${host}`;
    if (version.includes("MariaDB") !== (kind === "mariadb")) return `the server on ${host} is ${version}`;
  }
  try {
    await using admin = await openAdmin(kind, url);
    return await mayCreateDatabases(kind, admin.query) ? null : `the account on ${host} may not create databases`;
  } catch (error) {
    return `${host}: ${codeOf(error)}`;
  }
}

async function mayCreateDatabases(
  kind: DatabaseKind,
  query: (sql: string) => Promise<Record<string, unknown>[]>,
): Promise<boolean> {
  if (kind !== "postgres") return true;
  const [role] = await query("select rolsuper or rolcreatedb as may from pg_roles where rolname = current_user");
  return role?.["may"] === true;
}

/** The code of a driver's error, which unlike its message holds no part of the URL. */
function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" && code !== "" ? code : "the connection failed";
}
