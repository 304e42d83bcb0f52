/** The rules that hold the layers apart, as pure functions over the sources of the package. */

import { posix } from "node:path";
import { type Token, tokenize } from "./tokens.ts";

/** Source by path from the root of the package; `deno.json` is one of them. */
export type Sources = ReadonlyMap<string, string>;

/**
 * What each layer may import beside itself. `core/*` and `backends/*` stand for every folder there, as a
 * row too; "entry points" are the files that `deno.json` exports.
 */
export type ImportTable = Readonly<Record<string, readonly string[]>>;

/** An import, export-from or `import("…")` with a literal specifier. */
export interface Import {
  readonly specifier: string;
  readonly isDynamic: boolean;
  readonly line: number;
}

/** An import, with the file it is in and the file it names. */
export interface Edge extends Import {
  readonly from: string;
  /** Undefined when it names nothing in this package. */
  readonly to: string | undefined;
}

/** Finds the imports of a file, types included. */
export function importsOf(source: string): Import[] {
  const tokens = tokenize(source);
  return tokens.flatMap((token, at) => {
    const specifier = staticSpecifier(tokens, at);
    const dynamic = specifier ?? dynamicSpecifier(tokens, at);
    if (dynamic === undefined) return [];
    return [{
      specifier: dynamic,
      isDynamic: specifier === undefined,
      line: token.line,
    }];
  });
}

/** Finds the imports of all files. */
export function edgesOf(sources: Sources): Edge[] {
  const resolve = resolver(sources);
  return [...modulesOf(sources)].flatMap(([from, source]) =>
    importsOf(source).map((found) => ({
      ...found,
      from,
      to: resolve(found.specifier, from),
    }))
  );
}

/** Imports between layers that the table does not list, and layers it does not know. */
export function layerViolations(
  sources: Sources,
  table: ImportTable,
): string[] {
  const entryPoints = new Set(exportsOf(sources).values());
  const layers = new Set([...modulesOf(sources).keys()].map(layerOf));
  const unknown = [...layers]
    .filter((layer) => !Object.keys(table).some((row) => covers(row, layer)))
    .map((layer) => `${layer} has no row in the table`);
  const wrong = edgesOf(sources).flatMap((edge) => {
    if (!edge.to || layerOf(edge.from) === layerOf(edge.to)) return [];
    const layer = entryPoints.has(edge.to) ? "entry points" : layerOf(edge.to);
    const row = rowOf(table, layerOf(edge.from));
    if (row.some((entry) => covers(entry, layer))) return [];
    const allowed = row.length > 0 ? `only ${row.join(", ")}` : "nothing";
    return [`${show(edge)}, but may import ${allowed}`];
  });
  return [...unknown, ...wrong];
}

/** Chains of imports that come back to where they start. */
export function cyclesOf(sources: Sources): string[] {
  const imports = importsByFile(sources);
  const reported = new Set<string>();
  return [...modulesOf(sources).keys()].sort().flatMap((path) => {
    if (reported.has(path)) return [];
    const closing = [...chainsFrom(path, imports)].find(([last]) => imports.get(last)?.some(({ to }) => to === path))
      ?.[1];
    closing?.forEach((member) => reported.add(member));
    return closing ? [[...closing, path].join(" → ")] : [];
  });
}

/** Files of the package that import an entry point instead of the file they mean. */
export function entryPointImports(sources: Sources): string[] {
  return edgesOf(sources)
    .filter(({ from, to }) => !isSuite(from) && to !== undefined && /(^|\/)mod\.ts$/.test(to))
    .map(show);
}

/** What a file must not reach, with the chain of imports that does: backends and anything foreign. */
export function forbiddenReach(sources: Sources, start: string): string[] {
  const imports = importsByFile(sources);
  return [...chainsFrom(start, imports)].flatMap(([path, chain]) =>
    (imports.get(path) ?? [])
      .filter(({ specifier, to }) => to?.startsWith("backends/") || (!to && !isBuiltIn(specifier)))
      .map(({ specifier }) => [...chain, specifier].join(" → "))
  );
}

/** Imports of foreign modules outside of the driver files; the suite may use some packages. */
export function foreignImports(
  sources: Sources,
  suitePackages: readonly string[],
): string[] {
  return edgesOf(sources)
    .filter(({ to, specifier }) => to === undefined && !isBuiltIn(specifier))
    .filter(({ from }) => !/^backends\/[^/]+\/(driver\.ts$|drivers\/)/.test(from))
    .filter(({ from, specifier }) => !(isSuite(from) && suitePackages.includes(specifier)))
    .map(show);
}

/** Packages named by a literal `import("…")` in core: Deno downloads them at start-up. */
export function dynamicPackageImports(sources: Sources): string[] {
  return edgesOf(sources)
    .filter(({ from, isDynamic }) => isDynamic && from.startsWith("core/"))
    .filter(({ to, specifier }) => to === undefined && !specifier.startsWith("node:"))
    .map(show);
}

/** Places in core that compare something with the name of a backend. */
export function backendNameChecks(
  sources: Sources,
  names: readonly string[],
): string[] {
  return [...modulesOf(sources)].filter(([path]) => path.startsWith("core/"))
    .flatMap(
      ([path, source]) => {
        const tokens = tokenize(source);
        return tokens.filter((token, at) =>
          token.kind === "text" && names.includes(token.text) &&
          isCompared(tokens, at)
        ).map(({ text, line }) => `${path}:${line} compares with "${text}"`);
      },
    );
}

/** Files of core and the backends with more lines than the limit. */
export function longFiles(sources: Sources, limit: number): string[] {
  return [...modulesOf(sources)].filter(([path]) => /^(core|backends)\//.test(path))
    .map(([path, source]) => ({
      path,
      lines: source.trimEnd().split("\n").length,
    }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path} has ${lines} lines`);
}

function modulesOf(sources: Sources): Map<string, string> {
  return new Map([...sources].filter(([path]) => path.endsWith(".ts")));
}

/** The exports of `deno.json`: file by specifier. */
function exportsOf(sources: Sources): Map<string, string> {
  const { name, exports }: { name: string; exports: Record<string, string> } = JSON.parse(
    sources.get("deno.json") ?? "{}",
  );
  return new Map(
    Object.entries(exports).map((
      [key, path],
    ) => [posix.join(name, key), posix.normalize(path)]),
  );
}

function resolver(
  sources: Sources,
): (specifier: string, from: string) => string | undefined {
  const exports = exportsOf(sources);
  return (specifier, from) =>
    /^\.{0,2}\//.test(specifier)
      ? posix.join(posix.dirname(from), specifier)
      : exports.get(specifier.replace(/^jsr:/, "").replace(/(?<=.)@[^/]*/, ""));
}

function layerOf(path: string): string {
  if (isSuite(path)) return "tests/testsuite";
  const [top, name = ""] = path.split("/");
  return top === "core" || top === "backends" ? `${top}/${name.replace(/\.ts$/, "")}` : path;
}

function rowOf(table: ImportTable, layer: string): readonly string[] {
  return Object.entries(table).flatMap(([row, allowed]) => covers(row, layer) ? allowed : []);
}

function covers(entry: string, layer: string): boolean {
  return entry === layer ||
    (entry.endsWith("/*") && layer.startsWith(entry.slice(0, -1)));
}

function isSuite(path: string): boolean {
  return path.startsWith("tests/testsuite/");
}

/** Whether it is part of every runtime; `node:sqlite` counts as a driver. */
function isBuiltIn(specifier: string): boolean {
  return specifier.startsWith("node:") && specifier !== "node:sqlite";
}

/** The shortest chain of imports to every file that can be reached. */
function chainsFrom(
  start: string,
  imports: Map<string, Edge[]>,
): Map<string, string[]> {
  const chains = new Map([[start, [start]]]);
  // A Map also visits what is added on the way, which makes it a queue.
  for (const [path, chain] of chains) {
    for (const { to } of imports.get(path) ?? []) {
      if (to && !chains.has(to)) chains.set(to, [...chain, to]);
    }
  }
  return chains;
}

function importsByFile(sources: Sources): Map<string, Edge[]> {
  return Map.groupBy(edgesOf(sources), ({ from }) => from);
}

function show({ from, line, specifier }: Edge): string {
  return `${from}:${line} imports "${specifier}"`;
}

function staticSpecifier(
  tokens: readonly Token[],
  at: number,
): string | undefined {
  if (
    !isWord(tokens[at], "import", "export") || isSign(tokens[at - 1], ".", "?.")
  ) {
    return undefined;
  }
  const next = tokens[at + 1];
  if (isWord(tokens[at], "import") && next?.kind === "text") return next.text;
  for (let i = at + 1; isPartOfClause(tokens[i]); i++) {
    const after = tokens[i + 1];
    if (isWord(tokens[i], "from") && after?.kind === "text") return after.text;
  }
  return undefined;
}

/** Whether it can stand between `import` or `export` and the specifier. */
function isPartOfClause(token: Token | undefined): boolean {
  if (token?.kind === "word") return !isWord(token, "import", "export");
  return token?.kind === "text" || isSign(token, "{", "}", ",", "*");
}

function dynamicSpecifier(
  tokens: readonly Token[],
  at: number,
): string | undefined {
  const [before, keyword, open, specifier, close] = [-1, 0, 1, 2, 3].map((i) => tokens[at + i]);
  const isCall = isWord(keyword, "import") && !isSign(before, ".", "?.") &&
    isSign(open, "(");
  return isCall && specifier?.kind === "text" && isSign(close, ")", ",") ? specifier.text : undefined;
}

function isCompared(tokens: readonly Token[], at: number): boolean {
  const operators = ["==", "===", "!=", "!=="];
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return isSign(before, ...operators) || isSign(after, ...operators) ||
    isWord(before, "case") || isInSearchedList(tokens, at);
}

/** Whether it is in a list like `["a", "b"].includes(…)`. */
function isInSearchedList(tokens: readonly Token[], at: number): boolean {
  let end = at;
  while (tokens[end]?.kind === "text" || isSign(tokens[end], ",")) end++;
  return isSign(tokens[end], "]") &&
    isWord(tokens[end + 2], "includes", "indexOf");
}

function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === "word" && words.includes(token.text);
}

function isSign(token: Token | undefined, ...signs: string[]): boolean {
  return token?.kind === "sign" && signs.includes(token.text);
}
