import { resolveScopes } from "../ast/default_scope.ts";
import { allOf } from "../ast/expression.ts";
import type { SelectItem } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";
import { fingerprintsOf, type Place, readCursor, writeCursor } from "./cursor_text.ts";
import { afterCondition, keysetOf, turned } from "./keyset.ts";
import { checkSize, refuseSized } from "./paging.ts";
import { type QueryState, selectNode } from "./query_state.ts";

/** The rows of a page, and where it leads. */
export interface CursorRows {
  readonly rows: unknown[][];
  readonly next: string | null;
  readonly previous: string | null;
}

/** What is asked for. */
export interface CursorRequest {
  /** Columns of the rows. */
  readonly items: readonly SelectItem[];
  readonly cursor: string | null | undefined;
  readonly size: number;
}

function refuseOthers(state: QueryState, { cursor, size }: CursorRequest): void {
  const { meta, distinct, groupBy } = state;
  checkSize(meta, "cursor", size);
  refuseSized(state, "cursor");
  const clause = distinct ? "distinct" : groupBy.length > 0 ? "groupBy" : null;
  if (clause !== null) {
    throw new QueryBuildError(`Invalid ${clause} in cursor of ${meta.model}: its rows have no key to go on from`);
  }
  if (cursor !== null && cursor !== undefined && typeof cursor !== "string") {
    throw new QueryBuildError(`Invalid cursor of ${meta.model}: expected a text or null`);
  }
}

/** Reads the page that a cursor leads to, or the first one. */
export async function readPage(
  state: QueryState,
  request: CursorRequest,
  backend: StorageBackend,
): Promise<CursorRows> {
  refuseOthers(state, request);
  const { items, cursor, size } = request;
  const keyset = keysetOf(state, items, backend);
  const orderBy = keyset.terms.map(({ item }) => item);
  // A cursor belongs to the conditions that the default scopes have now.
  const query = resolveScopes(selectNode({ ...state, orderBy }, keyset.columns));
  const prints = await fingerprintsOf(query);
  const place: Place | null = cursor === null || cursor === undefined
    ? null
    : await readCursor(cursor, prints, { model: state.meta.model, backend });
  const backward = place?.backward ?? false;
  const terms = backward ? turned(keyset.terms) : keyset.terms;
  const found = await backend.run({
    ...query,
    where: allOf([query.where, place === null ? null : afterCondition(terms, place.values, backend)]),
    orderBy: terms.map(({ item }) => item),
    limit: size + 1,
  }, state.clauses.options);
  const hasMore = found.rows.length > size;
  const rows = found.rows.slice(0, size);
  if (backward) rows.reverse();
  const lead = (row: unknown[], back: boolean) =>
    writeCursor({ backward: back, values: terms.map(({ position }) => row[position]) }, prints, backend);
  const [first, last] = [rows[0], rows.at(-1)];
  const next = last !== undefined && (backward || hasMore) ? await lead(last, false) : null;
  const previous = first !== undefined && (backward ? hasMore : place !== null) ? await lead(first, true) : null;
  // What only the order needed is no part of the row.
  if (keyset.columns.length > items.length) { for (const row of rows) row.length = items.length; }
  return { rows, next, previous };
}
