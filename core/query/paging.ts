import { QueryBuildError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { shownNumber } from "../types/shown_number.ts";
import { checkedOptions } from "./options.ts";
import { checkCount, type QueryState } from "./query_state.ts";

/** A page of a query, with what is needed to lead to the others. */
export interface Page<T> {
  /** What is on the page. */
  readonly items: T[];
  /** Its number, from 1. */
  readonly page: number;
  /** Most items of a page. */
  readonly size: number;
  /** Number of all items. */
  readonly total: number;
  /** Number of pages; 0 when there are no items. */
  readonly pages: number;
  /** Whether there is a page before it. */
  readonly hasPrevious: boolean;
  /** Whether there is a page after it. */
  readonly hasNext: boolean;
}

/** A page of a query that is found by where the one before it ended, whatever is inserted or removed meanwhile. */
export interface CursorPage<T> {
  /** What is on the page. */
  readonly items: T[];
  /** Leads to the page after it; null when there is none. */
  readonly next: string | null;
  /** Leads to the page before it; null when there is none. */
  readonly previous: string | null;
}

/** Options of `cursor()`. */
export interface CursorOptions {
  /** Most items of a page. @default {25} */
  readonly size?: number;
}

/** Items of a page when nothing is said. */
export const PAGE_SIZE = 25;

/** The size that the options of `cursor()` say. */
export function cursorSize({ model }: ModelMeta, options: CursorOptions): number {
  const { size = PAGE_SIZE } = checkedOptions(`cursor() of ${model}`, options, ["size"]);
  return size;
}

/** Refuses the number of a page that cannot be, and a query that has a size already. */
export function checkPage(state: QueryState, page: number, size: number): void {
  const { meta } = state;
  checkSize(meta, "paginate", size);
  if (!Number.isSafeInteger(page) || page < 1 || !Number.isSafeInteger(page * size)) {
    throw new QueryBuildError(
      `Invalid page of paginate of ${meta.model}: ${shownNumber(page)} (a whole number, 1 or more)`,
    );
  }
  refuseSized(state, "paginate");
}

/** Refuses a page without items. */
export function checkSize({ model }: ModelMeta, method: string, size: number): void {
  if (size === 0) throw new QueryBuildError(`Invalid size of ${method} of ${model}: 0 (a whole number, 1 or more)`);
  checkCount(model, `size of ${method}`, size);
}

/** Refuses a query that says itself which part of its rows it gives. */
export function refuseSized({ meta, limit, offset }: QueryState, method: string): void {
  const clause = limit !== null ? "limit" : offset !== null ? "offset" : null;
  if (clause === null) return;
  throw new QueryBuildError(`Invalid ${clause} in ${method} of ${meta.model}: pages have a size of their own`);
}

/** A page made of its items and the number of all. */
export function pageOf<T>(items: T[], { page, size, total }: { page: number; size: number; total: number }): Page<T> {
  const pages = Math.ceil(total / size);
  return { items, page, size, total, pages, hasPrevious: page > 1 && total > 0, hasNext: page < pages };
}
