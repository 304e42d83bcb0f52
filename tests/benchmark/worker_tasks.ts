import { strictEqual } from "node:assert/strict";
import type { Contender } from "./contenders/contender.ts";
import { type ContenderName, type DatabaseName, openContender } from "./databases.ts";
import { timeSlice } from "./slice.ts";
import { openStore } from "./store.ts";
import { Source, userValues } from "./users.ts";
import { listWorkloads, type Workload } from "./workloads.ts";

/** Which contender a worker is, and where. */
export interface WorkerSetup {
  readonly database: DatabaseName;
  readonly contender: ContenderName;
  /** Path of a file, or a URL. */
  readonly location: string;
  /** Most rows of a query, which decides what workloads there are. */
  readonly rows: number;
}

/** What a worker can be asked to do; each gives numbers only. */
export type WorkerTask =
  /** 1 when it does a workload at all, and did what it should; else 0. */
  | { readonly task: "check"; readonly workload: string }
  /** Microseconds per operation. */
  | { readonly task: "time"; readonly workload: string; readonly milliseconds: number }
  /** Growth of the memory by reading rows again and again, in bytes. */
  | { readonly task: "read"; readonly rows: number; readonly times: number }
  /** Microseconds per row, and growth of the memory in bytes. */
  | { readonly task: "stream"; readonly rows: number }
  /** The same for inserting. */
  | { readonly task: "load"; readonly rows: number };

/** Answers tasks, one after the other. */
export class TaskRunner {
  readonly #setup: WorkerSetup;
  readonly #contender: Contender;
  readonly #source = new Source();
  readonly #workloads: ReadonlyMap<string, Workload>;

  private constructor(setup: WorkerSetup, contender: Contender) {
    this.#setup = setup;
    this.#contender = contender;
    this.#workloads = new Map(listWorkloads(setup.rows).map((workload) => [workload.id, workload]));
  }

  /** Opens the contender. */
  static async open(setup: WorkerSetup): Promise<TaskRunner> {
    return new TaskRunner(setup, await openContender(setup.database, setup.contender, setup.location));
  }

  /** Does one task. */
  async run(task: WorkerTask): Promise<number[]> {
    switch (task.task) {
      case "check":
        return [await this.#check(this.#workload(task.workload))];
      case "time":
        return [await timeSlice(this.#workload(task.workload), this.#contender, this.#source, task.milliseconds)];
      case "read":
        return [await this.#read(task.rows, task.times)];
      case "stream":
        return await this.#stream(task.rows);
      case "load":
        return await this.#load(task.rows);
    }
  }

  /** Lets the database go. */
  async close(): Promise<void> {
    await this.#contender.close();
  }

  #workload(id: string): Workload {
    const workload = this.#workloads.get(id);
    if (workload === undefined) throw new Error(`There is no workload "${id}"`);
    return workload;
  }

  async #check(workload: Workload): Promise<number> {
    if (!workload.isFor(this.#contender)) return 0;
    await using store = await openStore(this.#setup.database, this.#setup.location);
    await workload.check(this.#contender, this.#source, store);
    return 1;
  }

  async #read(rows: number, times: number): Promise<number> {
    await this.#contender.find(1); // connects
    const memory = new MemoryGauge();
    for (let time = 0; time < times; time++) {
      strictEqual((await this.#contender.read(rows)).length, rows);
      memory.look();
    }
    return memory.growth;
  }

  async #stream(rows: number): Promise<number[]> {
    await this.#contender.find(1); // connects
    const memory = new MemoryGauge();
    const start = performance.now();
    let [count, ids] = [0, 0];
    const look = (record: unknown) => {
      ids += (record as { id: number }).id; // what every contender loads has its key there
      if (++count % 5_000 === 0) memory.look();
    };
    const records = this.#contender.stream();
    // Where rows are there at once, nobody waits for each.
    if (Symbol.iterator in records) { for (const record of records) look(record); }
    else for await (const record of records) look(record);
    const spent = performance.now() - start;
    memory.look();
    strictEqual(count, rows);
    strictEqual(ids, rows * (rows + 1) / 2);
    return [spent * 1_000 / rows, memory.growth];
  }

  async #load(rows: number): Promise<number[]> {
    await using store = await openStore(this.#setup.database, this.#setup.location);
    await this.#contender.find(1); // connects
    const before = await store.countUsers();
    const memory = new MemoryGauge();
    const first = 20_000_000; // beyond what other tasks insert
    async function* users() {
      for (let number = 1; number <= rows; number++) {
        if (number % 5_000 === 0) memory.look();
        yield userValues(first + number);
      }
    }
    const start = performance.now();
    await this.#contender.insertFrom(users());
    const spent = performance.now() - start;
    memory.look();
    strictEqual(await store.countUsers(), before + rows);
    strictEqual((await store.lastUser()).email, userValues(first + rows).email);
    return [spent * 1_000 / rows, memory.growth];
  }
}

/** The most memory that the process held since a moment, beyond what it held then. */
class MemoryGauge {
  readonly #start = Deno.memoryUsage().rss;
  #most = this.#start;

  /** Looks at the memory now. */
  look(): void {
    this.#most = Math.max(this.#most, Deno.memoryUsage().rss);
  }

  /** In bytes. */
  get growth(): number {
    return this.#most - this.#start;
  }
}
