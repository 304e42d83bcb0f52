// The nodes are generic over tables and columns, whose file lists them: so the two files do not import each other.

/** An index in which texts are searched for words. */
export interface FullTextDefinition {
  /** Name of the index. */
  readonly name: string;
  /** Names of the columns that are searched, in order. */
  readonly columns: readonly string[];
  /** The only column of the primary key, for databases that keep such an index apart; null when there is none. */
  readonly key: { readonly name: string; readonly isInteger: boolean } | null;
  /** The language whose word endings are known, such as `english`; left out: words are taken as they are. */
  readonly language?: string | undefined;
}

/** How the words of a search belong together; `native` takes the text in the database's own language for searches. */
export type FullTextMode = "all" | "any" | "phrase" | "native";

/** What is searched for, and where. */
export interface FullTextSearch<Table> {
  /** The table, with its alias in the query. */
  readonly table: Table;
  /** The index. */
  readonly index: FullTextDefinition;
  /** Names of the columns that are searched: those of the index, or some of them. */
  readonly columns: readonly string[];
  /** The text. */
  readonly text: string;
  /** How its words belong together. */
  readonly mode: FullTextMode;
  /** Whether the last word may be the beginning of one. */
  readonly prefix: boolean;
}

/** Whether a row is found by a search. */
export interface Match<Table> {
  /** Tells what kind of node it is. */
  readonly kind: "match";
  /** The search. */
  readonly search: FullTextSearch<Table>;
}

/** How well a row fits a search; the better, the greater. */
export interface MatchRank<Table> {
  /** Tells what kind of node it is. */
  readonly kind: "matchRank";
  /** The search. */
  readonly search: FullTextSearch<Table>;
}

/** A text of a row with the words that were found marked. */
export interface MatchExcerpt<Table> {
  /** Tells what kind of node it is. */
  readonly kind: "matchExcerpt";
  /** The search. */
  readonly search: FullTextSearch<Table>;
  /** Name of the column whose text it is. */
  readonly column: string;
  /** What stands in front of a word that was found. */
  readonly open: string;
  /** What stands behind a word that was found. */
  readonly close: string;
  /** Number of words around those that were found; null for the whole text. */
  readonly words: number | null;
}
