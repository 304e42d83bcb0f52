/** A user of the operating system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that a server runs as, or null for the present one. Database servers refuse to run as root, so root
 * chooses the first of the names that exists, and `nobody` after them.
 */
export async function serverAccount(...names: readonly string[]): Promise<Account | null> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return null;
  const accounts = readAccounts(await Deno.readTextFile("/etc/passwd"));
  for (const name of [...names, "nobody"]) {
    const account = accounts.get(name);
    if (account !== undefined) return account;
  }
  throw new Error(`Cannot start a server as root: none of the accounts ${names.join(", ")}, nobody exists`);
}

/** Reads a file of the form of `/etc/passwd`. */
export function readAccounts(text: string): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of text.split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name && uid && gid) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
