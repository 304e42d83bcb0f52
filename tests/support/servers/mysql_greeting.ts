import { connect } from "node:net";

/**
 * The version in the first packet that a MySQL or MariaDB server sends to whoever connects, such as `9.7.0` or
 * `11.8.3-MariaDB`; null when nobody answers within a second or the server refuses.
 */
export function readMySQLGreeting(port: number, hostname = "127.0.0.1"): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port });
    const end = (version: string | null) => {
      socket.destroy();
      resolve(version);
    };
    let bytes = new Uint8Array();
    socket.setTimeout(1_000, () => end(null));
    socket.on("error", () => end(null));
    socket.on("close", () => end(null));
    socket.on("data", (chunk: Uint8Array) => {
      bytes = new Uint8Array([...bytes, ...chunk]);
      const version = versionOfGreeting(bytes);
      if (version !== undefined) end(version);
    });
  });
}

/** The version in a greeting, null when it is another packet, undefined when it is not complete yet. */
export function versionOfGreeting(bytes: Uint8Array): string | null | undefined {
  const headerLength = 4;
  const protocol = bytes[headerLength];
  if (protocol === undefined) return undefined;
  if (protocol !== 10) return null;
  const end = bytes.indexOf(0, headerLength + 1);
  if (end < 0) return undefined;
  // MariaDB 10 puts this before its version, for replicas of old MySQL servers.
  return new TextDecoder().decode(bytes.subarray(headerLength + 1, end)).replace(/^5\.5\.5-(?=.*MariaDB)/, "");
}
