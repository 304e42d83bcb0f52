import { QueryError } from "../../core/errors.ts";

/** What a statement does, as far as running it depends on it. An EXPLAIN is among the others. */
export type StatementKind = "read" | "insert" | "change" | "pragma" | "other";

/** What can be told of a statement from its text alone. */
export interface StatementText {
  /** What it does: reads rows, inserts, updates or deletes, is a PRAGMA, or anything else. */
  readonly kind: StatementKind;
  /** Number of values that it takes. */
  readonly parameters: number;
  /** Where it ends: at the end of the text or before its semicolon. */
  readonly end: number;
  /** Whether it numbers its placeholders (`?1`). */
  readonly numbered: boolean;
  /** Whether it gives rows; undefined where only the database can tell. */
  readonly givesRows: boolean | undefined;
  /** Whether it is an INSERT that may change a row instead, which leaves the last key as it was. */
  readonly upserts: boolean;
  /**
   * Whether the schema that it is prepared with has to be the one of now: `*` stands for columns of the result, and an EXPLAIN never
   * looks whether the schema has changed.
   */
  readonly needsSchema: boolean;
}

/**
 * Reads the text of one statement. Drivers run the first statement of a text and ignore the rest without a word, and take
 * NULL for values that are missing, so both are found here, once per prepared text.
 *
 * @throws {QueryError} for a text with no statement, with a second one, with NUL or with named placeholders
 */
export function readStatementText(sql: string): StatementText {
  if (sql.includes("\0")) throw new QueryError("Cannot run SQL: the text holds a NUL character", { sql });
  const scanner = new Scanner(sql);
  const reader = new StatementReader(sql);
  while (scanner.next()) reader.take(scanner);
  return reader.finish();
}

const DOLLAR = 0x24;
const STAR = 0x2a;
const OPEN = 0x28;
const CLOSE = 0x29;
const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const DOT = 0x2e;

type TokenType = "word" | "quoted" | "placeholder" | "name" | "symbol";

/** Steps over the tokens of SQLite's grammar, leaving out space and comments. */
class Scanner {
  type: TokenType = "symbol";
  start = 0;
  end = 0;
  code = 0;
  readonly #sql: string;

  constructor(sql: string) {
    this.#sql = sql;
  }

  next(): boolean {
    const sql = this.#sql;
    const at = skipBlank(sql, this.end);
    if (at >= sql.length) return false;
    const code = sql.charCodeAt(at);
    this.start = at;
    this.code = code;
    if (isNameChar(code) && code !== DOLLAR) {
      this.type = "word";
      this.end = endOfName(sql, at + 1);
      return true;
    }
    switch (code) {
      case 0x27: // '
      case 0x22: // "
      case 0x60: // `
        this.type = "quoted";
        this.end = endOfQuoted(sql, at, sql[at]!);
        return true;
      case 0x5b: { // [
        this.type = "quoted";
        const close = sql.indexOf("]", at);
        this.end = close < 0 ? sql.length : close + 1;
        return true;
      }
      case 0x3f: // ?
        this.type = "placeholder";
        this.end = endOfName(sql, at + 1);
        return true;
      case DOLLAR:
      case 0x3a: // :
      case 0x40: // @
        this.end = endOfName(sql, at + 1);
        this.type = this.end > at + 1 ? "name" : "symbol";
        return true;
    }
    this.type = "symbol";
    this.end = at + 1;
    return true;
  }

  text(): string {
    return this.#sql.slice(this.start, this.end);
  }
}

/** Words that may stand before CREATE TRIGGER's TRIGGER. */
const TRIGGER_PREFIX: ReadonlySet<string> = new Set(["explain", "query", "plan", "create", "temp", "temporary"]);

const LONGEST_KEYWORD = 9;

/** Where the end of the statement may be: in a trigger a `;` ends it only after END. */
type Place = "before" | "statement" | "trigger" | "trigger;" | "trigger;end" | "after";

class StatementReader {
  #place: Place = "before";
  #depth = 0;
  #first = "";
  #verb = "";
  #previousWord = "";
  #previousCode = 0;
  #mayBeTrigger = true;
  #parameters = 0;
  #numbered = false;
  #returning = false;
  #conflict = false;
  #star = false;
  #end: number | undefined;
  readonly #sql: string;

  constructor(sql: string) {
    this.#sql = sql;
  }

  take(token: Scanner): void {
    if (token.code === SEMICOLON) return this.#takeSemicolon(token.start);
    if (this.#place === "after") {
      throw new QueryError("Cannot run SQL: the text holds more than one statement", { sql: this.#sql });
    }
    if (this.#place === "before") this.#place = "statement";
    const word = token.type === "word" && token.end - token.start <= LONGEST_KEYWORD ? token.text().toLowerCase() : "";
    if (this.#place === "trigger;" || this.#place === "trigger;end") {
      this.#place = word === "end" ? "trigger;end" : "trigger";
    }
    if (word !== "") this.#takeWord(word);
    else this.#takeOther(token);
    this.#previousWord = word;
    this.#previousCode = token.code;
  }

  finish(): StatementText {
    if (this.#place === "before") {
      throw new QueryError("Cannot run SQL: the text holds no statement", { sql: this.#sql });
    }
    const kind = kindOf(this.#first, this.#verb);
    const certain = this.#first !== "with" && !this.#returning;
    return {
      kind,
      parameters: this.#parameters,
      end: this.#end ?? this.#sql.length,
      numbered: this.#numbered,
      givesRows: kind === "read" ? true : (kind === "insert" || kind === "change") && certain ? false : undefined,
      upserts: this.#conflict,
      needsSchema: this.#star || this.#first === "explain",
    };
  }

  #takeSemicolon(at: number): void {
    if (this.#place === "statement" || this.#place === "trigger;end") {
      this.#place = "after";
      this.#end = at;
    } else if (this.#place === "trigger") {
      this.#place = "trigger;";
    }
  }

  #takeWord(word: string): void {
    if (this.#first === "") this.#first = this.#verb = word;
    if (this.#mayBeTrigger) {
      if (word === "trigger" && this.#previousWord !== "") this.#place = "trigger";
      this.#mayBeTrigger = TRIGGER_PREFIX.has(word);
    }
    if (this.#depth !== 0) return;
    if (this.#verb === "with" && VERBS_AFTER_WITH.has(word)) this.#verb = word;
    if (word === "returning") this.#returning = true;
    if (word === "conflict" && this.#previousWord === "on") this.#conflict = true;
  }

  #takeOther(token: Scanner): void {
    this.#mayBeTrigger = false;
    switch (token.type) {
      case "placeholder":
        return this.#takePlaceholder(token.end - token.start === 1 ? "" : token.text().slice(1));
      case "name":
        return this.#refuseName(token.text());
      case "symbol":
        if (token.code === OPEN) this.#depth++;
        else if (token.code === CLOSE) this.#depth--;
        else if (token.code === STAR && this.#depth === 0 && this.#mayExpand()) this.#star = true;
    }
  }

  /** Whether a `*` at this place stands for columns and not for a product. */
  #mayExpand(): boolean {
    return this.#previousCode === COMMA || this.#previousCode === DOT || WORDS_BEFORE_STAR.has(this.#previousWord);
  }

  #takePlaceholder(digits: string): void {
    if (digits === "") {
      this.#parameters++;
    } else {
      this.#numbered = true;
      this.#parameters = Math.max(this.#parameters, Number(digits) || 0);
    }
  }

  #refuseName(name: string): never {
    throw new QueryError(`Cannot run SQL: it holds the named placeholder ${name}, a connection takes ? only`, {
      sql: this.#sql,
    });
  }
}

const WORDS_BEFORE_STAR: ReadonlySet<string> = new Set(["select", "distinct", "all", "returning"]);

const VERBS_AFTER_WITH: ReadonlySet<string> = new Set(["select", "values", "insert", "replace", "update", "delete"]);

const KINDS: Readonly<Record<string, StatementKind>> = {
  select: "read",
  values: "read",
  insert: "insert",
  replace: "insert",
  update: "change",
  delete: "change",
  pragma: "pragma",
};

function kindOf(first: string, verb: string): StatementKind {
  return Object.hasOwn(KINDS, verb) ? KINDS[verb]! : Object.hasOwn(KINDS, first) ? KINDS[first]! : "other";
}

/** Letters, digits, `_`, `$` and everything beyond ASCII, as in SQLite. */
function isNameChar(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) ||
    code === 0x5f || code === 0x24 || (code >= 0x80 && code !== 0xfeff);
}

function endOfName(sql: string, at: number): number {
  while (at < sql.length && isNameChar(sql.charCodeAt(at))) at++;
  return at;
}

/** The place after a quoted text, in which a doubled quote stands for itself. */
function endOfQuoted(sql: string, at: number, quote: string): number {
  for (let from = at + 1;;) {
    const close = sql.indexOf(quote, from);
    if (close < 0) return sql.length;
    if (sql[close + 1] !== quote) return close + 1;
    from = close + 2;
  }
}

/** The next place that is neither space nor comment. */
function skipBlank(sql: string, at: number): number {
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b) || code === 0xfeff) {
      at++;
    } else if (code === 0x2d && sql.charCodeAt(at + 1) === 0x2d) { // --
      const end = sql.indexOf("\n", at);
      at = end < 0 ? sql.length : end + 1;
    } else if (code === 0x2f && sql.charCodeAt(at + 1) === 0x2a) { // /*
      const end = sql.indexOf("*/", at + 2);
      at = end < 0 ? sql.length : end + 2;
    } else {
      break;
    }
  }
  return at;
}
