import { allOf, type ExpressionNode } from "../ast/expression.ts";
import type { QueryNode, SelectItem, SelectNode } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { type DeleteOptions, deleteRows, type ReturningOptions, updateRows, type UpdateValues } from "./bulk.ts";
import { keyCondition, type KeyInput, type KeyOf } from "./key.ts";
import type { Columns } from "./columns.ts";
import { CommonTable, type CommonTables, commonTablesOf } from "./common_table.ts";
import { compoundNode, type SetOperation } from "./compound.ts";
import { addComputed, orderedByName } from "./computed.ts";
import { tracked } from "./execute.ts";
import { SearchedQuery } from "./full_text.ts";
import { refuseAggregates, refuseUnselected } from "./group_check.ts";
import { addCommonTables, expectSource } from "./join.ts";
import type { NoJoins } from "./joined.ts";
import { outputsOf, replaced } from "./model_source.ts";
import { afterCondition, keyTerms } from "./keyset.ts";
import { checkedOptions } from "./options.ts";
import { onlyOne, orFail } from "./only_one.ts";
import { checkPage, type CursorOptions, type CursorPage, cursorSize, type Page, PAGE_SIZE, pageOf } from "./paging.ts";
import { runClauses } from "./query_clauses.ts";
import { checkGroupSize, initialState, keyOrder, reversed, selectNode, uniqueOrder } from "./query_state.ts";
import { rowItems, type SelectedRow, type Selection } from "./row_items.ts";
import { type GroupTerm, RowQuery, rowsOf } from "./row_query.ts";
import { aliasOf, type ColumnsIn, type OutputColumn, type PlacedSource, type Source } from "./source.ts";

/** A query for records of the same model, as an operand of a set operation. */
export interface RecordOperand<I, C> extends PromiseLike<I[]> {
  /** For types only: it does not exist at run time. */
  readonly _row: C;
  /** @internal */
  operandNode(model: ModelMeta, operation: SetOperation): QueryNode;
}

/**
 * Records that a stream makes at once where nobody says. V8 gives the memory of young objects more room when much of it is in use
 * as it looks, and keeps that room.
 */
const RECORDS_AT_ONCE = 100;

/** A query for records of a model. Await it, or iterate over `stream()` or `inBatches()`. */
export abstract class RecordQuery<in out I extends object, in out C, in out J = NoJoins> extends SearchedQuery<C, J>
  implements PromiseLike<I[]>, Source {
  /** For types only: it does not exist at run time. */
  declare readonly _row: C;

  /** @internal */
  protected override items(): readonly SelectItem[] {
    const { source: { selection }, computed } = this.state;
    if (computed.length === 0) return selection;
    return [...selection, ...computed.map(({ name, expression }) => ({ expression, alias: name }))];
  }

  /**
   * The query as an AST.
   *
   * @throws {QueryBuildError} when an aggregate stands in its order, or of distinct records a column that they do not have
   */
  override toNode(): SelectNode {
    refuseAggregates(this.state);
    refuseUnselected(this.state, this.items());
    const query = super.toNode();
    const { computed } = this.state;
    return computed.length === 0 ? query : { ...query, orderBy: orderedByName(query.orderBy, computed) };
  }

  /** The columns of the result, which are those of a record. */
  outputs(): readonly OutputColumn[] {
    return outputsOf(this.state.meta);
  }

  /** @internal */
  toSource(alias: string): PlacedSource {
    const query = selectNode(this.state, this.state.source.selection);
    return {
      source: replaced(this.state.meta, { kind: "derivedTable", query, alias }),
      ctes: [],
    };
  }

  /**
   * What has to happen to records before they are given out, such as loading relations.
   *
   * @internal
   */
  protected abstract prepareRecords(records: I[], backend: StorageBackend): Promise<void> | undefined;

  #records(rows: readonly unknown[][], backend: StorageBackend): I[] | Promise<I[]> {
    const records = this.state.meta.host.instantiate(rows, backend) as I[]; // the model makes records of its own class
    if (records.length === 0) return records;
    if (this.state.computed.length > 0) addComputed(this.state, records, rows);
    const preparing = this.prepareRecords(records, backend);
    return preparing === undefined ? records : preparing.then(() => records);
  }

  /** Runs the query. */
  async all(): Promise<I[]> {
    const { host } = this.state.meta;
    const backend = host.backend() ?? await host.backendLoaded();
    return await (backend.inTransaction ? backend.transactions.track(() => this.#all(backend)) : this.#all(backend));
  }

  async #all(backend: StorageBackend): Promise<I[]> {
    const result = backend.run(this.toNode(), this.state.clauses.options);
    return this.#records((result instanceof Promise ? await result : result).rows, backend);
  }

  /** Runs the query when it is awaited. */
  then<A = I[], B = never>(
    fulfilled?: ((records: I[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.all().then(fulfilled, rejected);
  }

  /** The first record in the query's order, or by primary key; null when there is none. */
  async first(): Promise<I | null> {
    const { orderBy, limit, source } = this.state;
    const order = orderBy.length > 0 ? orderBy : keyOrder(source, "first()");
    return (await this.derive({
      orderBy: order,
      limit: Math.min(limit ?? 1, 1),
    }).all())[0] ?? null;
  }

  /** The last record in the query's order, or by primary key; null when there is none. */
  async last(): Promise<I | null> {
    const { orderBy, limit, offset, source } = this.state;
    const order = orderBy.length > 0 ? orderBy : keyOrder(source, "last()");
    // Within a limit the last one is not the first of the reversed order.
    if (limit !== null || offset !== null) {
      return (await this.derive({ orderBy: order }).all()).at(-1) ?? null;
    }
    return (await this.derive({ orderBy: reversed(order), limit: 1 }).all())[
      0
    ] ?? null;
  }

  /** The only record, or null. Throws `OperationalError` when there are several. */
  async one(): Promise<I | null> {
    const { limit, meta } = this.state;
    return onlyOne(meta, await this.derive({ limit: Math.min(limit ?? 2, 2) }).all());
  }

  /** The only record. Throws `RecordNotFound` when there is none, `OperationalError` when there are several. */
  async oneOrFail(): Promise<I> {
    return orFail(this.state.meta, await this.one());
  }

  /** The record with a primary key, if it fits the query; else null. */
  async find(key: KeyOf<C>): Promise<I | null> {
    const { meta, source, where } = this.state;
    // Values of fields are values of keys.
    return (await this.derive({
      where: allOf([where, keyCondition(meta, key as KeyInput, source)]),
      limit: 1,
    }).all())[0] ?? null;
  }

  // ---- plain values

  /**
   * One row for each combination of values. A group is no record: `select()` what is to be known of it, before or after.
   *
   * @example
   * ```ts ignore
   * await User.query().groupBy("city").select({ city: User.c.city, users: fn.count() });
   * ```
   */
  groupBy(
    ...terms: readonly (GroupTerm<C> | ((columns: Columns<C>, joined: J) => GroupTerm<C> | readonly GroupTerm<C>[]))[]
  ): RowQuery<C, C, J> {
    return rowsOf<C, C, J>(this.state).groupBy(...terms);
  }

  /**
   * Gives plain rows instead of records: some fields, or named expressions.
   *
   * @example
   * ```ts ignore
   * User.query().select("id", "name");
   * User.query().select({ role: User.c.role, users: fn.count() }).groupBy("role");
   * User.query().join("posts").select((c, j) => ({ name: c.name, title: j.posts.title }));
   * ```
   */
  select<K extends keyof C & string>(...fields: readonly K[]): RowQuery<C, Pick<C, K>, J>;
  /** Gives plain rows of named expressions. */
  select<S extends Selection>(selection: S | ((columns: Columns<C>, joined: J) => S)): RowQuery<C, SelectedRow<S>, J>;
  select(...selection: readonly (string | Selection | ((columns: never, joined: never) => Selection))[]): unknown {
    return new RowQuery(this.state, rowItems(this.state, selection));
  }

  /**
   * Plain rows of another source on the same backend: a query in the place of a table, `cte()`, `values()`, an alias.
   *
   * @example
   * ```ts ignore
   * const totals = Order.query().select({ customer: Order.c.customerId, total: fn.sum(Order.c.cents) }).groupBy("customerId");
   * await Order.query().from(totals).where({ total__gt: 1000 }).orderBy("-total");
   * ```
   */
  from<S extends Source>(source: S, alias?: string): RowQuery<ColumnsIn<S>, ColumnsIn<S>> {
    const { meta } = this.state;
    const name = alias ?? (source instanceof CommonTable ? source.name : "rows");
    const { source: placed, ctes } = expectSource(meta.model, name, source).toSource(name);
    return rowsOf({ ...initialState(meta, placed), ctes, clauses: runClauses(this.state.clauses) });
  }

  /**
   * The query as an operand of a set operation on records of a model.
   *
   * @internal
   */
  operandNode(model: ModelMeta, operation: SetOperation): QueryNode {
    const { meta, source } = this.state;
    if (meta === model) return selectNode(this.state, source.selection);
    throw new QueryBuildError(
      `Cannot ${operation} records of ${model.model} and ${meta.model}: select() the same columns of both`,
    );
  }

  #compound(operation: SetOperation, others: readonly RecordOperand<I, C>[]): this {
    const { meta, source } = this.state;
    const operands = [this, ...others].map((query) => {
      if (query instanceof RecordQuery) return query.operandNode(meta, operation);
      throw new QueryBuildError(
        `Cannot ${operation} records of ${meta.model} with what gives none: select() the same columns of both`,
      );
    });
    const table = {
      kind: "derivedTable",
      query: compoundNode(operation, operands),
      alias: aliasOf(source),
    } as const;
    const state = initialState(meta, replaced(meta, table));
    return this.derive({ ...state, unscoped: this.state.unscoped, clauses: runClauses(this.state.clauses) });
  }

  /** The records of this query and of others, each once. Conditions, order and limit that follow are those of the whole. */
  union(...others: readonly RecordOperand<I, C>[]): this {
    return this.#compound("union", others);
  }
  /** The records of this query and of others, one after the other: twice those that both give. */
  unionAll(...others: readonly RecordOperand<I, C>[]): this {
    return this.#compound("unionAll", others);
  }
  /** The records that this query and all others give. */
  intersect(...others: readonly RecordOperand<I, C>[]): this {
    return this.#compound("intersect", others);
  }
  /** The records that this query and all others give, each as often as all of them give it. */
  intersectAll(...others: readonly RecordOperand<I, C>[]): this {
    return this.#compound("intersectAll", others);
  }
  /** The records of this query that no other gives. */
  except(...others: readonly RecordOperand<I, C>[]): this {
    return this.#compound("except", others);
  }
  /** The records of this query, each as often as it is left when each of the others takes away those that it gives. */
  exceptAll(...others: readonly RecordOperand<I, C>[]): this {
    return this.#compound("exceptAll", others);
  }

  /** Puts queries with a name in front, for SQL text that refers to them; joins do so by themselves. */
  withCte(...tables: readonly CommonTables[]): this {
    const { ctes, meta } = this.state;
    return this.derive({ ctes: addCommonTables(meta.model, ctes, commonTablesOf(tables)) });
  }

  #rowsOf(fields: readonly string[]): RowQuery<C, Record<string, unknown>, J> {
    return new RowQuery(this.state, rowItems(this.state, fields));
  }

  /** The values of one field. */
  pluck<K extends keyof C & string>(field: K): Promise<C[K][]>;
  /** Lists of the values of several fields. */
  pluck<const K extends readonly (keyof C & string)[]>(...fields: K): Promise<{ -readonly [I in keyof K]: C[K[I]] }[]>;
  async pluck(...fields: readonly string[]): Promise<unknown[]> {
    return await this.#rowsOf(fields).pluck(...fields);
  }

  /** The value of one field of the first row, or null when there is none. */
  pick<K extends keyof C & string>(field: K): Promise<C[K] | null>;
  /** The values of several fields of the first row, or null when there is none. */
  pick<const K extends readonly (keyof C & string)[]>(
    ...fields: K
  ): Promise<{ -readonly [I in keyof K]: C[K[I]] } | null>;
  async pick(...fields: readonly string[]): Promise<unknown> {
    return await this.#rowsOf(fields).pick(...fields);
  }

  /** The primary keys. */
  async ids(): Promise<unknown[]> {
    const { field } = this.state.meta.singleKey("ids()");
    return await this.#rowsOf([field]).pluck(field);
  }

  // ---- many rows

  /**
   * Reads the records one after the other, without holding all of them: `batchSize` at once, between 32 and 250 by the backend
   * unless told otherwise. Relations are loaded for those that were read at once, a hundred at most where nobody says. Ending the
   * loop early frees the connection.
   */
  async *stream(options: { batchSize?: number } = {}): AsyncGenerator<I, void, undefined> {
    const { meta } = this.state;
    const { batchSize } = checkedOptions(`stream() of ${meta.model}`, options, ["batchSize"]);
    if (batchSize !== undefined) checkGroupSize(meta.model, "batchSize", batchSize);
    const backend = meta.host.backend() ?? await meta.host.backendLoaded();
    const atOnce = batchSize ?? RECORDS_AT_ONCE;
    for await (
      const rows of backend.stream(this.toNode(), batchSize ?? backend.rowsPerGroup, this.state.clauses.options)
    ) {
      for (let start = 0; start < rows.length; start += atOnce) {
        const records = this.#records(rows.slice(start, start + atOnce), backend);
        rows.fill([], start, start + atOnce); // a record has its row: once it is given up, so is that
        // `yield*` would wrap each of them once more, and what it makes outlives the collection of young objects.
        for (const record of records instanceof Promise ? await records : records) yield record;
      }
    }
  }

  /**
   * Reads the records in lists of `size`, by primary key, each with a query of its own: rows may be changed and removed
   * meanwhile, and none is given twice.
   */
  async *inBatches(options: { size?: number } = {}): AsyncGenerator<I[], void, undefined> {
    const { meta, source, where, orderBy, offset } = this.state;
    const { size = 1_000 } = checkedOptions(`inBatches() of ${meta.model}`, options, ["size"]);
    checkGroupSize(meta.model, "size", size);
    if (orderBy.length > 0 || offset !== null) {
      throw new QueryBuildError(
        `inBatches() of ${meta.model} goes by primary key: leave orderBy() and offset() out`,
      );
    }
    const order = keyOrder(source, "inBatches()");
    const terms = keyTerms(order, this.items());
    let left = this.state.limit ?? Infinity;
    let after: ExpressionNode | null = null;
    while (left > 0) {
      const query: this = this.derive({ where: allOf([where, after]), orderBy: order, limit: Math.min(size, left) });
      const batch = await tracked(meta, async (backend) => {
        const { rows } = await backend.run(query.toNode(), query.state.clauses.options);
        const last = rows.at(-1);
        // The key as the database has it: the one of the record may be rounded, and its owner may change it.
        if (last !== undefined) after = afterCondition(terms, terms.map(({ position }) => last[position]), backend);
        return await query.#records(rows, backend);
      });
      if (batch.length === 0) return;
      left -= batch.length;
      const isLast = batch.length < size;
      yield batch;
      if (isLast) return;
    }
  }

  /**
   * Reads the records one after the other, by primary key, with a query for each `batchSize` of them: rows may be changed and
   * removed meanwhile, and none is given twice.
   */
  async *eachRecord(options: { batchSize?: number } = {}): AsyncGenerator<I, void, undefined> {
    const { batchSize = 1_000 } = checkedOptions(`eachRecord() of ${this.state.meta.model}`, options, ["batchSize"]);
    for await (const batch of this.inBatches({ size: batchSize })) {
      for (const record of batch) yield record;
    }
  }

  // ---- pages

  /**
   * A page of the query, counted from 1, with the number of all rows. Rows with equal values in the order keep their place, since
   * the primary key is added to it.
   *
   * @throws {QueryBuildError} for page 0, and when the query has a limit or an offset
   */
  async paginate(page = 1, size: number = PAGE_SIZE): Promise<Page<I>> {
    checkPage(this.state, page, size);
    const total = await this.count();
    const query = this.derive({
      orderBy: uniqueOrder(this.state, "paginate()"),
      limit: size,
      offset: (page - 1) * size,
    });
    return pageOf(total === 0 ? [] : await query.all(), { page, size, total });
  }

  /**
   * The first page of the query, or the one that a cursor leads to: `next` and `previous` of the page before. What is inserted and
   * removed meanwhile neither repeats a row nor leaves one out. Cursors are signed (see `cursorKey` of the backend), but the values
   * of the order can be read from them. They belong to one query, with the values of its conditions.
   *
   * @example
   * ```ts ignore
   * const first = await User.orderBy("-age").cursor(null, { size: 20 });
   * const second = await User.orderBy("-age").cursor(first.next, { size: 20 });
   * ```
   *
   * @throws {InvalidCursorError} for a cursor that was changed or belongs to another query
   */
  async cursor(cursor?: string | null, options: CursorOptions = {}): Promise<CursorPage<I>> {
    const size = cursorSize(this.state.meta, options);
    return await tracked(this.state.meta, async (backend) => {
      const { readPage } = await import("./cursor.ts");
      const { rows, next, previous } = await readPage(this.state, { items: this.items(), cursor, size }, backend);
      return { items: await this.#records(rows, backend), next, previous };
    });
  }

  /**
   * Changes all rows of the query with one statement, without loading them, and gives their number; with `returning` it gives
   * fields of the rows as they are then.
   *
   * @throws {QueryBuildError} when the query has no condition and `all` is not true
   */
  updateAll<K extends keyof C & string>(values: UpdateValues<C>, options: ReturningOptions<K>): Promise<Pick<C, K>[]>;
  /** Changes all rows of the query with one statement and gives their number. */
  updateAll(values: UpdateValues<C>, options?: DeleteOptions): Promise<number>;
  async updateAll(values: UpdateValues<C>, options: DeleteOptions = {}): Promise<unknown> {
    return await updateRows(this.state, values, options);
  }

  /**
   * Removes all rows of the query with one statement, or marks them as deleted, and gives their number; with `returning` it gives
   * fields of the rows as they were. No event is sent.
   *
   * @throws {QueryBuildError} when the query has no condition and `all` is not true
   */
  deleteAll<K extends keyof C & string>(options: ReturningOptions<K>): Promise<Pick<C, K>[]>;
  /** Removes all rows of the query with one statement, or marks them as deleted, and gives their number. */
  deleteAll(options?: DeleteOptions): Promise<number>;
  async deleteAll(options: DeleteOptions = {}): Promise<unknown> {
    return await deleteRows(this.state, options);
  }
}
