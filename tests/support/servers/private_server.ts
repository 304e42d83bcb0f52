/**
 * Servers of one test run: each on a port and in a folder of its own, quick rather than safe against a crash of the
 * machine, and gone with the run.
 */

import { join } from "node:path";
import { serverAccount } from "./account.ts";
import { findBinaries, type ServerBinaries } from "./binaries.ts";
import { freePort } from "./free_port.ts";
import type { ServerKind } from "./kinds.ts";
import { lastLines } from "./last_lines.ts";
import { mariadb } from "./mariadb.ts";
import { mysql } from "./mysql.ts";
import { pgbouncer } from "./pgbouncer.ts";
import { postgres } from "./postgres.ts";
import type { Recipe, Site } from "./recipe.ts";
import { processOptions } from "./run_program.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

/** Options of {@linkcode startPrivateServer}. */
export interface PrivateServerOptions {
  /** Start of the version, such as `17`. @default the installed one, the system's first */
  readonly version?: string;
  /** Settings of the server, by name, such as `{ max_connections: "20" }`; those of a recipe can be replaced. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The port of the PostgreSQL on 127.0.0.1 behind a `pgbouncer`, which needs it. */
  readonly upstreamPort?: number;
  /** How long a server may take until it accepts connections, in milliseconds. @default 60_000 */
  readonly startTimeout?: number;
}

/** A server that runs for this process alone. It does not keep the process alive and ends with it. */
export interface PrivateServer extends AsyncDisposable {
  readonly kind: ServerKind;
  /** Such as `15.19`. */
  readonly version: string;
  /** URL of its administrator, without a password; it stays the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Its folder, in which there is the socket too. */
  readonly folder: string;
  /** Id of the process that runs now; another one after each restart, and 0 while none runs. */
  readonly pid: number;
  /** Ends the server with SIGKILL; committed data is kept. */
  kill9(): Promise<void>;
  /** Starts it again on its port, after it was ended in good order if it still ran. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; calling it again does nothing. */
  stop(): Promise<void>;
  /** What the server has logged. */
  readLog(): Promise<string>;
}

const recipes: Readonly<Record<ServerKind, Recipe>> = { postgres, mariadb, mysql, pgbouncer };

/**
 * Starts a server from installed programs and waits until it accepts connections.
 *
 * @throws {Error} when none is installed, or with the end of its log when it does not start
 */
export async function startPrivateServer(
  kind: ServerKind,
  { version, settings = {}, upstreamPort = 0, startTimeout = 60_000 }: PrivateServerOptions = {},
): Promise<PrivateServer> {
  const binaries = await findBinaries(kind, version === undefined ? {} : { version });
  if (binaries === null) throw new Error(`Cannot start ${kind}: ${whyNoBinaries(kind, version)}`);
  const start = async () => {
    const recipe = recipes[kind];
    const site = await openSite(binaries, recipe, settings, upstreamPort);
    const server = new RunningServer(site, recipe, startTimeout);
    try {
      await recipe.prepare(site);
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  };
  // Another process may have taken the port before the server did; the second attempt has a port of its own.
  return await start().catch(start);
}

/** Why a server cannot be started. */
export function whyNoBinaries(kind: ServerKind, version = ""): string {
  return `no programs of ${kind}${version && ` ${version}`} are installed (deno task test:install ${kind})`;
}

async function openSite(
  binaries: ServerBinaries,
  recipe: Recipe,
  settings: Site["settings"],
  upstreamPort: number,
): Promise<Site> {
  const account = await serverAccount(...recipe.accounts);
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: `activerecord_${binaries.kind}_` }));
  if (account !== null) await Deno.chown(folder, account.uid, account.gid);
  return { binaries, folder, port: freePort(), account, settings, upstreamPort };
}

class RunningServer implements PrivateServer {
  readonly #site: Site;
  readonly #recipe: Recipe;
  readonly #startTimeout: number;
  readonly #watchdog: Watchdog;
  #child: Deno.ChildProcess | null = null;
  #stopped: Promise<void> | null = null;

  constructor(site: Site, recipe: Recipe, startTimeout: number) {
    this.#site = site;
    this.#recipe = recipe;
    this.#startTimeout = startTimeout;
    this.#watchdog = startWatchdog(site.folder, recipe.quitSignal);
  }

  get kind(): ServerKind {
    return this.#site.binaries.kind;
  }

  get version(): string {
    return this.#site.binaries.version;
  }

  get url(): string {
    return this.#recipe.url(this.#site);
  }

  get port(): number {
    return this.#site.port;
  }

  get folder(): string {
    return this.#site.folder;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  kill9(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Starts it for the first time. */
  async start(): Promise<void> {
    if (!await this.#launch(Date.now() + this.#startTimeout)) throw await this.#startError();
  }

  async restart(): Promise<void> {
    if (this.#stopped !== null) throw new Error(`Cannot restart ${this.kind}: it was stopped for good`);
    await this.#end(this.#recipe.stopSignal);
    const deadline = Date.now() + this.#startTimeout;
    // For a moment after SIGKILL what the server shared with its children is still in use.
    while (!await this.#launch(deadline)) {
      if (Date.now() > deadline) throw await this.#startError();
      await sleep(200);
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end(this.#recipe.quitSignal).then(() => this.#watchdog.close());
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async readLog(): Promise<string> {
    try {
      return await Deno.readTextFile(this.#logPath());
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  async #startError(): Promise<Error> {
    return new Error(`Cannot start ${this.kind}: ${lastLines(await this.readLog())}`);
  }

  #logPath(): string {
    return join(this.#site.folder, "log");
  }

  /** Starts the process; false when it ended before it accepted connections. */
  async #launch(deadline: number): Promise<boolean> {
    const child = new Deno.Command("sh", {
      ...processOptions(this.#site),
      args: ["-c", 'exec "$@" >>"$0" 2>&1', this.#logPath(), ...this.#recipe.command(this.#site)],
      // Not within the reach of Ctrl-C, at which the run ends it itself.
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    this.#child = child;
    await this.#watchdog.watch(child.pid);
    let hasEnded = false;
    const ended = child.status.then(() => {
      hasEnded = true;
      return this.#forget(child);
    });
    while (!hasEnded) {
      if (await this.#recipe.isReady(this.#site, child.pid)) return true;
      if (Date.now() > deadline) await this.#end(this.#recipe.quitSignal);
      else await sleep(20);
    }
    await ended;
    return false;
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    child.ref();
    try {
      child.kill(signal);
    } catch (error) {
      // What Deno throws when the process has ended by itself in the meantime.
      if (!(error instanceof TypeError)) throw error;
    }
    await child.status;
    await this.#forget(child);
  }

  /** A process id is used again sooner or later, so that of an ended process is not kept. */
  async #forget(child: Deno.ChildProcess): Promise<void> {
    if (this.#child !== child) return;
    this.#child = null;
    await this.#watchdog.watch(null);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
