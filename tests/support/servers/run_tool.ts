import { lastLines } from "./last_lines.ts";

/** Options of {@linkcode runTool}. */
export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a tool of the machine, such as `apt-get`, and gives its output.
 *
 * @throws {Error} with the end of its output when it is not there, fails, or takes more than five minutes
 */
export async function runTool(command: readonly [string, ...string[]], options: ToolOptions = {}): Promise<string> {
  const [file, ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(file, {
    ...options,
    args,
    stdin: "null",
    signal: AbortSignal.timeout(300_000),
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout);
  if (success) return output;
  throw new Error(`${file} failed: ${lastLines(output + decoder.decode(stderr))}`);
}
