import type { Account } from "./account.ts";
import type { ServerBinaries } from "./binaries.ts";

/** Where a private server lives. */
export interface Site {
  readonly binaries: ServerBinaries;
  /** A folder of its own, which belongs to its account. */
  readonly folder: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Who it runs as, or null for the present user. */
  readonly account: Account | null;
  /** Settings of the server beside those of the recipe, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** The port of the server behind a pooler. */
  readonly upstreamPort: number;
}

/** What one kind of server needs. */
export interface Recipe {
  /** Accounts of the system that root may start it as. */
  readonly accounts: readonly string[];
  /** Ends the server in good order. */
  readonly stopSignal: Deno.Signal;
  /** Ends it at once, with its children and what it shares with them. */
  readonly quitSignal: Deno.Signal;
  /** Makes the data folder. */
  prepare(site: Site): Promise<void>;
  /** The command that runs the server in the foreground. */
  command(site: Site): readonly string[];
  /** Whether the server accepts connections. */
  isReady(site: Site, pid: number): Promise<boolean>;
  /** The URL of its administrator, who needs no password. */
  url(site: Site): string;
}
