import { fileURLToPath } from "node:url";
import { TextLineStream } from "./lines.ts";
import type { WorkerSetup, WorkerTask } from "./worker_tasks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A process of its own for a contender, with its own heap and its own compiled code. */
export class WorkerProcess implements AsyncDisposable {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  private constructor(setup: WorkerSetup) {
    this.#name = `${setup.contender} on ${setup.database}`;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "tests/benchmark/worker.ts", JSON.stringify(setup)],
      cwd: root,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
  }

  /** Starts it and waits until its contender is open. */
  static async start(setup: WorkerSetup): Promise<WorkerProcess> {
    const worker = new WorkerProcess(setup);
    try {
      await worker.#answer();
      return worker;
    } catch (error) {
      await worker[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Has it do something. */
  async run(task: WorkerTask): Promise<number[]> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(task)}\n`));
    return await this.#answer();
  }

  async #answer(): Promise<number[]> {
    const { value, done } = await this.#answers.read();
    if (done) throw new Error(`The worker of ${this.#name} has ended`);
    const answer = JSON.parse(value) as { numbers: number[] } | { error: string }; // as worker.ts prints it
    if ("error" in answer) throw new Error(`${this.#name}: ${answer.error}`);
    return answer.numbers;
  }

  /** Ends it: at the end of its input it lets the database go. */
  async [Symbol.asyncDispose](): Promise<void> {
    // The process may have ended by itself.
    await this.#input.close().catch(() => {});
    await this.#child.status;
  }
}
