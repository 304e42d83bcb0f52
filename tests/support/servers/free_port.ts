/**
 * A port of 127.0.0.1 on which nothing listens. It is below the range from which systems take ports for outgoing
 * connections, so that it is still free when a server is restarted on it.
 */
export function freePort(): number {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (isFree(port)) return port;
  }
  throw new Error("Cannot find a free port: 200 of them were taken");
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
