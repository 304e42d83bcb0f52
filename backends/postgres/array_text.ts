import { TypeConversionError } from "../../core/errors.ts";
import { valueText } from "./values.ts";

/** An array as the server writes it, with the texts of its elements. */
export type ArrayTexts = readonly (string | null | ArrayTexts)[];

/** Encoded elements of an array, nested where the array is. */
export type ArrayElements = readonly unknown[];

/** Writes an array of encoded elements in the server's form. */
export function arrayText(elements: ArrayElements): string {
  let text = "{";
  for (let i = 0; i < elements.length; i++) {
    if (i > 0) text += ",";
    text += elementText(elements[i]);
  }
  return `${text}}`;
}

function elementText(element: unknown): string {
  if (element === null) return "NULL";
  if (Array.isArray(element)) {
    if (element.length === 0) {
      throw new TypeConversionError("Cannot store an empty array inside another: PostgreSQL would leave it out");
    }
    return arrayText(element);
  }
  const text = valueText(element)!; // only null gives null
  return typeof element === "string" || element instanceof Uint8Array ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}

/** Reads an array in the server's form. */
export function parseArrayText(text: string): ArrayTexts {
  // Bounds other than the usual ones stand before it: [0:2]={1,2,3}
  const start = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  const reader = new ArrayReader(text, start);
  const elements = reader.array();
  if (!reader.isAtEnd) throw unreadable();
  return elements;
}

function unreadable(): TypeConversionError {
  return new TypeConversionError("Cannot read an array from what the database holds");
}

class ArrayReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  array(): ArrayTexts {
    this.#expect("{");
    const elements: (string | null | ArrayTexts)[] = [];
    if (this.#text[this.#at] === "}") {
      this.#at++;
      return elements;
    }
    for (;;) {
      elements.push(this.#element());
      if (this.#text[this.#at] === "}") break;
      this.#expect(",");
    }
    this.#at++;
    return elements;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw unreadable();
    this.#at++;
  }

  #element(): string | null | ArrayTexts {
    const first = this.#text[this.#at];
    if (first === "{") return this.array();
    if (first === '"') return this.#quoted();
    const end = this.#endOfBare();
    const bare = this.#text.slice(this.#at, end);
    this.#at = end;
    return bare === "NULL" ? null : bare;
  }

  #endOfBare(): number {
    let end = this.#at;
    while (end < this.#text.length && this.#text[end] !== "," && this.#text[end] !== "}") end++;
    if (end === this.#at) throw unreadable();
    return end;
  }

  #quoted(): string {
    const start = this.#at + 1;
    let end = start;
    let escaped = false;
    for (; this.#text[end] !== '"'; end++) {
      if (end >= this.#text.length) throw unreadable();
      if (this.#text[end] === "\\") {
        escaped = true;
        end++;
      }
    }
    this.#at = end + 1;
    const text = this.#text.slice(start, end);
    return escaped ? text.replace(/\\([\s\S])/g, "$1") : text;
  }
}
