import type { Interruption } from "../support/interruption.ts";
import type { Measurement } from "./measurement.ts";
import type { BenchmarkOptions } from "./options.ts";

/** A run of the benchmarks: what it is to do, and what has come of it. */
export class BenchmarkRun {
  readonly options: BenchmarkOptions;
  readonly measurements: Measurement[] = [];
  /** A line for each contender that did not do what it should. */
  readonly failures: string[] = [];
  readonly #interruption: Interruption;

  constructor(options: BenchmarkOptions, interruption: Interruption) {
    this.options = options;
    this.#interruption = interruption;
  }

  /** Whether something is to be measured; nothing is once the run was interrupted. */
  wants(group: string): boolean {
    return !this.isOver && this.options.groups.has(group);
  }

  /** Whether the run was interrupted. */
  get isOver(): boolean {
    return this.#interruption.exitCode !== null;
  }

  /** Shows what is measured now, to somebody who is looking. */
  announce(text: string): void {
    if (Deno.stderr.isTerminal()) console.error(text);
  }

  /** Keeps what was measured, unless it is incomplete. */
  add(measurement: Measurement): void {
    const series = Object.values(measurement.samples);
    if (series.length > 0 && series.every((samples) => samples.length > 0)) this.measurements.push(measurement);
  }

  /** Runs what one contender does; a failure is kept, and the others go on. */
  async attempt<T>(name: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.failures.push(`failed ${name}: ${error instanceof Error ? error.message : error}`);
      return null;
    }
  }
}
