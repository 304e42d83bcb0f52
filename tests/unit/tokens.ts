/** A piece of TypeScript source, without comments and white space. */
export interface Token {
  /** A template with `${}` is a `template`; the tokens of its expressions follow it. */
  readonly kind: "word" | "text" | "template" | "pattern" | "sign";
  /** The source itself; for a `text` what is between its quotes. */
  readonly text: string;
  readonly line: number;
}

/**
 * Splits TypeScript into tokens, well enough to find imports and comparisons: what stands in comments,
 * strings, templates and regular expressions is not taken for code.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** For each open `${`, the number of braces open inside it. */
  const templates: number[] = [];
  let line = 1;
  let at = 0;

  while (at < source.length) {
    const start = at;
    const before = tokens.at(-1);
    const depth = templates.at(-1);
    const char = source.charAt(at);
    if (char === "`" || (char === "}" && depth === 0)) {
      if (char === "}") templates.pop();
      const { text, isOpen } = readTemplate(source, at + 1);
      at += text.length + (isOpen ? 3 : 2);
      if (isOpen) templates.push(0);
      if (char === "`") {
        tokens.push({ kind: isOpen ? "template" : "text", text, line });
      }
    } else {
      const [kind, text] = readToken(source, at, before);
      at += text.length;
      if (kind === "text") {
        tokens.push({ kind, text: text.slice(1, -1), line });
      } else if (kind !== "space") {
        tokens.push({ kind, text, line });
      }
      if (depth !== undefined && kind === "sign") {
        const change = text === "{" ? 1 : text === "}" ? -1 : 0;
        templates[templates.length - 1] = depth + change;
      }
    }
    line += source.slice(start, at).split("\n").length - 1;
  }
  return tokens;
}

const space = /\s+|\/\/[^\n]*|\/\*[^]*?\*\//y;
const text = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y;
const word = /[\p{ID_Start}$_#@0-9][\p{ID_Continue}$\u200c\u200d]*/uy;
const pattern = /\/(?:[^\/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const sign = /[=!]==?|=>|\?\.|\.\.\.|[^]/y;

function readToken(
  source: string,
  at: number,
  before: Token | undefined,
): [Token["kind"] | "space", string] {
  const read = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    return expression.exec(source)?.[0];
  };
  const found = read(space);
  if (found !== undefined) return ["space", found];
  const quoted = read(text);
  if (quoted !== undefined) return ["text", quoted];
  const name = read(word);
  if (name !== undefined) return ["word", name];
  const regex = canStartPattern(before) ? read(pattern) : undefined;
  if (regex !== undefined) return ["pattern", regex];
  return ["sign", read(sign) ?? source.charAt(at)];
}

const wordsBeforePattern = new Set([
  "await",
  "case",
  "delete",
  "do",
  "else",
  "in",
  "instanceof",
  "new",
  "of",
  "return",
  "throw",
  "typeof",
  "void",
  "yield",
]);

/** A slash divides after a value and starts a regular expression elsewhere. */
function canStartPattern(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === "sign") return !/^[)\]}]$/.test(before.text);
  return before.kind === "word" && wordsBeforePattern.has(before.text);
}

/** Reads up to the closing backtick or the next `${`. */
function readTemplate(
  source: string,
  at: number,
): { text: string; isOpen: boolean } {
  const end = /(?:[^\\`$]|\\[^]|\$(?!\{))*/y;
  end.lastIndex = at;
  const text = end.exec(source)?.[0] ?? "";
  return { text, isOpen: source.startsWith("${", at + text.length) };
}
