import type { ContenderName } from "./databases.ts";

/** The ways to do the work, as the columns of the table. */
export const contenderNames: readonly ContenderName[] = ["driver", "by hand", "activerecord"];

const UNITS = ["µs", "ms", "s", "MB"] as const;

/** What the numbers of a measurement are; less is better in each. */
export type Unit = typeof UNITS[number];

/** Numbers of several contenders, one per round, taken in turns. */
export interface Measurement {
  /** The database with the workload, such as `sqlite w3`, or what needs no database. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly samples: Readonly<Partial<Record<ContenderName, readonly number[]>>>;
}

/** Everything that was measured in one run. */
export interface Results {
  /** What runs are of, so that those of different machines are told apart. */
  readonly environment: {
    readonly deno: string;
    readonly system: string;
    readonly processors: number;
    readonly date: string;
    readonly rounds: number;
    readonly milliseconds: number;
  };
  readonly measurements: readonly Measurement[];
}

/**
 * The library beside another contender, round by round: the ratio of their times, or for memory the difference.
 * Rounds are compared with themselves, since the machine may be slower in one than in the next.
 */
export function besides({ unit, samples }: Measurement, other: ContenderName): number[] | null {
  const [ours, theirs] = [samples.activerecord, samples[other]];
  if (ours === undefined || theirs === undefined) return null;
  const rounds = Math.min(ours.length, theirs.length);
  return Array.from(
    { length: rounds },
    (_, round) => unit === "MB" ? ours[round]! - theirs[round]! : ours[round]! / theirs[round]!,
  );
}

/**
 * Reads results that a run has written.
 *
 * @throws {TypeError} when they are something else
 */
export function readResults(json: string, name: string): Results {
  const results: unknown = JSON.parse(json);
  const { measurements } = (results ?? {}) as { measurements?: unknown }; // looked at next
  if (!Array.isArray(measurements) || !measurements.every(isMeasurement)) {
    throw new TypeError(`${name} holds no results of deno task bench`);
  }
  return results as Results; // the environment is only shown
}

function isMeasurement(value: unknown): value is Measurement {
  if (typeof value !== "object" || value === null) return false;
  const { id, title, unit, samples } = value as Record<string, unknown>; // any object can be looked at like this
  return typeof id === "string" && typeof title === "string" && UNITS.some((known) => known === unit) &&
    typeof samples === "object" && samples !== null && Object.values(samples).every(isSeries);
}

function isSeries(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === "number");
}
