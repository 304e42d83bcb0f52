/** What `deno task bench` runs: see `--help`. */

import { watchForInterruption } from "../support/interruption.ts";
import { comparisonTable } from "./comparison.ts";
import { type Measurement, readResults, type Results } from "./measurement.ts";
import { measureFreshProcesses } from "./measures/fresh_processes.ts";
import { measureImportTime } from "./measures/import_time.ts";
import { measureTypeCheck } from "./measures/type_check.ts";
import { type BenchmarkCommand, type BenchmarkOptions, HELP, readCommand } from "./options.ts";
import { race } from "./race.ts";
import { resultsTable } from "./results_table.ts";
import { BenchmarkRun } from "./run.ts";
import { openSites } from "./site.ts";

async function main(args: readonly string[]): Promise<number> {
  let command: BenchmarkCommand;
  try {
    command = readCommand(args);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    console.error(error.message);
    return 1;
  }
  switch (command.command) {
    case "help":
      console.log(HELP);
      return 0;
    case "compare":
      return await compare(command.files);
    case "run":
      return await measure(command.options);
  }
}

async function measure(options: BenchmarkOptions): Promise<number> {
  using interruption = watchForInterruption();
  const run = new BenchmarkRun(options, interruption);
  await measureDatabases(run);
  if (run.wants("import")) await run.attempt("import", () => measureImportTime(run));
  if (run.wants("types")) await run.attempt("types", () => measureTypeCheck(run));

  console.log(resultsTable(run.measurements));
  run.failures.forEach((line) => console.log(line));
  if (options.json !== null) await Deno.writeTextFile(options.json, resultsText(options, run.measurements));
  return interruption.exitCode ?? (run.failures.length > 0 ? 1 : 0);
}

async function measureDatabases(run: BenchmarkRun): Promise<void> {
  await using opened = await openSites(run.options.databases);
  opened.skipped.forEach((line) => console.log(line));
  for (const site of opened.sites) {
    await run.attempt(site.database, () => race(run, site));
    await run.attempt(site.database, () => measureFreshProcesses(run, site));
  }
}

function resultsText({ rounds, milliseconds }: BenchmarkOptions, measurements: readonly Measurement[]): string {
  const results: Results = {
    environment: {
      deno: Deno.version.deno,
      system: `${Deno.build.os} ${Deno.build.arch}`,
      processors: navigator.hardwareConcurrency,
      date: new Date().toISOString(),
      rounds,
      milliseconds,
    },
    measurements,
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}

async function compare([before, after]: readonly [string, string]): Promise<number> {
  const [one, other] = [
    readResults(await Deno.readTextFile(before), before),
    readResults(await Deno.readTextFile(after), after),
  ];
  console.log(comparisonTable(one, other));
  return 0;
}

Deno.exit(await main(Deno.args));
