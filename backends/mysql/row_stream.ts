import type { MySQL2Connection, MySQL2Field, MySQL2Statement } from "./drivers/mysql2.ts";
import { convertRows } from "./results.ts";

/** Milliseconds for reading the rest of a result that nobody wants; what takes longer costs the connection. */
const DRAINING = 50;

/** How a result is read. */
export interface StreamParts {
  /** Rows of one group. */
  readonly size: number;
  /** Rejects when the connection is lost. */
  readonly lost: Promise<never>;
  /** Closes the connection at once. */
  readonly destroy: () => void;
}

/**
 * Reads the rows of a statement in groups. The connection is not read from while there are enough rows, so that the server waits
 * and memory stays small.
 */
export async function* streamRows(
  connection: MySQL2Connection,
  statement: MySQL2Statement,
  { size, lost, destroy }: StreamParts,
): AsyncGenerator<unknown[][]> {
  let rows: unknown[][] = [];
  let fields: readonly MySQL2Field[] = [];
  let failure: Error | null = null;
  let isOver = false;
  let isPaused = false;
  let isDraining = false;
  let wake = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const command = connection.execute(statement);
  command.on("fields", (given) => fields = given);
  command.on("error", (error) => {
    failure = error;
    wake.resolve();
  });
  command.on("end", () => {
    isOver = true;
    wake.resolve();
    ended.resolve();
  });
  command.on("result", (row) => {
    // The header of a statement without rows is no list.
    if (isDraining || !Array.isArray(row)) return;
    rows.push(row);
    if (rows.length < size) return;
    wake.resolve();
    if (isPaused) return;
    isPaused = true;
    connection.pause();
  });
  const resume = () => {
    if (!isPaused) return;
    isPaused = false;
    connection.resume();
  };
  try {
    for (;;) {
      if (rows.length < size && !isOver && failure === null) {
        await Promise.race([wake.promise, lost]);
        continue;
      }
      if (failure !== null) throw failure;
      if (rows.length === 0) return;
      const group = rows.splice(0, size);
      wake = Promise.withResolvers();
      if (isOver || failure !== null || rows.length >= size) wake.resolve();
      convertRows(group, fields);
      // The next rows come while these are being used.
      if (rows.length < size) resume();
      yield group;
    }
  } finally {
    isDraining = true;
    rows = [];
    resume();
    if (!isOver && failure === null && !await settlesSoon(Promise.race([ended.promise, lost]))) destroy();
  }
}

/** Whether something happens within the time for draining. */
async function settlesSoon(work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), DRAINING);
  try {
    return await Promise.race([work.then(() => true, () => false), promise]);
  } finally {
    clearTimeout(timer);
  }
}
