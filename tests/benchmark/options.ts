import { parseArgs } from "node:util";
import { type DatabaseName, databaseNames } from "./databases.ts";
import { listWorkloads } from "./workloads.ts";

/** What a run measures, and how long. */
export interface BenchmarkOptions {
  /** Those to measure on; none when nothing that is measured needs one. */
  readonly databases: readonly DatabaseName[];
  /** Names of what is measured. */
  readonly groups: ReadonlySet<string>;
  readonly rounds: number;
  readonly milliseconds: number;
  /** Rows of the long runs. */
  readonly rows: number;
  /** Most rows of one query. */
  readonly rowsOfQuery: number;
  /** Models whose types are checked. */
  readonly models: number;
  /** File for the results, or null. */
  readonly json: string | null;
}

/** What the command is to do. */
export type BenchmarkCommand =
  | { readonly command: "help" }
  | { readonly command: "compare"; readonly files: readonly [string, string] }
  | { readonly command: "run"; readonly options: BenchmarkOptions };

/** What takes long, so that it has to be asked for. */
const LONG_GROUPS: readonly string[] = ["stream", "load"];
/** What needs no database. */
const SOURCE_GROUPS: readonly string[] = ["import", "types"];

/** Names that `--only` takes. */
export const groupNames: readonly string[] = [
  ...new Set(listWorkloads(10).map(({ group }) => group)),
  ...SOURCE_GROUPS,
  "memory",
  ...LONG_GROUPS,
];

/** What `--help` prints. */
export const HELP = `deno task bench [options]

Measures the library beside the bare driver of each database, and prints one table.

  --backend sqlite,postgres   databases; all that can be had when left out
  --only w3,w4                what to measure: ${groupNames.slice(0, 10).join(" ")}
                              ${groupNames.slice(10).join(" ")}
  --full                      the long runs too: stream, load, and rows up to --rows
  --rounds 7                  slices that each contender has, in turns
  --ms 200                    milliseconds of a slice; the first, which warms up, has twice as many
  --rows 1000000              rows that are streamed, and most of one query; a tenth is inserted
  --models 200                models whose types are checked, with ten queries each
  --json file                 writes the results
  --compare a.json b.json     compares two runs, and marks what differs by more than it scatters
`;

/**
 * Reads the arguments of the command.
 *
 * @throws {TypeError | RangeError} naming the option that is wrong
 */
export function readCommand(args: readonly string[]): BenchmarkCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      backend: { type: "string" },
      only: { type: "string" },
      full: { type: "boolean", default: false },
      rounds: { type: "string", default: "7" },
      ms: { type: "string", default: "200" },
      rows: { type: "string", default: "1000000" },
      models: { type: "string", default: "200" },
      json: { type: "string" },
      compare: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return { command: "help" };
  if (values.compare) {
    const [one, other, ...rest] = positionals;
    if (one === undefined || other === undefined || rest.length > 0) {
      throw new TypeError("--compare takes two files");
    }
    return { command: "compare", files: [one, other] };
  }
  if (positionals.length > 0) throw new TypeError(`Unexpected argument "${positionals[0]}": see --help`);
  const only = values.only === undefined ? null : listOf("--only", values.only, groupNames);
  const databases = values.backend === undefined ? databaseNames : listOf("--backend", values.backend, databaseNames);
  const rows = integerOf("--rows", values.rows, 10);
  const isLong = values.full || only !== null && only.includes("rows");
  return {
    command: "run",
    options: {
      databases: only?.every((name) => SOURCE_GROUPS.includes(name)) ? [] : databases,
      groups: new Set(only ?? groupNames.filter((name) => values.full || !LONG_GROUPS.includes(name))),
      rounds: integerOf("--rounds", values.rounds, 1),
      milliseconds: integerOf("--ms", values.ms, 1),
      rows,
      rowsOfQuery: isLong ? rows : Math.min(rows, 100_000),
      models: integerOf("--models", values.models, 1),
      json: values.json ?? null,
    },
  };
}

function listOf<Name extends string>(option: string, text: string, known: readonly Name[]): Name[] {
  return text.split(",").map((part) => {
    const name = known.find((one) => one === part.trim().toLowerCase());
    if (name === undefined) throw new TypeError(`Invalid ${option}: "${part}" (one of ${known.join(", ")})`);
    return name;
  });
}

function integerOf(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) {
    throw new RangeError(`Invalid ${option}: "${text}" (${least} or more)`);
  }
  return number;
}
