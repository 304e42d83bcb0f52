import type { ExpressionNode } from "../ast/expression.ts";
import type { SelectItem } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { decodeValue, execute, tracked } from "./execute.ts";
import { Expression } from "./expression.ts";
import { SearchedQuery } from "./full_text.ts";
import { checkPage, type CursorOptions, type CursorPage, type Page, PAGE_SIZE, pageOf } from "./paging.ts";
import { type QueryState, selectNode, uniqueOrder } from "./query_state.ts";

/** One column of plain rows: where it comes from and how it is read. */
export interface RowItem {
  /** Key in the row. */
  readonly key: string;
  /** What is selected. */
  readonly expression: ExpressionNode;
  /** How the value is read. */
  readonly type: LogicalType | undefined;
  /** What NULL is read as. */
  readonly empty: null | undefined;
}

/** What `select()` can be given by name: expressions. */
export type Selection = Readonly<Record<string, Expression<unknown>>>;

/** The rows that a selection gives. */
export type SelectedRow<S extends Selection> = {
  -readonly [K in keyof S]: S[K]["_value"];
};

/** A query for plain rows, made by `select()`. Await it, or iterate over `stream()`. */
export class RowQuery<in out C, in out R> extends SearchedQuery<C> implements PromiseLike<R[]> {
  readonly #row: readonly RowItem[];
  readonly #items: readonly SelectItem[];

  /**
   * Use `select()` of a model or query.
   *
   * @internal
   */
  constructor(state: QueryState, row: readonly RowItem[]) {
    super(state);
    this.#row = row;
    this.#items = row.map(({ key, expression }) => ({
      expression,
      alias: expression.kind === "column" && expression.name === key ? undefined : key,
    }));
  }

  /** @internal */
  protected override derive(changes: Partial<QueryState>): this {
    // The class has no further state than these two, and no subclasses.
    return new RowQuery<C, R>({ ...this.state, ...changes }, this.#row) as this;
  }

  /** @internal */
  protected override items(): readonly SelectItem[] {
    return this.#items;
  }

  /** One row for each combination of values. */
  groupBy(...terms: readonly ((keyof C & string) | Expression<unknown>)[]): this {
    const nodes = terms.map((term) =>
      term instanceof Expression ? term.node : this.state.meta.column(term, "groupBy").node
    );
    return this.derive({ groupBy: [...this.state.groupBy, ...nodes] });
  }

  /** Keeps the groups that fit. */
  having(
    condition:
      | Expression<boolean>
      | ((columns: Columns<C>) => Expression<boolean>),
  ): this {
    const made = typeof condition === "function" ? condition(columnsOf<C>(this.state.meta)) : condition;
    const { having } = this.state;
    return this.derive({
      having: having === null ? made.node : { kind: "logic", operator: "and", operands: [having, made.node] },
    });
  }

  #rows(values: readonly unknown[][]): R[] {
    const { meta } = this.state;
    return values.map((row) => {
      const made: Record<string, unknown> = {};
      for (let i = 0; i < this.#row.length; i++) {
        const { key, type, empty } = this.#row[i]!;
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
    const { rows } = await execute(
      this.state.meta,
      selectNode({ ...this.state, limit: Math.min(this.state.limit ?? 1, 1) }, this.#items),
      this.state.clauses.options,
    );
    return this.#rows(rows)[0] ?? null;
  }

  /** Reads the rows one after the other, without holding all of them. */
  async *stream({ batchSize = 500 }: { batchSize?: number } = {}): AsyncGenerator<R, void, undefined> {
    const backend = this.state.meta.host.backend() ??
      await this.state.meta.host.backendLoaded();
    for await (const rows of backend.stream(this.toNode(), batchSize, this.state.clauses.options)) {
      yield* this.#rows(rows);
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
  async cursor(cursor?: string | null, { size = PAGE_SIZE }: CursorOptions = {}): Promise<CursorPage<R>> {
    return await tracked(this.state.meta, async (backend) => {
      const { readPage } = await import("./cursor.ts");
      const { rows, next, previous } = await readPage(this.state, { items: this.#items, cursor, size }, backend);
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

/** The columns of plain rows, from names of fields or named expressions. */
export function rowItems(state: QueryState, selection: readonly (string | Selection)[]): RowItem[] {
  const items = selection.flatMap((part): RowItem[] => {
    if (typeof part === "string") {
      const { node, type, empty } = state.meta.column(part, "select");
      return [{ key: part, expression: node, type, empty }];
    }
    return Object.entries(part).map(([key, expression]) => {
      if (!(expression instanceof Expression)) {
        throw new QueryBuildError(
          `Invalid "${key}" in select of ${state.meta.model}: expected an expression`,
        );
      }
      return {
        key,
        expression: expression.node,
        type: expression.type,
        empty: null,
      };
    });
  });
  if (items.length === 0) {
    throw new QueryBuildError(`Empty select of ${state.meta.model}`);
  }
  return items;
}
