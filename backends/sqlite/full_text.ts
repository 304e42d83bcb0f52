import type { FullTextDefinition, FullTextSearch } from "../../core/ast/full_text.ts";
import type {
  CreateFullTextNode,
  DropFullTextNode,
  RawStatementNode,
  StatementNode,
  TableNode,
} from "../../core/ast/statement.ts";
import { QueryBuildError, UnsupportedFeatureError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { isEmptySearch, wordsOf } from "../../core/sql/compile_full_text.ts";

/** Quotes a name. */
type Quote = (name: string) => string;

/** The tokenizer for a language; SQLite knows the word endings of English only. */
function tokenizer(language: string | undefined): string {
  return language === "english" ? "porter unicode61 remove_diacritics 2" : "unicode61 remove_diacritics 2";
}

/** An index in FTS5 finds its rows by their number, which only such a key keeps from changing. */
function rowNumber({ name, key }: FullTextDefinition): string {
  if (key !== null && key.isInteger) return key.name;
  throw new UnsupportedFeatureError("sqlite", {
    feature: "fullText",
    instead: `the index "${name}" needs a primary key of one integer`,
  });
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function schemaOf({ schema }: TableNode, quote: Quote): string {
  return schema === undefined ? "" : `${quote(schema)}.`;
}

function triggerNames({ name }: FullTextDefinition): readonly [string, string, string] {
  return [`${name}_insert`, `${name}_delete`, `${name}_update`];
}

/** The index as a table of its own, without a copy of the texts, and the triggers that keep it current. */
function createStatements({ table, index, ifNotExists }: CreateFullTextNode, quote: Quote): string[] {
  const key = rowNumber(index);
  const unless = ifNotExists ? "IF NOT EXISTS " : "";
  const schema = schemaOf(table, quote);
  const own = quote(index.name);
  const columns = index.columns.map(quote).join(", ");
  const values = (row: "old" | "new") => [key, ...index.columns].map((name) => `${row}.${quote(name)}`).join(", ");
  const insert = `INSERT INTO ${own} (rowid, ${columns}) VALUES (${values("new")});`;
  const remove = `INSERT INTO ${own} (${own}, rowid, ${columns}) VALUES ('delete', ${values("old")});`;
  const trigger = (name: string, event: string, body: string) =>
    `CREATE TRIGGER ${unless}${schema}${quote(name)} AFTER ${event} ON ${quote(table.name)} BEGIN ${body} END`;
  const [onInsert, onDelete, onUpdate] = triggerNames(index);
  return [
    `CREATE VIRTUAL TABLE ${unless}${schema}${own} USING fts5 (${columns}, content=${text(table.name)}, ` +
    `content_rowid=${text(key)}, tokenize=${text(tokenizer(index.language))})`,
    trigger(onInsert, "INSERT", insert),
    trigger(onDelete, "DELETE", remove),
    trigger(onUpdate, `UPDATE OF ${[key, ...index.columns].map(quote).join(", ")}`, `${remove} ${insert}`),
    // Only an index that holds nothing is filled: one that was there already is current.
    `INSERT INTO ${schema}${own} (${own}) SELECT 'rebuild' WHERE NOT EXISTS ` +
    `(SELECT 1 FROM ${schema}${quote(`${index.name}_docsize`)})`,
  ];
}

function dropStatements({ table, index }: DropFullTextNode, quote: Quote): string[] {
  const schema = schemaOf(table, quote);
  return [
    ...triggerNames(index).map((name) => `DROP TRIGGER IF EXISTS ${schema}${quote(name)}`),
    `DROP TABLE IF EXISTS ${schema}${quote(index.name)}`,
  ];
}

/** The statements of a full-text index, which are several in SQLite; any other statement as it is. */
export function expandFullText(statement: StatementNode, quote: Quote): readonly StatementNode[] {
  if (statement.kind !== "createFullText" && statement.kind !== "dropFullText") return [statement];
  const texts = statement.kind === "createFullText"
    ? createStatements(statement, quote)
    : dropStatements(statement, quote);
  return texts.map((sql): RawStatementNode => ({
    kind: "rawStatement",
    raw: { kind: "raw", parts: [sql], nodes: [] },
  }));
}

/** How the words are written in FTS5's language, in which a quoted word has no further meaning. */
function matchText({ text: given, mode, prefix, columns, index }: FullTextSearch<TableNode>): string {
  const within = columns.length === index.columns.length
    ? ""
    : `{${columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(" ")}} : `;
  if (mode === "native") return within === "" ? given : `${within}(${given})`;
  const words = wordsOf(given);
  const star = prefix ? " *" : "";
  switch (mode) {
    case "phrase":
      return `${within}"${words.join(" ")}"${star}`;
    case "all":
    case "any":
      return `${within}(${words.map((word) => `"${word}"`).join(mode === "all" ? " AND " : " OR ")}${star})`;
    default:
      throw new QueryBuildError(`Unknown mode ${JSON.stringify(mode)} of a full-text search`);
  }
}

/** Writes a query of the index for the rows that are found, giving the written expression. */
function writeSearch(search: FullTextSearch<TableNode>, builder: SQLBuilder, select: () => void): void {
  const { dialect } = builder;
  const own = dialect.quoteIdentifier(search.index.name);
  builder.sql += "(SELECT ";
  select();
  builder.sql += ` FROM ${schemaOf(search.table, (name) => dialect.quoteIdentifier(name))}${own} WHERE ${own} MATCH `;
  builder.bindText(matchText(search));
}

/** The key of the row in the outer query. */
function outerKey({ table, index }: FullTextSearch<TableNode>, { dialect }: SQLBuilder): string {
  return `${dialect.quoteIdentifier(table.alias ?? table.name)}.${dialect.quoteIdentifier(rowNumber(index))}`;
}

/** Full-text search by FTS5. */
export const fts5Expressions: Pick<ExpressionCompilers, "match" | "matchRank" | "matchExcerpt"> = {
  match({ search }, builder) {
    builder.need("fullText");
    if (isEmptySearch(search)) {
      builder.sql += "1 = 0";
      return;
    }
    builder.sql += `${outerKey(search, builder)} IN `;
    writeSearch(search, builder, () => builder.sql += "rowid");
    builder.sql += ")";
  },
  matchRank({ search }, builder) {
    builder.need("fullText");
    if (isEmptySearch(search)) {
      builder.sql += "NULL";
      return;
    }
    // bm25() is the lower, the better.
    writeSearch(search, builder, () => builder.sql += `-bm25(${builder.dialect.quoteIdentifier(search.index.name)})`);
    builder.sql += ` AND rowid = ${outerKey(search, builder)})`;
  },
  matchExcerpt({ search, column, open, close, words }, builder) {
    builder.need("fullText.excerpt");
    if (isEmptySearch(search)) {
      builder.sql += "NULL";
      return;
    }
    const own = builder.dialect.quoteIdentifier(search.index.name);
    const position = search.index.columns.indexOf(column);
    writeSearch(search, builder, () => {
      builder.sql += words === null ? `highlight(${own}, ${position}, ` : `snippet(${own}, ${position}, `;
      builder.bindText(open);
      builder.sql += ", ";
      builder.bindText(close);
      if (words !== null) {
        builder.sql += ", '…', ";
        builder.bind(words, { kind: "int" }, undefined);
      }
      builder.sql += ")";
    });
    builder.sql += ` AND rowid = ${outerKey(search, builder)})`;
  },
};

function writeAll(node: CreateFullTextNode | DropFullTextNode, builder: SQLBuilder): void {
  builder.need("fullText");
  const quote = (name: string) => builder.dialect.quoteIdentifier(name);
  const texts = node.kind === "createFullText" ? createStatements(node, quote) : dropStatements(node, quote);
  builder.sql += texts.join(";\n");
}

/** All statements of an index in one text, for people; they run one by one, see `expandFullText()`. */
export const fts5Statements: Pick<StatementCompilers, "createFullText" | "dropFullText"> = {
  createFullText: writeAll,
  dropFullText: writeAll,
};
