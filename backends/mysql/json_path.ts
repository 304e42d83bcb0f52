import { QueryBuildError } from "../../core/errors.ts";

/** A piece of SQL with the parameters of its placeholders. */
export interface SQLFragment {
  /** The text. */
  readonly sql: string;
  /** The parameters, in order. */
  readonly params: readonly unknown[];
}

/** One step: a name, a quoted name, or an index. */
const LEG = String.raw`\.[A-Za-z_$][\w$]*|\."(?:[^"\\\0]|\\["\\])+"|\[(?:0|[1-9]\d{0,8})\]`;
const PATH = new RegExp(`^\\$(?:${LEG})*$`);

/**
 * A JSON path in the form that is bound as a parameter: `theme` and `.theme` become `$.theme`, `[0]` becomes `$[0]`.
 *
 * @throws {QueryBuildError} for a path that is none, or that has wildcards
 */
export function bindPath(path: string): string {
  if (typeof path !== "string") throw invalid();
  const text = path.trim();
  const normal = text.startsWith("$") ? text : /^[.[]/.test(text) ? `$${text}` : `$.${text}`;
  if (text === "" || !PATH.test(normal)) throw invalid();
  return normal;
}

function invalid(): QueryBuildError {
  return new QueryBuildError(
    'Invalid JSON path: expected names and indexes such as $.address.city, $.tags[0] or $."a key"',
  );
}
