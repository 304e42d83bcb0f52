import type { FunctionName } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";
import { argument, INT, type NullOf, STRING, type TextArgument, type TextIn, type TextsIn } from "./arguments.ts";
import { Expression } from "./expression.ts";

/** A text, or NULL where an argument may be NULL. */
export type TextOf<A> = Expression<string | NullOf<A>>;

/** A call with texts; numbers among the arguments are counts of characters. */
function text<V>(name: FunctionName, texts: readonly unknown[], counts: readonly number[] = []): Expression<V> {
  const args = [
    ...texts.map((value) => argument(value, name, { type: STRING, form: "string" })),
    ...counts.map((value) => argument(checkedCount(value, name), name, { type: INT })),
  ];
  return new Expression<V>({ kind: "function", name, args, type: STRING }, STRING);
}

function checkedCount(value: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new QueryBuildError(`${name}() was given ${shownNumber(value)}: expected a whole number, 0 or more`);
}

function padded<V>(name: "padStart" | "padEnd", value: TextArgument, length: number, fill: string): Expression<V> {
  if (typeof fill !== "string" || fill === "") throw new QueryBuildError(`${name}() needs a text to fill up with`);
  const args = [
    argument(value, name, { type: STRING, form: "string" }),
    argument(checkedCount(length, name), name, { type: INT }),
    argument(fill, name, { type: STRING }),
  ];
  return new Expression<V>({ kind: "function", name, args, type: STRING }, STRING);
}

/** The functions of texts. They count characters from 1, and are NULL when an argument is. */
export interface TextFunctions {
  /** In small letters, of all alphabets. */
  lower<A extends TextArgument>(text: A & TextIn<A>): TextOf<A>;
  /** In capital letters, of all alphabets. */
  upper<A extends TextArgument>(text: A & TextIn<A>): TextOf<A>;
  /** Number of characters. */
  length<A extends TextArgument>(text: A & TextIn<A>): Expression<number | NullOf<A>>;
  /** Without the spaces around it. */
  trim<A extends TextArgument>(text: A & TextIn<A>): TextOf<A>;
  /** Without the spaces before it. */
  trimStart<A extends TextArgument>(text: A & TextIn<A>): TextOf<A>;
  /** Without the spaces behind it. */
  trimEnd<A extends TextArgument>(text: A & TextIn<A>): TextOf<A>;
  /** The part from a character on, counted from 1, and of a length. @throws {QueryBuildError} for a start below 1 */
  substring<A extends TextArgument>(text: A & TextIn<A>, start: number, length?: number): TextOf<A>;
  /** The first characters. */
  left<A extends TextArgument>(text: A & TextIn<A>, count: number): TextOf<A>;
  /** The last characters. */
  right<A extends TextArgument>(text: A & TextIn<A>, count: number): TextOf<A>;
  /** With one text replaced by another, wherever it is; capital and small letters differ. */
  replace<A extends TextArgument>(text: A & TextIn<A>, part: string, by: string): TextOf<A>;
  /** The texts one behind the other; NULL when one is NULL. */
  concat<const A extends readonly TextArgument[]>(...texts: TextsIn<A>): Expression<string | NullOf<A[number]>>;
  /** Place of a text in another, counted from 1; 0 when it is not there. */
  position<A extends TextArgument>(text: A & TextIn<A>, part: string): Expression<number | NullOf<A>>;
  /** The text so many times. */
  repeat<A extends TextArgument>(text: A & TextIn<A>, count: number): TextOf<A>;
  /** From the last character to the first. */
  reverse<A extends TextArgument>(text: A & TextIn<A>): TextOf<A>;
  /** Filled up at its start to a number of characters, or cut to it. @default fill `" "` */
  padStart<A extends TextArgument>(text: A & TextIn<A>, length: number, fill?: string): TextOf<A>;
  /** Filled up at its end to a number of characters, or cut to it. @default fill `" "` */
  padEnd<A extends TextArgument>(text: A & TextIn<A>, length: number, fill?: string): TextOf<A>;
}

function whole<V>(name: "length" | "position", texts: readonly unknown[]): Expression<V> {
  const args = texts.map((value) => argument(value, name, { type: STRING, form: "string" }));
  return new Expression<V>({ kind: "function", name, args, type: INT }, INT);
}

/** The functions of texts, as `fn` has them. */
export const textFunctions: TextFunctions = {
  lower: (value) => text("lower", [value]),
  upper: (value) => text("upper", [value]),
  length: (value) => whole("length", [value]),
  trim: (value) => text("trim", [value]),
  trimStart: (value) => text("trimStart", [value]),
  trimEnd: (value) => text("trimEnd", [value]),
  substring(value, start, length) {
    if (typeof start !== "number" || start < 1) {
      throw new QueryBuildError(`substring() was given the start ${shownNumber(start)}: characters are counted from 1`);
    }
    return text("substring", [value], length === undefined ? [start] : [start, length]);
  },
  left: (value, count) => text("left", [value], [count]),
  right: (value, count) => text("right", [value], [count]),
  replace(value, part, by) {
    if (part === "") throw new QueryBuildError("replace() was given an empty text to look for");
    return text("replace", [value, part, by]);
  },
  concat(...texts) {
    if (texts.length === 0) throw new QueryBuildError("concat() needs at least one text");
    return text("concat", texts);
  },
  position: (value, part) => whole("position", [value, part]),
  repeat: (value, count) => text("repeat", [value], [count]),
  reverse: (value) => text("reverse", [value]),
  padStart: (value, length, fill = " ") => padded("padStart", value, length, fill),
  padEnd: (value, length, fill = " ") => padded("padEnd", value, length, fill),
};
