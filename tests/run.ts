/**
 * What `deno task test` runs: every `*_test.ts` under `tests/`, then the examples in the docs, then one
 * line per provider that could not be tested, and as the last line `N passed, N failed[, N skipped]`.
 *
 * Arguments go to `deno test`: paths (from the project's root) choose what runs, options such as
 * `--filter` are passed on. Files run in parallel; `DENO_JOBS=1` runs them one by one.
 *
 * Servers are those of `TEST_POSTGRES_URL`, `TEST_MARIADB_URL` and `TEST_MYSQL_URL`, else those on the default ports,
 * else private ones, started from installed programs and ended with the run. Only those are looked for that the
 * paths need.
 *
 * A test file that skips a provider writes the line `skipped <provider>: <reason>` into a file of its
 * own in `$TEST_REPORT_DIR`. `TEST_REQUIRE=sqlite,postgres` turns such a skip into a failure.
 */

import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import {
  addTotals,
  countTests,
  missingProviders,
  readSkippedProviders,
  summaryOf,
  type Totals,
} from "./support/test_report.ts";
import { type Interruption, watchForInterruption } from "./support/interruption.ts";
import { neededKinds } from "./support/servers/needed_kinds.ts";
import { openServers } from "./support/servers/servers_of_run.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Where the docs show examples. A path that does not exist yet is left out. */
const documented = [
  "mod.ts",
  "core",
  "backends",
  "tests/testsuite/mod.ts",
  "README.md",
];

/** Options of `deno test` that take the next argument as their value. */
const optionsWithValue = new Set([
  "--filter",
  "--reporter",
  "--retry",
  "--repeats",
  "--shard",
  "--seed",
  "--related",
]);

async function main(args: readonly string[]): Promise<number> {
  using interruption = watchForInterruption();
  const scratch = await Deno.makeTempDir({ prefix: "activerecord_test_" });
  try {
    await Deno.mkdir(join(scratch, "reports"));
    const { paths, options, rest } = readArguments(args);
    const tests = paths.length > 0 ? paths.filter(isTest) : ["tests"];
    const docs = paths.length > 0
      ? paths.filter((path) => !isTest(path))
      : documented.filter((path) => existsSync(join(root, path)));
    const lock = await copyLock(scratch);
    await using servers = await openServers(neededKinds(root, tests));
    servers.lines.forEach((line) => console.log(line));
    const run: Run = { scratch, env: servers.env, interruption };
    const shared = [...lock.options, ...options];
    const totals = addTotals(
      await runTests(run, shared, tests, rest),
      await runTests(run, ["--doc", ...shared], docs, rest),
    );
    return interruption.exitCode ?? await report(totals, lock, join(scratch, "reports"));
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

interface Arguments {
  readonly paths: string[];
  readonly options: string[];
  /** `--` and what follows it, which belongs to the tests. */
  readonly rest: string[];
}

function readArguments(args: readonly string[]): Arguments {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const own = args.slice(0, end);
  const isPath = (arg: string, at: number) => !arg.startsWith("-") && !optionsWithValue.has(own[at - 1] ?? "");
  return {
    paths: own.filter(isPath),
    options: own.filter((arg, at) => !isPath(arg, at)),
    rest: args.slice(end),
  };
}

function isTest(path: string): boolean {
  return relative(root, resolve(root, path)).split(sep)[0] === "tests";
}

interface Lock {
  readonly options: readonly string[];
  /** Whether the tests loaded nothing that it lacks. */
  readonly isComplete: () => Promise<boolean>;
}

/**
 * Tests run on a copy of the lock file, so the project's own never changes. With `--frozen` instead, one
 * driver that is loaded on demand and missing in the lock file silently ends all other test files.
 */
async function copyLock(scratch: string): Promise<Lock> {
  const path = join(root, "deno.lock");
  if (!existsSync(path)) {
    return {
      options: ["--no-lock"],
      isComplete: () => Promise.resolve(true),
    };
  }
  const copy = join(scratch, "deno.lock");
  await Deno.copyFile(path, copy);
  const before = await Deno.readTextFile(copy);
  return {
    options: [`--lock=${copy}`],
    isComplete: async () => await Deno.readTextFile(copy) === before,
  };
}

interface Run {
  /** A folder that is removed at the end. */
  readonly scratch: string;
  /** What tells test files about the servers. */
  readonly env: Readonly<Record<string, string>>;
  readonly interruption: Interruption;
}

async function runTests(
  { scratch, env, interruption }: Run,
  options: readonly string[],
  paths: readonly string[],
  rest: readonly string[],
): Promise<Totals> {
  if (paths.length === 0 || interruption.exitCode !== null) return addTotals();
  const junit = join(scratch, "junit.xml");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--parallel",
      `--junit-path=${junit}`,
      ...options,
      ...paths,
      ...rest,
    ],
    cwd: root,
    env: { ...env, TEST_REPORT_DIR: join(scratch, "reports") },
    signal: interruption.signal,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const output = await printAndKeep(child.stdout);
  const { success } = await child.status;
  // There is no JUnit file when nothing could be run, as after a type error.
  const totals = countTests(
    existsSync(junit) ? await Deno.readTextFile(junit) : "",
    output,
  );
  await Deno.remove(junit).catch(() => {});
  return success || totals.failed > 0 ? totals : addTotals(totals, { passed: 0, failed: 1, skipped: 0 });
}

async function printAndKeep(
  stream: ReadableStream<Uint8Array>,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length;) {
      at += Deno.stdout.writeSync(chunk.subarray(at));
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

async function report(
  totals: Totals,
  lock: Lock,
  folder: string,
): Promise<number> {
  const skipped = readSkippedProviders(await readReports(folder));
  const required = Deno.env.get("TEST_REQUIRE") ?? "";
  const problems = missingProviders(required, skipped)
    .map((name) => `${name}: TEST_REQUIRE names it, but it was skipped`);
  // The driver from JSR is tested on request only, so it is not in the lock file.
  if (!Deno.env.get("TEST_DB_SQLITE") && !await lock.isComplete()) {
    problems.push("deno.lock: it lacks a package that the tests load");
  }
  if (totals.passed + totals.failed === 0) problems.push("tests: none ran");

  skipped.forEach(({ name, reason }) => console.log(`skipped ${name}: ${reason}`));
  problems.forEach((problem) => console.log(`failed ${problem}`));
  const failed = totals.failed + problems.length;
  console.log(summaryOf({ ...totals, failed }));
  return failed > 0 ? 1 : 0;
}

async function readReports(folder: string): Promise<string> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    texts.push(await Deno.readTextFile(join(folder, name)));
  }
  return texts.join("\n");
}

Deno.exit(await main(Deno.args));
