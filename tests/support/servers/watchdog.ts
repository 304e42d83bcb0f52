/** Ends a server and removes its folder when this process is gone, however it ended. */
export interface Watchdog {
  /** Changes the process that is watched; null when there is none. */
  watch(pid: number | null): Promise<void>;
  /** Ends the watched process, removes the folder and waits for both. */
  close(): Promise<void>;
}

/** It reads process ids until its input ends, which it does when the process that holds the other end is gone. */
const script = `
trap '' INT TERM HUP
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -s "$2" "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
fi
rm -rf "$1"
`;

/** Starts a watchdog, which ends its server with the signal. */
export function startWatchdog(folder: string, signal: Deno.Signal): Watchdog {
  const child = new Deno.Command("sh", {
    args: ["-c", script, "watchdog", folder, signal.replace("SIG", "")],
    // Not within the reach of Ctrl-C, and not in a folder that may go away.
    detached: true,
    cwd: "/",
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  const input = child.stdin.getWriter();
  return {
    watch: (pid) => input.write(new TextEncoder().encode(`${pid ?? ""}\n`)),
    async close() {
      child.ref();
      await input.close();
      await child.status;
    },
  };
}
