import { join } from "node:path";

/** Leaves a line for the end of the test run that says why a provider was not tested. */
export async function reportSkip(provider: string, reason: string): Promise<void> {
  const folder = Deno.env.get("TEST_REPORT_DIR");
  if (folder === undefined || folder === "") return;
  await Deno.writeTextFile(join(folder, `${provider}.txt`), `skipped ${provider}: ${reason}\n`);
}
