import { QueryBuildError } from "../errors.ts";
import type { ExpressionNode, RawNode } from "../ast/expression.ts";

/** Parameters of a text: a list for `?`, a map for `:name`; a map given to `?` binds in its order. */
export type TextParameters =
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

/** What may not be searched for placeholders: strings, quoted names, comments, dollar quotes, casts and JSON operators. */
const SKIPPED = new RegExp(
  [
    `'(?:[^']|'')*'`,
    `"(?:[^"]|"")*"`,
    "`(?:[^`]|``)*`",
    `--[^\\n]*`,
    `/\\*[\\s\\S]*?\\*/`,
    `\\$(\\w*)\\$[\\s\\S]*?\\$\\1\\$`,
    `::`,
    `\\?[|&]`,
    `(\\?)`,
    `(?<![\\w:]):([A-Za-z_]\\w*)`,
  ].join("|"),
  "g",
);

/**
 * Splits SQL text at its placeholders and puts the parameters between the parts, so that any dialect can write them its way.
 *
 * @throws {QueryBuildError} when placeholders and parameters do not fit each other, or a parameter is undefined
 */
export function rawFromText(text: string, params: TextParameters = []): RawNode {
  if (text.trim() === "") throw new QueryBuildError("SQL text is empty");
  if (typeof params !== "object" || params === null) {
    throw new QueryBuildError("Invalid parameters of SQL text: expected a list for ?, or an object for :name");
  }
  const parts: string[] = [];
  const nodes: ExpressionNode[] = [];
  const list = Array.isArray(params) ? params as readonly unknown[] : null;
  const map = list === null ? params as Readonly<Record<string, unknown>> : null;
  const positional = list ?? Object.values(map!);
  const used = new Set<string>();
  let end = 0;
  let positions = 0;
  for (const match of text.matchAll(SKIPPED)) {
    const name = match[3];
    if (match[2] === undefined && name === undefined) continue;
    // A colon is only a placeholder where a map was given: `a[1:n]` and times in a text without map stay as they are.
    if (name !== undefined && map === null) continue;
    if (name !== undefined && !Object.hasOwn(map!, name)) {
      throw new QueryBuildError(`Missing parameter ":${name}" for SQL text`);
    }
    if (name === undefined && positions >= positional.length) throw mismatch(text, positional.length);
    const value = name === undefined ? positional[positions] : map![name];
    if (value === undefined) {
      throw new QueryBuildError(
        `Parameter ${name === undefined ? positions + 1 : `":${name}"`} of SQL text is undefined: use null for NULL`,
      );
    }
    if (name === undefined) positions++;
    else used.add(name);
    parts.push(text.slice(end, match.index));
    nodes.push({ kind: "value", value });
    end = match.index + match[0].length;
  }
  if (used.size === 0 && positions !== positional.length) throw mismatch(text, positional.length);
  if (used.size > 0 && positions > 0) throw new QueryBuildError("SQL text mixes ? and :name placeholders");
  if (map !== null && used.size > 0 && used.size !== positional.length) {
    throw new QueryBuildError(
      `Unused parameter ":${Object.keys(map).find((key) => !used.has(key))}" for SQL text`,
    );
  }
  parts.push(text.slice(end));
  return { kind: "raw", parts, nodes };
}

function mismatch(text: string, given: number): QueryBuildError {
  let placeholders = 0;
  for (const match of text.matchAll(SKIPPED)) {
    if (match[2] !== undefined) placeholders++;
  }
  return new QueryBuildError(
    `SQL text has ${placeholders} placeholders, but ${given} parameters were given`,
  );
}
