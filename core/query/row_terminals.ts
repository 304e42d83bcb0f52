import type { SelectItem } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import { decodeValue, execute, tracked } from "./execute.ts";
import { SearchedQuery } from "./full_text.ts";
import type { NoJoins } from "./joined.ts";
import { onlyOne, orFail } from "./only_one.ts";
import { checkPage, type CursorOptions, type CursorPage, cursorSize, type Page, PAGE_SIZE, pageOf } from "./paging.ts";
import { checkGroupSize, type QueryState, reversed, uniqueOrder } from "./query_state.ts";
import type { RowItem } from "./row_items.ts";

/** What a query for plain rows can be asked for: its rows, one of them, single values, pages. */
export abstract class RowTerminals<in out C, in out R, in out J = NoJoins> extends SearchedQuery<C, J>
  implements PromiseLike<R[]> {
  /**
   * The columns of the rows.
   *
   * @internal
   */
  protected readonly row: readonly RowItem[];
  readonly #items: readonly SelectItem[];

  /**
   * Use `select()` of a model or query.
   *
   * @internal
   */
  constructor(state: QueryState, row: readonly RowItem[]) {
    super(state);
    this.row = row;
    this.#items = row.map(({ key, expression }) => ({
      expression,
      alias: expression.kind === "column" && expression.name === key ? undefined : key,
    }));
  }

  /** @internal */
  protected override items(): readonly SelectItem[] {
    return this.#items;
  }

  #rows(values: readonly unknown[][]): R[] {
    const { meta } = this.state;
    return values.map((row) => {
      const made: Record<string, unknown> = {};
      for (let i = 0; i < this.row.length; i++) {
        const { key, type, empty } = this.row[i]!;
        const value = row[i];
        made[key] = value === null ? empty : decodeValue(meta, type, value);
      }
      return made as R; // the keys and types are those of the selection
    });
  }

  /** Runs the query. */
  async all(): Promise<R[]> {
    return this.#rows((await execute(this.state.meta, this.toNode(), this.state.clauses.options)).rows);
  }

  /** The first row, or null. */
  async first(): Promise<R | null> {
    const limited = this.derive({ limit: Math.min(this.state.limit ?? 1, 1) });
    const { rows } = await execute(this.state.meta, limited.toNode(), this.state.clauses.options);
    return this.#rows(rows)[0] ?? null;
  }

  /** The last row in the query's order, which it must have; null when there is none. */
  async last(): Promise<R | null> {
    const { orderBy, limit, offset, meta } = this.state;
    if (orderBy.length === 0) throw new QueryBuildError(`last() of ${meta.model} needs orderBy(): rows have no order`);
    // Within a limit the last one is not the first of the reversed order.
    if (limit !== null || offset !== null) return (await this.all()).at(-1) ?? null;
    return (await this.derive({ orderBy: reversed(orderBy), limit: 1 }).all())[0] ?? null;
  }

  /** The only row, or null. Throws `OperationalError` when there are several. */
  async one(): Promise<R | null> {
    const { limit, meta } = this.state;
    return onlyOne(meta, await this.derive({ limit: Math.min(limit ?? 2, 2) }).all());
  }

  /** The only row. Throws `RecordNotFound` when there is none, `OperationalError` when there are several. */
  async oneOrFail(): Promise<R> {
    return orFail(this.state.meta, await this.one());
  }

  /** The values of one column of the rows. */
  pluck<K extends keyof R & string>(column: K): Promise<R[K][]>;
  /** Lists of the values of several columns of the rows. */
  pluck<const K extends readonly (keyof R & string)[]>(...columns: K): Promise<{ -readonly [I in keyof K]: R[K[I]] }[]>;
  async pluck(...columns: readonly string[]): Promise<unknown[]> {
    const values = this.#valuesOf(columns, "pluck");
    return (await this.all()).map(values);
  }

  /** The value of one column of the first row, or null when there is none. */
  pick<K extends keyof R & string>(column: K): Promise<R[K] | null>;
  /** The values of several columns of the first row, or null when there is none. */
  pick<const K extends readonly (keyof R & string)[]>(
    ...columns: K
  ): Promise<{ -readonly [I in keyof K]: R[K[I]] } | null>;
  async pick(...columns: readonly string[]): Promise<unknown> {
    const values = this.#valuesOf(columns, "pick");
    const row = await this.first();
    return row === null ? null : values(row);
  }

  /** What takes the values of columns out of a row. */
  #valuesOf(columns: readonly string[], method: string): (row: R) => unknown {
    const names = this.row.map(({ key }) => key);
    const unknown = columns.filter((column) => !names.includes(column));
    if (columns.length === 0 || unknown.length > 0) {
      const [column] = unknown;
      const what = typeof column === "string" ? `Unknown column ${JSON.stringify(column)}` : "No column";
      throw new QueryBuildError(`${what} in ${method} of ${this.state.meta.model}: its rows have ${names.join(", ")}`);
    }
    const values = (row: R) => columns.map((column) => row[column as keyof R]); // one of the row, as was looked at
    return columns.length === 1 ? (row) => values(row)[0] : values;
  }

  /** Reads the rows one after the other, without holding all of them: `batchSize` at once, between 32 and 250 by the backend. */
  async *stream({ batchSize }: { batchSize?: number } = {}): AsyncGenerator<R, void, undefined> {
    const { meta, clauses } = this.state;
    if (batchSize !== undefined) checkGroupSize(meta.model, "batchSize", batchSize);
    const backend = meta.host.backend() ?? await meta.host.backendLoaded();
    for await (const rows of backend.stream(this.toNode(), batchSize ?? backend.rowsPerGroup, clauses.options)) {
      for (const row of this.#rows(rows)) yield row;
    }
  }

  /** A page of the rows, counted from 1, with the number of all; in the order of the query, which it must have. */
  async paginate(page = 1, size: number = PAGE_SIZE): Promise<Page<R>> {
    const { state } = this;
    checkPage(state, page, size);
    const isGrouped = state.groupBy.length > 0 || state.distinct;
    if (isGrouped && state.orderBy.length === 0) {
      throw new QueryBuildError(
        `paginate() of ${state.meta.model} needs orderBy(): groups and distinct rows have no key`,
      );
    }
    const total = await this.count();
    const orderBy = isGrouped ? state.orderBy : uniqueOrder(state, "paginate()");
    const query = this.derive({ orderBy, limit: size, offset: (page - 1) * size });
    return pageOf(total === 0 ? [] : await query.all(), { page, size, total });
  }

  /** The first page of the rows, or the one that a cursor leads to: see `RecordQuery.cursor`. */
  async cursor(cursor?: string | null, options: CursorOptions = {}): Promise<CursorPage<R>> {
    const size = cursorSize(this.state.meta, options);
    return await tracked(this.state.meta, async (backend) => {
      const { readPage } = await import("./cursor.ts");
      const { rows, next, previous } = await readPage(this.state, { items: this.items(), cursor, size }, backend);
      return { items: this.#rows(rows), next, previous };
    });
  }

  /** Runs the query when it is awaited. */
  then<A = R[], B = never>(
    fulfilled?: ((rows: R[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.all().then(fulfilled, rejected);
  }
}
