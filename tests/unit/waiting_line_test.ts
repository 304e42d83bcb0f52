import { assert, assertEquals, assertRejects } from "@std/assert";
import { WaitingLine } from "../../core/backend/waiting_line.ts";
import { CancelledError, TimeoutError } from "../../core/errors.ts";

function lineOf(timeout: number) {
  let refused = 0;
  const late: number[] = [];
  const line: WaitingLine<string, string> = new WaitingLine({
    timeout,
    late: () => {
      late.push(line.size);
      return new TimeoutError("late");
    },
    onRefused: () => refused++,
  });
  return { line, late, refused: () => refused };
}

const strict = { sanitizeOps: true, sanitizeResources: true };

Deno.test("WaitingLine grants in the order of joining and leaves no timer behind", strict, async () => {
  const { line, refused } = lineOf(60_000);
  const waits = ["a", "b", "c"].map((use) => line.join(use));
  for (let i = 1; line.size > 0; i++) line.first()!.grant(`${line.first()!.use}${i}`);
  assertEquals(await Promise.all(waits), ["a1", "b2", "c3"]);
  assertEquals(refused(), 0);
});

Deno.test(
  "WaitingLine refuses each that waits longer than the timeout, also who came while others waited",
  strict,
  async () => {
    const { line, late, refused } = lineOf(30);
    const order: string[] = [];
    const wait = (use: string) => assertRejects(() => line.join(use), TimeoutError, "late").then(() => order.push(use));
    const first = wait("first");
    await new Promise((resolve) => setTimeout(resolve, 10));
    const second = wait("second");
    await first;
    await second;
    assertEquals([order, late, refused(), line.size], [["first", "second"], [1, 0], 2, 0]);
  },
);

Deno.test("WaitingLine ends a wait whose signal is aborted, and all waits at once", strict, async () => {
  const { line } = lineOf(60_000);
  const controller = new AbortController();
  const aborted = line.join("aborted", controller.signal);
  const others = [line.join("one"), line.join("two")];
  controller.abort();
  await assertRejects(() => aborted, CancelledError);
  assertEquals(line.size, 2);
  line.refuseAll(() => new Error("closed"));
  for (const other of others) await assertRejects(() => other, Error, "closed");
  assert(line.first() === undefined);
});
