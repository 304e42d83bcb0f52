/** A process for one contender: takes its setup as an argument and tasks as lines on its input, answers in lines. */

import { TextLineStream } from "./lines.ts";
import { TaskRunner, type WorkerSetup, type WorkerTask } from "./worker_tasks.ts";

const print = (answer: unknown) => console.log(JSON.stringify(answer));
const describe = (error: unknown) => error instanceof Error ? error.stack ?? error.message : String(error);

try {
  // Both come from WorkerProcess, which is typed.
  const runner = await TaskRunner.open(JSON.parse(Deno.args[0] ?? "") as WorkerSetup);
  print({ numbers: [] });
  for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
    try {
      print({ numbers: await runner.run(JSON.parse(line) as WorkerTask) });
    } catch (error) {
      print({ error: describe(error) });
    }
  }
  await runner.close();
} catch (error) {
  print({ error: describe(error) });
}
