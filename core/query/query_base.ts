import { type AggregateName, allOf, type ExpressionNode } from "../ast/expression.ts";
import { rawFromText, type TextParameters } from "../backend/raw_text.ts";
import type { OrderItem, SelectItem, SelectNode } from "../ast/statement.ts";
import type { CompiledStatement } from "../backend/result.ts";
import type { CompileOptions, StorageBackend } from "../backend/storage_backend.ts";
import { ConfigurationError, QueryBuildError } from "../errors.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { type Conditions, conditionsNode } from "./conditions.ts";
import { decodeValue, execute } from "./execute.ts";
import { Expression, OrderTerm, type Subquery } from "./expression.ts";
import { aggregate, type AggregateOptions, type Sum } from "./aggregate.ts";
import { joinedColumns, type NoJoins } from "./joined.ts";
import { checkedOptions } from "./options.ts";
import { unlocked } from "./query_clauses.ts";
import { checkCount, initialState, orElse, type QueryState, selectNode } from "./query_state.ts";
import { aliasOf } from "./source.ts";
import type { NumberField, Truth } from "./value_types.ts";

export type { TextParameters };

/** How the text of a query is made. */
export interface ToSQLOptions extends CompileOptions {
  /** The backend in whose words it is made. @default that of the model */
  readonly backend?: StorageBackend | undefined;
}

/** A field to order by; a minus in front turns the order round. */
export type OrderField<C> = (keyof C & string) | `-${keyof C & string}`;

/**
 * A condition in any of its forms but SQL text: an object with lookups, a callback over the typed columns, an expression, an
 * `sql` template.
 */
export type Condition<C, J = NoJoins> =
  | Conditions<C>
  | Expression<unknown>
  | ((columns: Columns<C>, joined: J) => Expression<Truth>);

/** A term of an order: a field, an expression, or what a callback over the typed columns gives. */
export type OrderBy<C, J = NoJoins> =
  | OrderField<C>
  | OrderTerm
  | Expression<unknown>
  | ((columns: Columns<C>, joined: J) => OrderTerm | Expression<unknown>);

/**
 * What all queries have in common. A query is immutable: each method gives a new one, so a variant never changes its base.
 */
export abstract class QueryBase<in out C, in out J = NoJoins> implements Subquery {
  /**
   * The query as data.
   *
   * @internal
   */
  protected readonly state: QueryState;

  /**
   * Queries are made by models and by other queries.
   *
   * @internal
   */
  constructor(state: QueryState) {
    this.state = state;
  }

  /**
   * The same kind of query with changes.
   *
   * @internal
   */
  protected abstract derive(changes: Partial<QueryState>): this;
  /**
   * The columns of the result.
   *
   * @internal
   */
  protected abstract items(): readonly SelectItem[];

  // ---- conditions

  /**
   * Keeps the rows that fit, in addition to earlier conditions. Five forms: an object with lookups, a callback over typed
   * columns, an expression, an `sql` template, SQL text with its parameters (a list for `?`, a map for `:name`).
   *
   * @example
   * ```ts ignore
   * User.where({ age__gte: 18, name__in: ["Ada", "Grace"] }); // "age" >= ? AND "name" IN (?, ?)
   * User.where((c) => c.age.gte(18).or(c.name.like("A%")));
   * User.where(User.c.age.isNull());
   * User.where(sql`lower(${User.c.name}) = ${name}`);
   * User.where("length(name) > ?", [3]);
   * ```
   *
   * @throws {QueryBuildError} for an unknown field or lookup, or an undefined value
   */
  where(condition: Condition<C, J> | string, params?: TextParameters): this {
    return this.derive({
      where: allOf([this.state.where, this.condition(condition, params)]),
    });
  }

  /** Keeps the rows that fit the earlier conditions or this one: `a.orWhere(b).where(c)` is `(a OR b) AND c`. */
  orWhere(condition: Condition<C, J> | string, params?: TextParameters): this {
    return this.derive({
      where: orElse(this.state.where, this.condition(condition, params)),
    });
  }

  /** Keeps the rows that do not fit. As in SQL, a condition on NULL is neither met nor not met. */
  not(condition: Condition<C, J> | string, params?: TextParameters): this {
    const operand = this.condition(condition, params);
    if (operand === null) {
      throw new QueryBuildError(
        `Empty condition in not() of ${this.state.meta.model}`,
      );
    }
    return this.derive({
      where: allOf([this.state.where, { kind: "not", operand }]),
    });
  }

  /**
   * The columns of what is joined, by its names.
   *
   * @internal
   */
  protected joinedColumns(): J {
    return joinedColumns(this.state) as J; // the joins of the state are those of the type
  }

  /**
   * Any form of condition as an expression.
   *
   * @internal
   */
  protected condition(condition: Condition<C, J> | string, params?: TextParameters): ExpressionNode | null {
    const { meta } = this.state;
    if (typeof condition === "string") return rawFromText(condition, params);
    if (params !== undefined) {
      throw new QueryBuildError(
        `Parameters in where of ${meta.model} need SQL text before them`,
      );
    }
    if (condition instanceof Expression) return condition.node;
    if (typeof condition === "function") {
      const made = condition(columnsOf<C>(this.state.source), this.joinedColumns());
      if (!(made instanceof Expression)) {
        throw new QueryBuildError(
          `The callback in where of ${meta.model} must return an expression`,
        );
      }
      return made.node;
    }
    if (
      typeof condition !== "object" || condition === null ||
      Array.isArray(condition)
    ) {
      throw new QueryBuildError(
        `Invalid condition in where of ${meta.model}: expected an object, a callback, an expression or SQL text`,
      );
    }
    return conditionsNode(this.state.source, condition);
  }

  // ---- order and size

  /** Orders by fields (`"name"`, `"-createdAt"`) and expressions (`User.c.name.desc({ nulls: "last" })`), after earlier ones. */
  orderBy(...terms: readonly OrderBy<C, J>[]): this {
    return this.derive({
      orderBy: [
        ...this.state.orderBy,
        ...terms.map((term) => this.#orderItem(term)),
      ],
    });
  }

  #orderItem(given: OrderBy<C, J>): OrderItem {
    const term = typeof given === "function" ? given(columnsOf<C>(this.state.source), this.joinedColumns()) : given;
    if (term instanceof OrderTerm) return term.item;
    if (term instanceof Expression) {
      return { expression: term.node, descending: false };
    }
    if (typeof term !== "string") {
      throw new QueryBuildError(
        `Invalid term in orderBy of ${this.state.meta.model}: expected the name of a field or an expression`,
      );
    }
    const descending = term.startsWith("-");
    return { expression: this.namedNode(descending ? term.slice(1) : term), descending };
  }

  /**
   * What the name in an order stands for.
   *
   * @internal
   */
  protected namedNode(name: string): ExpressionNode {
    const computed = this.state.computed.find((item) => item.name === name);
    if (computed !== undefined) return computed.expression;
    return this.state.source.column(name, "orderBy").node;
  }

  /** Gives at most so many rows. 0 gives none. */
  limit(count: number): this {
    return this.derive({
      limit: checkCount(this.state.meta.model, "limit", count),
    });
  }

  /** Leaves out so many rows at the start. */
  offset(count: number): this {
    return this.derive({
      offset: checkCount(this.state.meta.model, "offset", count),
    });
  }

  /** Leaves out rows that are equal to another. */
  distinct(): this {
    return this.derive({ distinct: true });
  }

  /** Removes the default scopes of the model, such as the one that hides deleted rows, and allows writes without condition. */
  unscoped(): this {
    return this.derive({ deleted: "included", unscoped: true });
  }

  /** Also sees rows marked as deleted. */
  withDeleted(): this {
    return this.derive({ deleted: "included" });
  }

  /** Sees only rows marked as deleted. */
  onlyDeleted(): this {
    if (this.state.meta.deletedAt === undefined) {
      throw new ConfigurationError(
        `${this.state.meta.model} has no softDelete(): onlyDeleted() needs it`,
      );
    }
    return this.derive({ deleted: "only" });
  }

  // ---- as data and as text

  /** The query as an AST. */
  toNode(): SelectNode {
    return selectNode(this.state, this.items());
  }

  /**
   * The SQL text and its parameters, without running it and without a connection: in the words of the model's backend, or of
   * another that is given.
   *
   * @example
   * ```ts ignore
   * User.where({ age__gt: 40 }).toSQL({ pretty: true }).sql;
   * User.where({ age__gt: 40 }).toSQL({ backend: new PostgreSQLBackend({ database: "any" }) });
   * ```
   */
  toSQL(given: ToSQLOptions = {}): CompiledStatement {
    const { backend: other, ...options } = checkedOptions(
      `toSQL of ${this.state.meta.model}`,
      given,
      ["backend", "pretty", "tags"],
    );
    const backend = other ?? this.state.meta.host.backend();
    if (backend === null) {
      throw new ConfigurationError(
        `The backend of ${this.state.meta.model} is still being loaded: await configure() first`,
      );
    }
    return backend.compile(this.toNode(), { tags: this.state.clauses.options?.tags, ...options });
  }

  /**
   * A query is no value: what is asked for its JSON lacks an `await`.
   *
   * @throws {QueryBuildError} always
   */
  toJSON(): never {
    throw new QueryBuildError(`A query of ${this.state.meta.model} cannot be turned into JSON: await it first`);
  }

  // ---- single values

  /** The query as a table of its own where its size, groups or distinctness must be settled before counting. */
  #counted(item: SelectItem): SelectNode {
    const state = { ...this.state, clauses: unlocked(this.state.clauses) };
    const { limit, offset, distinct, groupBy } = state;
    if (limit === null && offset === null && !distinct && groupBy.length === 0) {
      return selectNode({ ...state, orderBy: [] }, [item]);
    }
    const { meta, source } = state;
    return {
      ...selectNode({ ...initialState(meta), unscoped: true, deleted: "included", clauses: state.clauses }, [item]),
      // Under the same name, so that the columns of the item are found.
      from: { kind: "derivedTable", query: this.derive({ clauses: state.clauses }).toNode(), alias: aliasOf(source) },
    };
  }

  async #value<V>(expression: Expression<V>): Promise<V> {
    const { rows } = await execute(
      this.state.meta,
      this.#counted({ expression: expression.node }),
      this.state.clauses.options,
    );
    return decodeValue(this.state.meta, expression.type, rows[0]![0]) as V; // typed by the expression
  }

  /** Number of rows, within limit and offset; or of the values of a field that are not NULL. */
  count(field?: keyof C & string, options: { readonly distinct?: boolean } = {}): Promise<number> {
    return this.#aggregate("count", field, options);
  }
  /** Sum of a field; null of no values. Integers give a number or, beyond 2^53, a bigint; decimals give text. */
  sum<K extends NumberField<C>>(field: K): Promise<Sum<NonNullable<C[K]>> | null> {
    return this.#aggregate("sum", field);
  }
  /** Average of a field; null of no values. */
  avg<K extends NumberField<C>>(field: K): Promise<(NonNullable<C[K]> extends string ? string : number) | null> {
    return this.#aggregate("avg", field);
  }
  /** Lowest value of a field; null of no values. */
  min<K extends keyof C & string>(field: K): Promise<NonNullable<C[K]> | null> {
    return this.#aggregate("min", field);
  }
  /** Highest value of a field; null of no values. */
  max<K extends keyof C & string>(field: K): Promise<NonNullable<C[K]> | null> {
    return this.#aggregate("max", field);
  }

  async #aggregate<V>(name: AggregateName, field: string | undefined, options: AggregateOptions = {}): Promise<V> {
    const column = field === undefined && name === "count" ? null : this.state.source.column(field as string, name); // what is no name is refused there
    const operand = column === null ? null : new Expression(column.node, column.type, column.label);
    return await this.#value(aggregate<V>(name, operand, options));
  }

  /** Whether there is any row. */
  async exists(): Promise<boolean> {
    const item: SelectItem = {
      expression: { kind: "raw", parts: ["1"], nodes: [] },
    };
    const limit = this.state.limit === null ? 1 : Math.min(this.state.limit, 1);
    const { rows } = await execute(
      this.state.meta,
      selectNode({
        ...this.state,
        orderBy: this.state.offset === null ? [] : this.state.orderBy,
        limit,
        distinct: false,
        clauses: unlocked(this.state.clauses),
      }, [item]),
      this.state.clauses.options,
    );
    return rows.length > 0;
  }
}
