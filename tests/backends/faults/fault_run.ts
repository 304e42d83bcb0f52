/** Money transfers while connections and the server are killed: what was reported must be what is there. */

import { assertEquals } from "@std/assert";
import { ConnectionError, DatabaseError, type StorageBackend, UnknownOutcomeError } from "../../../mod.ts";
import type { PrivateServer } from "../../support/servers/private_server.ts";
import { Account, ACCOUNTS, openAccounts, TOTAL, Transfer, transfer } from "./money.ts";

/** How one run is done. */
export interface FaultRun {
  /** Name in the table. */
  readonly name: string;
  readonly server: PrivateServer;
  /** Opens the backend that is tested. */
  open(): StorageBackend;
  /** Ends a connection of that backend that is chosen at random; false when there is none now. */
  killOne(): Promise<boolean>;
  /** Connections killed. */
  readonly kills: number;
  /** How often the server is killed and started again. */
  readonly restarts: number;
}

/** What came of a run. */
export interface FaultReport {
  readonly name: string;
  readonly committed: number;
  readonly rolledBack: number;
  readonly unknown: number;
  /** Of those of unknown outcome, how many were done. */
  readonly unknownDone: number;
  readonly reads: number;
  readonly failedReads: number;
  readonly streams: number;
  readonly failedStreams: number;
  readonly kills: number;
  readonly restarts: number;
  /** Milliseconds from the server's start to the first transfer after it; the longest. */
  readonly recoveryMs: number;
  readonly seconds: number;
}

const WORKERS = 8;

class Tally {
  readonly committed = new Set<string>();
  readonly rolledBack = new Set<string>();
  readonly unknown = new Set<string>();
  reads = 0;
  failedReads = 0;
  streams = 0;
  failedStreams = 0;
  lastCommit = 0;
}

/** Runs the whole scenario and checks everything that was reported against what is there. */
export async function runFaults(run: FaultRun): Promise<FaultReport> {
  const started = performance.now();
  const backend = run.open();
  const tally = new Tally();
  await openAccounts(backend);
  const stop = new AbortController();
  const work = Promise.all([
    ...Array.from({ length: WORKERS }, () => moveMoney(tally, stop.signal)),
    readAccounts(tally, stop.signal),
    streamAccounts(tally, stop.signal),
  ]);
  let recoveryMs: number;
  try {
    // The work only ends by itself when something is wrong.
    recoveryMs = await Promise.race([disturb(run, tally), work.then(() => 0)]);
  } finally {
    stop.abort();
  }
  await work;
  const rows = await check(tally);
  await backend.disconnect();
  return {
    name: run.name,
    committed: tally.committed.size,
    rolledBack: tally.rolledBack.size,
    unknown: tally.unknown.size,
    unknownDone: [...tally.unknown].filter((id) => rows.has(id)).length,
    reads: tally.reads,
    failedReads: tally.failedReads,
    streams: tally.streams,
    failedStreams: tally.failedStreams,
    kills: run.kills,
    restarts: run.restarts,
    recoveryMs: Math.round(recoveryMs),
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}

async function moveMoney(tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const id = crypto.randomUUID();
    try {
      await transfer(id);
      tally.committed.add(id);
      tally.lastCommit = performance.now();
    } catch (error) {
      if (error instanceof UnknownOutcomeError) tally.unknown.add(id);
      else if (error instanceof DatabaseError) tally.rolledBack.add(id);
      else throw error; // no other error may come of a lost connection
      await pause(5);
    }
  }
}

async function readAccounts(tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      assertEquals(await Account.count(), ACCOUNTS);
      tally.reads++;
    } catch (error) {
      expectLoss(error);
      tally.failedReads++;
    }
    await pause(2);
  }
}

/** A stream gives all rows or an error, never some rows and an end. */
async function streamAccounts(tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      let count = 0;
      for await (const _ of Account.query().stream()) count++;
      assertEquals(count, ACCOUNTS);
      tally.streams++;
    } catch (error) {
      expectLoss(error);
      tally.failedStreams++;
    }
    await pause(2);
  }
}

function expectLoss(error: unknown): void {
  if (!(error instanceof ConnectionError)) throw error;
}

/** Kills connections and the server; gives the longest time that it took until transfers went through again. */
async function disturb(run: FaultRun, tally: Tally): Promise<number> {
  let recovery = 0;
  const restartAfter = Math.floor(run.kills / (run.restarts + 1));
  for (let kill = 1, restarts = 0; kill <= run.kills; kill++) {
    while (!await run.killOne()) await pause(2);
    await pause(10 + Math.random() * 30);
    if (restarts < run.restarts && kill >= restartAfter * (restarts + 1)) {
      restarts++;
      await run.server.kill9();
      await pause(300);
      await run.server.restart();
      recovery = Math.max(recovery, await nextCommit(tally));
    }
  }
  return Math.max(recovery, await nextCommit(tally));
}

/** Waits for a transfer that is committed from now on. */
async function nextCommit(tally: Tally): Promise<number> {
  const start = performance.now();
  while (tally.lastCommit < start) {
    if (performance.now() - start > 30_000) throw new Error("No transfer went through within 30 s of the last fault");
    await pause(5);
  }
  return tally.lastCommit - start;
}

/** Compares what was reported with what is there; gives the ids of the transfers that are. */
async function check(tally: Tally): Promise<Set<string>> {
  const rows = new Set(await Transfer.query().pluck("id"));
  const lost = [...tally.committed].filter((id) => !rows.has(id));
  const ghosts = [...tally.rolledBack].filter((id) => rows.has(id));
  const strangers = [...rows].filter((id) => !tally.committed.has(id) && !tally.unknown.has(id));
  assertEquals({ lost: lost.length, ghosts: ghosts.length, strangers: strangers.length }, {
    lost: 0,
    ghosts: 0,
    strangers: 0,
  });
  assertEquals(Number(await Account.query().sum("balance")), TOTAL);
  return rows;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The reports as a table for people. */
export function tableOf(reports: readonly FaultReport[]): string {
  const names = Object.keys(reports[0] ?? {}) as (keyof FaultReport)[]; // the keys of a report
  const lines = [names, ...reports.map((report) => names.map((name) => report[name]))];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}
