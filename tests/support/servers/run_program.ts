import { lastLines } from "./last_lines.ts";
import type { Site } from "./recipe.ts";

/** What belongs to every process of a server. */
export function processOptions({ account, binaries, folder }: Site): Deno.CommandOptions {
  return {
    ...account === null ? {} : account,
    cwd: folder,
    env: { ...binaries.env, HOME: folder, LC_ALL: Deno.build.os === "linux" ? "C.UTF-8" : "en_US.UTF-8" },
  };
}

/**
 * Runs a program that prepares a server, with a text as its input, to its end.
 *
 * @throws {Error} with the end of its output when it fails
 */
export async function runProgram(site: Site, command: readonly string[], input = ""): Promise<void> {
  const [file = "", ...args] = command;
  const child = new Deno.Command(file, {
    ...processOptions(site),
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written = new Blob([input]).stream().pipeTo(child.stdin).catch((error: unknown) => error);
  const { success, stdout, stderr } = await child.output();
  const writeError = await written;
  if (success && writeError === undefined) return;
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`Cannot prepare ${site.binaries.kind} ${site.binaries.version}: ${lastLines(output)}`);
}
