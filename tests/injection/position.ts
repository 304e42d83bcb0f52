import type { Capability } from "@rhosocial/activerecord";
import type { World } from "./world.ts";

/** A place of the library into which a text can come. */
export interface Position {
  /** What it is, for people. */
  readonly name: string;
  /** A name may stand in a message, a value may not. */
  readonly takes: "name" | "value";
  /** Whether the server may be asked for something of that name and say that there is none. @default {false} */
  readonly mayBeMissing?: boolean;
  /** Whether the text is in a language of the server's own, in which it may be malformed. @default {false} */
  readonly mayBeMalformed?: boolean;
  /** Only every so manieth text, where each of them costs a table. @default {1} */
  readonly every?: number;
  readonly requires?: Capability;
  readonly on?: readonly string[];
  /** Uses the text and fails unless it was taken literally; a refusal of the library is as good. */
  attempt(text: string, world: World): unknown;
}

type Options = Omit<Position, "name" | "takes" | "attempt">;
type Attempt = Position["attempt"];

/** A place that takes a name. */
export function names(name: string, attempt: Attempt, options: Options = {}): Position {
  return { name, takes: "name", attempt, ...options };
}

/** A place that takes a value. */
export function takes(name: string, attempt: Attempt, options: Options = {}): Position {
  return { name, takes: "value", attempt, ...options };
}

/** A text where the types allow none, as it comes from JSON or from code without types. */
export function untyped(text: unknown): never {
  return text as never; // that it is wrong is what is tested
}
