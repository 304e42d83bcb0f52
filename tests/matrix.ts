/**
 * What `deno task test:matrix` runs: the suite of every provider under conditions that differ from the usual ones, with
 * one table at the end. Arguments choose providers, such as `postgres mysql`.
 */

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Interruption, watchForInterruption } from "./support/interruption.ts";
import { type Cell, readCell, tableOf } from "./support/matrix_table.ts";
import { findBinaries, listBinaries } from "./support/servers/binaries.ts";
import { type DatabaseKind, databaseKinds, urlVariable } from "./support/servers/kinds.ts";
import { needsServer } from "./support/servers/needed_kinds.ts";
import { startPrivateServer, whyNoBinaries } from "./support/servers/private_server.ts";
import { openServers } from "./support/servers/servers_of_run.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A test file that runs the suite on one provider. */
interface Provider {
  readonly name: string;
  readonly file: string;
  /** The server that it needs, or null. */
  readonly kind: DatabaseKind | null;
}

/** Conditions under which the suite runs. */
interface Variant {
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  isFor(kind: DatabaseKind | null): boolean;
}

async function main(names: readonly string[]): Promise<number> {
  const providers = listProviders().filter(({ name }) => names.length === 0 || names.includes(name));
  if (providers.length === 0) {
    console.log(`no such provider; there are ${listProviders().map(({ name }) => name).join(", ")}`);
    return 1;
  }
  using interruption = watchForInterruption();
  await using stack = new AsyncDisposableStack();
  const kinds = databaseKinds.filter((kind) => providers.some((provider) => provider.kind === kind));
  const servers = stack.use(await openServers(kinds));
  servers.lines.forEach((line) => console.log(line));
  const variants = [...usualVariants, ...kinds.includes("postgres") ? await openPostgresVariants(stack) : []];

  const cells = new Map<string, Cell>();
  const work = variants.flatMap((variant) =>
    providers.filter(({ kind }) => variant.isFor(kind)).map((provider) => async () => {
      const cell = await runSuite(provider, { ...servers.env, ...variant.env }, interruption);
      cells.set(`${provider.name} ${variant.title}`, cell);
      console.log(`${provider.name}, ${variant.title}: ${cell.text}`);
      if (cell.details !== "") console.log(cell.details);
    })
  );
  await runAll(work, interruption);

  console.log("\npassed/failed/skipped and seconds:\n");
  const rows = providers.map(({ name }) => [name, ...variants.map(({ title }) => cells.get(`${name} ${title}`)?.text)]);
  console.log(tableOf(["", ...variants.map(({ title }) => title)], rows));
  return interruption.exitCode ?? ([...cells.values()].some(({ hasFailed }) => hasFailed) ? 1 : 0);
}

function listProviders(): Provider[] {
  return readdirSync(`${root}tests/suite`).filter((name) => name.endsWith("_test.ts")).sort().map((name) => {
    const file = `tests/suite/${name}`;
    const kind = databaseKinds.find((known) => needsServer(file, known)) ?? null;
    return { name: name.slice(0, -"_test.ts".length).replaceAll("_", "-"), file, kind };
  });
}

const usualVariants: readonly Variant[] = [
  { title: "default", env: {}, isFor: () => true },
  { title: "pool size 1", env: { TEST_POOL_SIZE: "1" }, isFor: (kind) => kind !== null },
  { title: "New York", env: { TZ: "America/New_York" }, isFor: () => true },
  { title: "Kolkata", env: { TZ: "Asia/Kolkata" }, isFor: () => true },
];

/** PostgreSQL behind a pooler, and its other versions that are installed. */
async function openPostgresVariants(stack: AsyncDisposableStack): Promise<Variant[]> {
  const isFor: Variant["isFor"] = (kind) => kind === "postgres";
  const variants: Variant[] = [];
  for (const kind of ["postgres", "pgbouncer"] as const) {
    if (await findBinaries(kind) === null) console.log(`without pgbouncer: ${whyNoBinaries(kind)}`);
  }
  if (await findBinaries("postgres") !== null && await findBinaries("pgbouncer") !== null) {
    const behind = stack.use(await startPrivateServer("postgres"));
    const pooler = stack.use(await startPrivateServer("pgbouncer", { upstreamPort: behind.port }));
    const env = { [urlVariable("postgres")]: pooler.url, TEST_PREPARE: "0" };
    variants.push({ title: `pgbouncer ${pooler.version}`, env, isFor });
  }
  const [, ...others] = await listBinaries("postgres");
  for (const { version } of others) {
    const server = stack.use(await startPrivateServer("postgres", { version }));
    variants.push({ title: `PostgreSQL ${version}`, env: { [urlVariable("postgres")]: server.url }, isFor });
  }
  return variants;
}

async function runSuite(
  { file }: Provider,
  env: Readonly<Record<string, string>>,
  { signal }: Interruption,
): Promise<Cell> {
  const start = performance.now();
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tests/run.ts", file],
    cwd: root,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    signal,
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout) + decoder.decode(stderr);
  return readCell(output, success, (performance.now() - start) / 1_000);
}

/** Runs as many at a time as there are cores. */
async function runAll(work: readonly (() => Promise<void>)[], { signal }: Interruption): Promise<void> {
  const queue = work.values();
  const workers = Array.from({ length: navigator.hardwareConcurrency }, async () => {
    for (const run of queue) {
      if (signal.aborted) return;
      await run();
    }
  });
  await Promise.all(workers);
}

Deno.exit(await main(Deno.args));
