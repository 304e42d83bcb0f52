import type { FullTextMode, FullTextSearch } from "../ast/full_text.ts";
import type { TableNode } from "../ast/statement.ts";
import { allOf } from "../ast/expression.ts";
import { ConfigurationError, QueryBuildError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { shownNumber } from "../types/shown_number.ts";
import { Expression } from "./expression.ts";
import type { NoJoins } from "./joined.ts";
import { readsOwnTable } from "./model_source.ts";
import { checkedOptions } from "./options.ts";
import type { QuerySource } from "./source.ts";
import { TunedQuery } from "./tuned_query.ts";

/** How a text is searched for. */
export interface FullTextOptions<F extends string = string> {
  /**
   * `all`: every word must be there, `any`: at least one, `phrase`: all of them one after the other, `native`: the text is in the
   * database's own language for searches, and must not come from outside. @default {"all"}
   */
  readonly mode?: FullTextMode;
  /** Whether the last word may be the beginning of one, as while somebody is typing. @default {false} */
  readonly prefix?: boolean;
  /** Fields that are searched. @default those of the index */
  readonly fields?: readonly F[];
  /** Name of the index, where the model has several. @default the first that has the fields */
  readonly index?: string;
}

/** Options of `match()`. */
export interface MatchOptions<F extends string = string> extends FullTextOptions<F> {
  /** Puts the rows that fit best first, unless the query has an order. @default {true} */
  readonly ranked?: boolean;
}

/** How the words that were found are marked. What is between them is the text as it is: HTML in it is not escaped. */
export interface ExcerptOptions {
  /** What stands in front of a word. @default {"<b>"} */
  readonly open?: string;
  /** What stands behind a word. @default {"</b>"} */
  readonly close?: string;
}

const OPTIONS = ["mode", "prefix", "fields", "index"] as const;
const MATCH_OPTIONS = [...OPTIONS, "ranked"] as const;
const MODES: readonly unknown[] = ["all", "any", "phrase", "native"];

/** Most words of an excerpt. */
const MOST_WORDS = 64;

/**
 * A search for words in the texts of a model, as expressions for any part of a query.
 *
 * @example
 * ```ts ignore
 * const search = Post.fullText("sqlite database");
 * const rows = await Post.where(search.matches).orderBy(search.rank.desc())
 *   .select({ title: Post.c.title, excerpt: search.excerpt("body") });
 * ```
 */
export class FullText<F extends string = string> {
  /** Whether a row is found. */
  readonly matches: Expression<boolean>;
  /** How well a row fits; the better, the greater. Only to be compared within one query. */
  readonly rank: Expression<number>;
  readonly #meta: ModelMeta;
  readonly #search: FullTextSearch<TableNode>;

  /** Use `fullText()` of a model. `source` is what a query reads in the place of the model. */
  constructor(
    meta: ModelMeta,
    text: string,
    options: FullTextOptions = {},
    source: QuerySource = meta,
  ) {
    this.#meta = meta;
    this.#search = { ...searchOf(meta, text, options), table: searchedTable(meta, source) };
    this.matches = new Expression({ kind: "match", search: this.#search });
    this.rank = new Expression({ kind: "matchRank", search: this.#search }, { kind: "number" });
  }

  /** The text of a field with the words that were found marked. */
  highlight(field: F, options: ExcerptOptions = {}): Expression<string | null> {
    checkedOptions(`highlight of ${this.#meta.model}`, options, ["open", "close"]);
    return this.#excerpt(field, options, null);
  }

  /** A part of the text of a field with the words that were found, marked, and some around them. */
  excerpt(field: F, given: ExcerptOptions & { readonly words?: number } = {}): Expression<string | null> {
    const { words = 12, ...options } = checkedOptions(
      `excerpt of ${this.#meta.model}`,
      given,
      ["open", "close", "words"],
    );
    if (!Number.isSafeInteger(words) || words < 1 || words > MOST_WORDS) {
      throw new QueryBuildError(
        `Invalid words of excerpt of ${this.#meta.model}: ${shownNumber(words)} (1 to ${MOST_WORDS})`,
      );
    }
    return this.#excerpt(field, options, words);
  }

  #excerpt(field: string, { open = "<b>", close = "</b>" }: ExcerptOptions, words: number | null) {
    const column = this.#meta.column(field, "excerpt");
    if (!this.#search.index.columns.includes(column.name)) {
      throw new QueryBuildError(`${column.label} is not in the full-text index "${this.#search.index.name}"`);
    }
    return new Expression<string | null>(
      { kind: "matchExcerpt", search: this.#search, column: column.name, open, close, words },
      { kind: "string" },
      column.label,
    );
  }
}

/** The table of a model under the name by which a query calls it. */
function searchedTable(meta: ModelMeta, source: QuerySource): TableNode {
  if (source.table.kind === "table" && readsOwnTable({ meta, source })) return source.table;
  throw new QueryBuildError(
    `match() of ${meta.model} needs the table of the model: search in the query that it reads from`,
  );
}

function searchOf(meta: ModelMeta, text: string, options: FullTextOptions): FullTextSearch<TableNode> {
  const clause = `fullText of ${meta.model}`;
  const { mode = "all", prefix = false, fields, index: name } = checkedOptions(clause, options, OPTIONS);
  if (typeof text !== "string") throw new QueryBuildError(`Invalid text in ${clause}: expected a string`);
  if (!MODES.includes(mode)) throw new QueryBuildError(`Invalid mode in ${clause}: one of ${MODES.join(", ")}`);
  const wanted = fields?.map((field) => meta.column(field, clause).name);
  if (wanted !== undefined && wanted.length === 0) throw new QueryBuildError(`Empty fields in ${clause}`);
  const index = meta.fullText.find((one) =>
    (name === undefined || one.name === name) && (wanted ?? []).every((column) => one.columns.includes(column))
  );
  if (index === undefined) {
    const known = meta.fullText.map((one) => `${one.name} (${one.columns.join(", ")})`).join(", ");
    throw new ConfigurationError(
      `${clause}: the model has no such full-text index; ${
        known === "" ? "declare one with the option fullText" : `it has ${known}`
      }`,
    );
  }
  return { table: meta.table, index, columns: wanted ?? index.columns, text, mode, prefix };
}

/** Queries that can be searched. */
export abstract class SearchedQuery<in out C, in out J = NoJoins> extends TunedQuery<C, J> {
  /**
   * Keeps the rows in whose texts the words are found, the best first. The text may come from outside: signs in it have no meaning,
   * and one without words finds nothing.
   *
   * @example
   * ```ts ignore
   * const posts = await Post.query().match("sqlite datab", { prefix: true }).limit(10);
   * ```
   *
   * @throws {ConfigurationError} when the model has no full-text index with these fields
   */
  match(text: string, given: MatchOptions<keyof C & string> = {}): this {
    const { meta, source } = this.state;
    const { ranked = true, ...options } = checkedOptions(`match() of ${meta.model}`, given, MATCH_OPTIONS);
    const { matches, rank } = new FullText(meta, text, options, source);
    const where = allOf([this.state.where, matches.node]);
    if (!ranked || this.state.orderBy.length > 0) return this.derive({ where });
    return this.derive({ where, orderBy: [rank.desc().item] });
  }
}
