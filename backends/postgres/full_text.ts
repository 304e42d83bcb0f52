import type { FullTextDefinition, FullTextSearch } from "../../core/ast/full_text.ts";
import type { TableNode } from "../../core/ast/statement.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { isEmptySearch, wordsOf } from "../../core/sql/compile_full_text.ts";
import type { LogicalType } from "../../core/types/database_type.ts";

const TEXT: LogicalType = { kind: "string" };

/** The configuration of a search; `simple` takes words as they are. */
function configuration({ language }: FullTextDefinition): string {
  return `'${(language ?? "simple").replaceAll("'", "''")}'::regconfig`;
}

/** The texts as the server searches them. The index holds exactly this expression. */
function vector(index: FullTextDefinition, columns: readonly string[], name: (column: string) => string): string {
  const texts = columns.map((column) => `coalesce(${name(column)}, '')`).join(" || ' ' || ");
  return `to_tsvector(${configuration(index)}, ${texts})`;
}

function outerVector({ table, index, columns }: FullTextSearch<TableNode>, { dialect }: SQLBuilder): string {
  const owner = dialect.quoteIdentifier(table.alias ?? table.name);
  return vector(index, columns, (column) => `${owner}.${dialect.quoteIdentifier(column)}`);
}

const OPERATORS: Readonly<Record<string, string>> = { all: " & ", any: " | ", phrase: " <-> " };

/** Writes the words in the server's language for searches, in which a quoted word has no further meaning. */
function writeQuery({ index, text, mode, prefix }: FullTextSearch<TableNode>, builder: SQLBuilder): void {
  builder.sql += `to_tsquery(${configuration(index)}, `;
  if (mode === "native") builder.bind(text, TEXT, undefined);
  else {
    const operator = Object.hasOwn(OPERATORS, mode) ? OPERATORS[mode] : undefined;
    if (operator === undefined) throw new QueryBuildError(`Unknown mode ${JSON.stringify(mode)} of a full-text search`);
    builder.bind(wordsOf(text).map((word) => `'${word}'`).join(operator) + (prefix ? ":*" : ""), TEXT, undefined);
  }
  builder.sql += ")";
}

/** A value of an option of `ts_headline()`. */
function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** Full-text search by tsvector. */
export const tsvectorExpressions: Pick<ExpressionCompilers, "match" | "matchRank" | "matchExcerpt"> = {
  match({ search }, builder) {
    builder.need("fullText");
    if (isEmptySearch(search)) {
      builder.sql += "1 = 0";
      return;
    }
    builder.sql += `${outerVector(search, builder)} @@ `;
    writeQuery(search, builder);
  },
  matchRank({ search }, builder) {
    builder.need("fullText");
    if (isEmptySearch(search)) {
      builder.sql += "NULL::real";
      return;
    }
    builder.sql += `ts_rank(${outerVector(search, builder)}, `;
    writeQuery(search, builder);
    builder.sql += ")";
  },
  matchExcerpt({ search, column, open, close, words }, builder) {
    builder.need("fullText.excerpt");
    if (isEmptySearch(search)) {
      builder.sql += "NULL::text";
      return;
    }
    const { dialect } = builder;
    const owner = dialect.quoteIdentifier(search.table.alias ?? search.table.name);
    builder.sql += `ts_headline(${configuration(search.index)}, ${owner}.${dialect.quoteIdentifier(column)}, `;
    writeQuery(search, builder);
    builder.sql += ", ";
    // Fewer words than half of what is allowed would leave out what stands around the match.
    const most = Math.max(words ?? 2, 2);
    const size = words === null
      ? "HighlightAll=true"
      : `MaxWords=${most}, MinWords=${Math.floor(most / 2)}, ShortWord=0`;
    builder.bind(`StartSel=${quoted(open)}, StopSel=${quoted(close)}, ${size}`, TEXT, undefined);
    builder.sql += ")";
  },
};

function schemaOf({ schema }: TableNode, { dialect }: SQLBuilder): string {
  return schema === undefined ? "" : `${dialect.quoteIdentifier(schema)}.`;
}

/** An index of the expression that is searched. */
export const tsvectorStatements: Pick<StatementCompilers, "createFullText" | "dropFullText"> = {
  createFullText({ table, index, ifNotExists }, builder) {
    builder.need("fullText");
    const { dialect } = builder;
    builder.sql += `CREATE INDEX ${ifNotExists ? "IF NOT EXISTS " : ""}${dialect.quoteIdentifier(index.name)} ON ` +
      `${schemaOf(table, builder)}${dialect.quoteIdentifier(table.name)} USING gin ` +
      `(${vector(index, index.columns, (column) => dialect.quoteIdentifier(column))})`;
  },
  dropFullText({ table, index }, builder) {
    builder.need("fullText");
    builder.sql += `DROP INDEX IF EXISTS ${schemaOf(table, builder)}${builder.dialect.quoteIdentifier(index.name)}`;
  },
};
