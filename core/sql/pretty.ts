/** Strings, quoted names, comments, brackets, words, spaces; everything else letter by letter. */
const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|[A-Za-z_]\w*|\s+|[\s\S]/g;

/** Words that begin a line of their own, with those that may stand in front of them on it. */
const CLAUSES: ReadonlySet<string> = new Set(
  [
    ...["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FOR", "RETURNING"],
    ...["UNION", "INTERSECT", "EXCEPT", "INSERT", "UPDATE", "DELETE", "SET", "VALUES", "ON", "WITH"],
    ...["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL"],
  ],
);

/** After these the next clause word belongs to the same line: `LEFT JOIN`, `DELETE FROM`, `DO UPDATE SET`. */
const JOINED: ReadonlySet<string> = new Set(
  [
    "INNER",
    "LEFT",
    "RIGHT",
    "FULL",
    "CROSS",
    "NATURAL",
    "OUTER",
    "DELETE",
    "FOR",
    "DO",
    "KEY",
    "DISTINCT",
    "IS",
    "NOT",
  ],
);

/** Words behind which `ON`, `FROM` and `SET` are no clauses of their own. */
const QUERIES: ReadonlySet<string> = new Set(["SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE"]);

/** SQL text with a line for each clause and each condition, subqueries indented. Means the same as before. */
export function prettySQL(sql: string): string {
  const tokens = [...sql.matchAll(TOKENS)].map(([text]) => text);
  /** For each open bracket whether a query stands in it. */
  const open: boolean[] = [];
  let out = "";
  let previous = "";
  let between = false;
  const line = (extra = 0) => {
    const depth = open.filter((isQuery) => isQuery).length;
    out = `${out.trimEnd()}${out.trim() === "" ? "" : "\n"}${"  ".repeat(depth + extra)}`;
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (/^\s+$/.test(token)) {
      if (!/[\s(]$/.test(out)) out += " ";
      continue;
    }
    const word = token.toUpperCase();
    const inList = open.length > 0 && !open.at(-1)!;
    if (token === "(") {
      const next = tokens.slice(i + 1).find((text) => !/^\s+$/.test(text))?.toUpperCase() ?? "";
      out += token;
      open.push(QUERIES.has(next));
    } else if (token === ")") {
      if (open.pop() === true) line();
      out += token;
    } else if (!inList && CLAUSES.has(word) && !JOINED.has(previous)) {
      line();
      out += token;
    } else if (!inList && (word === "AND" || word === "OR") && !between) {
      line(1);
      out += token;
    } else {
      out += token;
    }
    if (word === "BETWEEN") between = true;
    else if (word === "AND") between = false;
    if (token.startsWith("--")) out += "\n";
    previous = word;
  }
  return out.trim();
}
