/** A statement that took longer, in milliseconds, is not quick. */
const QUICK = 5;

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

  /** Whether a statement was quick each of the last times. */
  has(sql: string): boolean {
    return (this.#proofs.get(sql) ?? 0) >= PROOFS;
  }

  /** Notes how long a statement took that had its connection to itself. */
  note(sql: string, milliseconds: number): void {
    const proofs = this.#proofs.get(sql);
    if (milliseconds > QUICK) {
      // A text that is not there needs no entry to count as slow.
      if (proofs !== undefined) this.#proofs.delete(sql);
      return;
    }
    if (proofs !== undefined && proofs >= PROOFS) return;
    if (proofs === undefined && this.#proofs.size >= MOST_TEXTS) this.#proofs.clear();
    this.#proofs.set(sql, (proofs ?? 0) + 1);
  }
}
