import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where installed servers are kept, outside of any clone. Root's is not below its home, which the accounts
 * that servers run as may not enter.
 */
export function cacheFolder(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") ||
    (Deno.build.os !== "windows" && Deno.uid() === 0 ? "/var/cache" : join(homedir(), ".cache"));
  return join(base, "activerecord-test-servers");
}
