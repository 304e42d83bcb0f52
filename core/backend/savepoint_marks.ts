import { TransactionError } from "../errors.ts";
import type { OutcomePosition } from "./transaction_outcome.ts";

interface Mark {
  readonly name: string;
  readonly position: OutcomePosition;
}

/** The savepoints that the user has set in one transaction, in their order. */
export class SavepointMarks {
  readonly #marks: Mark[] = [];

  /** Refuses a name that is no text or is taken. */
  check(name: unknown): asserts name is string {
    if (typeof name !== "string" || name === "" || name.includes("\0")) {
      throw new TransactionError("Invalid savepoint name: expected a text that is not empty");
    }
    if (this.#marks.some((mark) => mark.name === name)) {
      throw new TransactionError(`Savepoint "${name}" exists already in this transaction`);
    }
  }

  /** Adds a savepoint with what belonged to the transaction when it was set. */
  add(name: string, position: OutcomePosition): void {
    this.#marks.push({ name, position });
  }

  /** Where a savepoint stands. Throws `TransactionError` for a name that is unknown. */
  indexOf(name: string): number {
    const index = this.#marks.findIndex((mark) => mark.name === name);
    if (index < 0) {
      const known = this.#marks.map((mark) => mark.name).join(", ") || "none";
      throw new TransactionError(`Unknown savepoint "${name}": this transaction has ${known}`);
    }
    return index;
  }

  /** What belonged to the transaction when a savepoint was set. */
  positionAt(index: number): OutcomePosition {
    return this.#marks[index]!.position; // an index of indexOf()
  }

  /** Forgets the savepoints from an index on. */
  dropFrom(index: number): void {
    this.#marks.length = index;
  }
}
