import type { FullTextMode, FullTextSearch } from "../ast/full_text.ts";
import type { ExpressionCompilers, StatementCompilers } from "./builder.ts";

/** The words of a text: letters and digits, whatever the alphabet. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];
}

/** Whether a search has anything to look for; one of punctuation only finds nothing. */
export function isEmptySearch({ text, mode }: Pick<FullTextSearch<unknown>, "text"> & { mode: FullTextMode }): boolean {
  return mode === "native" ? text.trim() === "" : wordsOf(text).length === 0;
}

/** For a database without full-text search: the statement is refused before it is sent. */
export const fullTextExpressions: Pick<ExpressionCompilers, "match" | "matchRank" | "matchExcerpt"> = {
  match: (_, builder) => builder.need("fullText"),
  matchRank: (_, builder) => builder.need("fullText"),
  matchExcerpt: (_, builder) => builder.need("fullText.excerpt"),
};

/** As above. */
export const fullTextStatements: Pick<StatementCompilers, "createFullText" | "dropFullText"> = {
  createFullText: (_, builder) => builder.need("fullText"),
  dropFullText: (_, builder) => builder.need("fullText"),
};
