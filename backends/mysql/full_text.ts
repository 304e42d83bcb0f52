import type { FullTextDefinition, FullTextSearch } from "../../core/ast/full_text.ts";
import type { StatementNode, TableNode } from "../../core/ast/statement.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { isEmptySearch, wordsOf } from "../../core/sql/compile_full_text.ts";
import { mysqlBuilder } from "./builder.ts";
import { quoteText } from "./types.ts";

/**
 * A text is taken apart in pieces of so many characters: MySQL ends a replacement by pattern at about 80,000 places with an error,
 * and the time that MariaDB takes for one grows with the square of its length.
 */
const PIECE_LENGTH = 10_000;

/** Pieces of a text that are searched; what is behind them is not. */
const PIECES = 25;

/** What stands between words, whatever the alphabet: the counterpart of `wordsOf()`. */
const BETWEEN_WORDS = "[^\\p{L}\\p{N}\\p{M}\\p{Co}]+";

/**
 * What stands in front of each word of a column in the text that is indexed. It tells in which column a word is, so that one index
 * serves searches in some of its columns; and it makes words of one and two letters, and those the servers would leave out as too
 * common, into words like any other.
 */
function marks({ columns }: FullTextDefinition): string[] {
  const width = columns.length > 36 ? 2 : 1;
  return columns.map((_, i) => `q${i.toString(36).padStart(width, "0")}`);
}

/** The words of all columns, each with its mark. */
function indexedText(index: FullTextDefinition, quote: (name: string) => string): string {
  const texts = marks(index).map((mark, i) => {
    const pieces = Array.from({ length: PIECES }, (_, piece) => {
      const text = `SUBSTR(COALESCE(${quote(index.columns[i]!)}, ''), ${piece * PIECE_LENGTH + 1}, ${PIECE_LENGTH})`;
      return `REGEXP_REPLACE(${text}, ${quoteText(BETWEEN_WORDS)}, ' ${mark}')`;
    });
    // What stands between two words may begin in one piece and end in the next.
    return `REPLACE(CONCAT('${i === 0 ? "" : " "}${mark}', ${pieces.join(", ")}), ' ${mark} ${mark}', ' ${mark}')`;
  });
  return texts.length === 1 ? texts[0]! : `CONCAT(${texts.join(", ")})`;
}

/** One of several terms must be there. */
function oneOf(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : `(${terms.join(" ")})`;
}

/** A word with its mark; in quotes where the server might see more than one word in it. */
function term(mark: string, word: string, prefix: boolean): string {
  if (prefix) return `${mark}${word}*`;
  return /^[a-z0-9]+$/i.test(word) ? mark + word : `"${mark}${word}"`;
}

/** Writes the words in the server's language for searches. They hold letters and digits only, none of its signs. */
function searchText({ index, columns, text, mode, prefix }: FullTextSearch<TableNode>): string {
  const all = marks(index);
  const searched = columns.map((column) => all[index.columns.indexOf(column)]!);
  const words = wordsOf(text);
  const terms = words.map((word, i) =>
    oneOf(searched.map((mark) => term(mark, word, prefix && i === words.length - 1)))
  );
  switch (mode) {
    case "all":
      return terms.map((one) => `+${one}`).join(" ");
    case "any":
      return terms.join(" ");
    case "phrase":
      // A phrase with an open end is looked for among the rows that have its words.
      if (prefix) return terms.map((one) => `+${one}`).join(" ");
      return oneOf(searched.map((mark) => `"${words.map((word) => mark + word).join(" ")}"`));
    default:
      throw new QueryBuildError(`Unknown mode ${JSON.stringify(mode)} of a full-text search`);
  }
}

function writeColumn({ table, index }: FullTextSearch<TableNode>, builder: SQLBuilder): void {
  const { dialect } = builder;
  builder.sql += `${dialect.quoteIdentifier(table.alias ?? table.name)}.${dialect.quoteIdentifier(index.name)}`;
}

function writeMatch(search: FullTextSearch<TableNode>, builder: SQLBuilder): void {
  builder.need("fullText");
  if (search.mode === "native") return builder.need("fullText.native");
  builder.sql += "MATCH (";
  writeColumn(search, builder);
  builder.sql += ") AGAINST (";
  builder.bind(searchText(search), { kind: "string" }, undefined);
  builder.sql += " IN BOOLEAN MODE)";
}

/** Writes that the words stand one after the other, the last of them as the beginning of one. */
function writeOpenPhrase(search: FullTextSearch<TableNode>, builder: SQLBuilder): void {
  const all = marks(search.index);
  const words = wordsOf(search.text);
  search.columns.forEach((column, i) => {
    const mark = all[search.index.columns.indexOf(column)]!;
    builder.sql += i === 0 ? " AND (CONCAT(' ', " : " OR CONCAT(' ', ";
    writeColumn(search, builder);
    builder.sql += ") LIKE ";
    builder.bind(`% ${words.map((word) => mark + word).join(" ")}%`, { kind: "string" }, undefined);
    builder.sql += ` COLLATE ${mysqlBuilder(builder).syntax.foldingCollation}`;
  });
  builder.sql += ")";
}

/** Full-text search by FULLTEXT. */
export const fulltextExpressions: Pick<ExpressionCompilers, "match" | "matchRank"> = {
  match({ search }, builder) {
    if (isEmptySearch(search)) {
      builder.need("fullText");
      builder.sql += "1 = 0";
      return;
    }
    const isOpen = search.mode === "phrase" && search.prefix && wordsOf(search.text).length > 1;
    if (isOpen) builder.sql += "(";
    writeMatch(search, builder);
    if (!isOpen) return;
    writeOpenPhrase(search, builder);
    builder.sql += ")";
  },
  matchRank({ search }, builder) {
    if (!isEmptySearch(search)) return writeMatch(search, builder);
    builder.need("fullText");
    builder.sql += "NULL";
  },
};

function writeAlter(table: TableNode, builder: SQLBuilder): void {
  const { dialect } = builder;
  const schema = table.schema === undefined ? "" : `${dialect.quoteIdentifier(table.schema)}.`;
  builder.sql += `ALTER TABLE ${schema}${dialect.quoteIdentifier(table.name)} `;
}

/**
 * A column that nobody sees unless it is asked for by its name, which is that of the index: the words of the columns, compared
 * without regard to capitals and accents, while the columns themselves are compared byte by byte.
 */
export const fulltextStatements: Pick<StatementCompilers, "createFullText" | "dropFullText"> = {
  createFullText({ table, index }, builder) {
    builder.need("fullText");
    const { syntax } = mysqlBuilder(builder);
    const quote = (name: string) => builder.dialect.quoteIdentifier(name);
    const name = quote(index.name);
    writeAlter(table, builder);
    builder.sql += `ADD COLUMN ${name} LONGTEXT CHARACTER SET utf8mb4 COLLATE ${syntax.foldingCollation} ` +
      `GENERATED ALWAYS AS (${indexedText(index, quote)}) STORED ${syntax.invisible}, ` +
      `ADD FULLTEXT INDEX ${name} (${name})`;
  },
  dropFullText({ table, index }, builder) {
    builder.need("fullText");
    const name = builder.dialect.quoteIdentifier(index.name);
    writeAlter(table, builder);
    builder.sql += `DROP INDEX ${name}, DROP COLUMN ${name}`;
  },
};

/** Statements without those that remove an index whose table is removed with them: it goes along. */
export function withoutGone(statements: readonly StatementNode[]): StatementNode[] {
  const dropped = statements.filter((statement) => statement.kind === "dropTable").map(({ table }) => table);
  return statements.filter((statement) =>
    statement.kind !== "dropFullText" ||
    !dropped.some(({ name, schema }) => name === statement.table.name && schema === statement.table.schema)
  );
}
