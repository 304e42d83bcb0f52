/** A statement that took no longer, in milliseconds, was quick. */
const QUICK = 5;

/**
 * A statement that took longer, in milliseconds, is not quick any more. It is much more than what proves it quick, since with many
 * flows at a time most of what is measured is the wait for the program itself.
 */
const SLOW = 50;

/** How often in a row a statement must have been quick. */
const PROOFS = 4;

/** Most texts that are kept in mind. */
const MOST_TEXTS = 1_000;

/**
 * Which statements are known to be quick, by how long they took so far: only those may be sent behind one another, so that nobody
 * waits behind a slow one.
 */
export class QuickStatements {
  readonly #proofs = new Map<string, number>();

  /** Whether a statement was quick several times, and not slow since. */
  has(sql: string): boolean {
    return (this.#proofs.get(sql) ?? 0) >= PROOFS;
  }

  /** Notes how long a statement took that had its connection to itself. */
  note(sql: string, milliseconds: number): void {
    const proofs = this.#proofs.get(sql);
    // A text that is not there needs no entry to count as slow.
    if (milliseconds > SLOW && proofs !== undefined) this.#proofs.delete(sql);
    if (milliseconds > QUICK || (proofs !== undefined && proofs >= PROOFS)) return;
    if (proofs === undefined && this.#proofs.size >= MOST_TEXTS) this.#proofs.clear();
    this.#proofs.set(sql, (proofs ?? 0) + 1);
  }
}
