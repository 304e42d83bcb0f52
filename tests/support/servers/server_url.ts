import { whyNotDefaultServer } from "./default_server.ts";
import { type DatabaseKind, defaultUrl, skipVariable, urlVariable } from "./kinds.ts";

/** A server that tests may create databases on, or why there is none. */
export type FoundServer =
  | { readonly url: string; readonly reason: null }
  | { readonly url: null; readonly reason: string };

/**
 * The server for a test file: what the test run handed over in the environment, or without one (`deno test` of a
 * single file) the server on the default port.
 */
export async function serverUrl(kind: DatabaseKind): Promise<FoundServer> {
  const given = givenServer(kind);
  if (given !== null) return given;
  const reason = await whyNotDefaultServer(kind);
  return reason === null
    ? { url: defaultUrl(kind), reason }
    : { url: null, reason: `${reason}; set ${urlVariable(kind)}, or use deno task test, which starts one` };
}

/** What the environment says about a server; null when it says nothing. */
export function givenServer(kind: DatabaseKind): FoundServer | null {
  const reason = Deno.env.get(skipVariable(kind));
  if (reason) return { url: null, reason };
  const url = Deno.env.get(urlVariable(kind));
  return url ? { url, reason: null } : null;
}
