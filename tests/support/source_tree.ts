/** The text of each wanted file below a folder, by its path from there; hidden folders are left out. */
export async function readTree(
  root: URL,
  isWanted: (path: string) => boolean,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const path of (await listFiles(root, "")).sort()) {
    if (isWanted(path)) {
      files.set(path, await Deno.readTextFile(new URL(path, root)));
    }
  }
  return files;
}

const visibleDotFolders = new Set([".ci", ".github"]);

async function listFiles(root: URL, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (
    const { name, isDirectory, isFile } of Deno.readDir(
      new URL(folder || ".", root),
    )
  ) {
    const path = folder + name;
    if (isFile) found.push(path);
    const isHidden = name === "node_modules" ||
      (name.startsWith(".") && !visibleDotFolders.has(name));
    if (isDirectory && !isHidden) {
      found.push(...await listFiles(root, `${path}/`));
    }
  }
  return found;
}
