/** The servers of a test run: those of the environment, those on default ports, and private ones for the rest. */

import { findBinaries } from "./binaries.ts";
import { whyNotDefaultServer } from "./default_server.ts";
import { type DatabaseKind, defaultUrl, skipVariable, urlVariable } from "./kinds.ts";
import { type PrivateServer, startPrivateServer, whyNoBinaries } from "./private_server.ts";
import { givenServer } from "./server_url.ts";
import { fillTimeZones } from "./time_zones.ts";

/** Servers that were found or started, until they are disposed of. */
export interface ServersOfRun extends AsyncDisposable {
  /** What tells test files about them. */
  readonly env: Readonly<Record<string, string>>;
  /** A line for each server, such as `postgres 15.19: private`. */
  readonly lines: readonly string[];
}

/** Finds or starts the servers, all at the same time. One that cannot be had is left out, with the reason in `env`. */
export async function openServers(kinds: readonly DatabaseKind[]): Promise<ServersOfRun> {
  const started: PrivateServer[] = [];
  const env: Record<string, string> = {};
  const lines: string[] = [];
  await Promise.all(kinds.map(async (kind) => {
    const { line, server, ...found } = await openServer(kind);
    if (server !== undefined) started.push(server);
    if (found.url === null) env[skipVariable(kind)] = found.reason;
    else env[urlVariable(kind)] = found.url;
    if (line !== undefined) lines.push(`${kind} ${line}`);
  }));
  return {
    env,
    lines: lines.sort(),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((server) => server.stop()));
    },
  };
}

type Opened =
  & ({ readonly url: string } | { readonly url: null; readonly reason: string })
  & { readonly line?: string; readonly server?: PrivateServer };

async function openServer(kind: DatabaseKind): Promise<Opened> {
  const given = givenServer(kind);
  if (given !== null) return given.url === null ? given : { url: given.url, line: `of ${urlVariable(kind)}` };
  const whyNotDefault = await whyNotDefaultServer(kind);
  if (whyNotDefault === null) {
    const url = defaultUrl(kind);
    return { url, line: `on ${new URL(url).host}` };
  }
  if (await findBinaries(kind) === null) return { url: null, reason: `${whyNotDefault}, and ${whyNoBinaries(kind)}` };
  try {
    const server = await startPrivateServer(kind);
    await fillTimeZones(server);
    return { url: server.url, server, line: `${server.version}, private, on 127.0.0.1:${server.port}` };
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { url: null, reason: `${whyNotDefault}, and a private one did not start (${message})` };
  }
}
