/** Unpacks Debian packages into a folder, with an apt configuration of its own: the system is not touched. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "./run_tool.ts";

/** Where packages come from: the release of this machine, or Debian's newest one with everything they depend on. */
export type Release = "own" | "sid";

/**
 * Downloads the newest of the packages whose name matches, and what the machine lacks of those that it depends on,
 * and unpacks them below a folder.
 *
 * @param name a regular expression of apt for the whole name
 * @throws {Error} when there is no apt, no such package, or no way to download it
 */
export async function unpackPackages(folder: string, name: string, release: Release): Promise<void> {
  if (!existsSync("/usr/bin/apt-get")) throw new Error("there is no apt-get");
  const scratch = await Deno.makeTempDir({ prefix: "activerecord_apt_" });
  try {
    const env = await openLists(scratch, release);
    const names = await runTool(["apt-cache", "search", "--names-only", `^${name}$`], { env });
    const found = names.split("\n").map((line) => line.split(" ")[0] ?? "").filter((line) => line !== "").sort();
    const newest = found.at(-1);
    if (newest === undefined) throw new Error(`apt knows no package ${name}, or could not download its lists`);
    await runTool(["apt-get", "-qq", "-y", "--download-only", "install", newest], { env });
    const archives = join(scratch, "cache/archives");
    for await (const { name: file } of Deno.readDir(archives)) {
      if (file.endsWith(".deb")) await runTool(["dpkg-deb", "-x", join(archives, file), folder]);
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** Downloads the lists of a release; gives the environment in which apt uses them. */
async function openLists(scratch: string, release: Release): Promise<Record<string, string>> {
  await Deno.mkdir(join(scratch, "state/lists/partial"), { recursive: true });
  await Deno.mkdir(join(scratch, "cache/archives/partial"), { recursive: true });
  const own = await writeConfiguration(scratch, "own", [
    `Dir::State::lists "${scratch}/state/lists";`,
    `Dir::Cache "${scratch}/cache";`,
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "30";',
    'APT::Install-Recommends "false";',
    // Root's downloads go into a folder that apt's own account may not enter.
    'APT::Sandbox::User "root";',
    'Debug::NoLocking "1";',
  ]);
  await runTool(["apt-get", "-qq", "update"], { env: own });
  if (release === "own") return own;
  const sources = join(scratch, "sid.list");
  await Deno.writeTextFile(sources, await sourceOfSid(own));
  await Deno.writeTextFile(join(scratch, "nothing"), "");
  const newer = await writeConfiguration(scratch, "sid", [
    await Deno.readTextFile(join(scratch, "own.conf")),
    `Dir::Etc::sourcelist "${sources}";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    // As if nothing were installed: libraries of another release do not go with those of the machine.
    `Dir::State::status "${scratch}/nothing";`,
  ]);
  await runTool(["apt-get", "-qq", "update"], { env: newer });
  return newer;
}

async function writeConfiguration(
  scratch: string,
  name: string,
  lines: readonly string[],
): Promise<Record<string, string>> {
  const path = join(scratch, `${name}.conf`);
  await Deno.writeTextFile(path, lines.join("\n") + "\n");
  return { APT_CONFIG: path, LC_ALL: "C" };
}

/** The line for Debian's newest release on the mirror that this machine uses, signed by the keys it trusts. */
async function sourceOfSid(env: Record<string, string>): Promise<string> {
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const format = "$(ORIGIN) $(COMPONENT) $(REPO_URI)";
  const targets = await runTool(["apt-get", "indextargets", "--format", format, "Created-By: Packages"], { env });
  const addresses = targets.split("\n")
    .filter((line) => line.startsWith("Debian main "))
    .map((line) => line.split(" ")[2] ?? "")
    .filter((address) => !address.includes("security"));
  const [address] = addresses;
  if (address === undefined || !existsSync(keys)) {
    throw new Error("apt is not set up for Debian, or could not download its lists");
  }
  return `deb [signed-by=${keys}] ${address} sid main\n`;
}
