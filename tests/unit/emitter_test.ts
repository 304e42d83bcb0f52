import { assertEquals, assertRejects } from "@std/assert";
import { Emitter } from "../../core/events/emitter.ts";

interface Events {
  saved: string;
  failed: number;
}

Deno.test("emit() calls the listeners in order and waits for each", async () => {
  const emitter = new Emitter<Events>();
  const seen: string[] = [];
  emitter.on("saved", async (name) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.push(`first ${name}`);
  });
  emitter.on("saved", (name) => void seen.push(`second ${name}`));
  emitter.on("failed", () => void seen.push("other"));
  await emitter.emit("saved", "a");
  assertEquals(seen, ["first a", "second a"]);
});

Deno.test("emit() ends at the first listener that fails", async () => {
  const emitter = new Emitter<Events>();
  const seen: string[] = [];
  emitter.on("saved", () => void seen.push("first"));
  emitter.on("saved", () => Promise.reject(new Error("no")));
  emitter.on("saved", () => void seen.push("never"));
  await assertRejects(() => emitter.emit("saved", "a"), Error, "no");
  assertEquals(seen, ["first"]);
});

Deno.test("notify() calls all listeners, whatever they throw", async () => {
  const emitter = new Emitter<Events>();
  const errors: string[] = [];
  let calls = 0;
  emitter.on("saved", () => {
    throw new Error("at once");
  });
  emitter.on("saved", () => Promise.reject(new Error("later")));
  emitter.on("saved", () => void calls++);
  emitter.notify("saved", "a", (error) => void errors.push((error as Error).message));
  assertEquals([calls, errors], [1, ["at once"]]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(errors, ["at once", "later"]);
});

Deno.test("off() removes one registration; removing again does nothing", async () => {
  const emitter = new Emitter<Events>();
  let calls = 0;
  const listener = () => void calls++;
  const off = emitter.on("saved", listener);
  emitter.on("saved", listener);
  off();
  off();
  await emitter.emit("saved", "a");
  assertEquals(calls, 1, "the second registration is its own");
  emitter.off("saved", listener);
  emitter.off("saved", listener);
  emitter.off("failed", listener);
  await emitter.emit("saved", "a");
  assertEquals([calls, emitter.isEmpty, emitter.has("saved")], [1, true, false]);
});

Deno.test("a listener that is removed or added during delivery does not disturb it", async () => {
  const emitter = new Emitter<Events>();
  const seen: string[] = [];
  const off = emitter.on("saved", () => {
    seen.push("first");
    off();
    emitter.on("saved", () => void seen.push("late"));
  });
  emitter.on("saved", () => void seen.push("second"));
  await emitter.emit("saved", "a");
  assertEquals(seen, ["first", "second"]);
  await emitter.emit("saved", "a");
  assertEquals(seen, ["first", "second", "second", "late"]);
});
