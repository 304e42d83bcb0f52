import { allOf, type ExpressionNode } from "../ast/expression.ts";
import type { OrderItem, SelectNode } from "../ast/statement.ts";
import type { WindowDefinition } from "../ast/window.ts";
import { QueryBuildError } from "../errors.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { type CommonTables, commonTablesOf } from "./common_table.ts";
import { compoundNode, requireSameKind, type SameColumns, type SetOperation } from "./compound.ts";
import {
  allItems,
  emptyIn,
  type RowItem,
  rowItems,
  type SelectedRow,
  type Selection,
  type SelectionCallback,
} from "./row_items.ts";
import { Expression, type Subquery } from "./expression.ts";
import { type Grouping, GroupingTerm } from "./grouping.ts";
import { checkedGroups, holdsAggregate, refuseUnselected } from "./group_check.ts";
import { addCommonTables, type JoinCondition, joinLateral, joinSource, type LateralQuery } from "./join.ts";
import type { Joined, NoJoins, Outer, OuterJoined } from "./joined.ts";
import type { OrderBy, OrderField } from "./query_base.ts";
import { runClauses } from "./query_clauses.ts";
import { initialState, type QueryState } from "./query_state.ts";
import { RowTerminals } from "./row_terminals.ts";
import {
  type ColumnsIn,
  DerivedSource,
  type OutputColumn,
  type PlacedSource,
  type QuerySource,
  type Source,
} from "./source.ts";
import type { Truth } from "./value_types.ts";
import { windowDefinition, type WindowSpec } from "./window.ts";

/** A term of a group: a field, an expression, or `rollup()`, `cube()`, `groupingSets()`. */
export type GroupTerm<C> = (keyof C & string) | Expression<unknown> | Grouping;

/**
 * A query for plain rows, made by `select()`. Await it, or iterate over `stream()`.
 *
 * `C` are the columns it can use, `R` its rows, `J` the columns of what it has joined.
 */
export class RowQuery<in out C, in out R, in out J = NoJoins> extends RowTerminals<C, R, J> implements Source {
  /** For types only: it does not exist at run time. */
  declare readonly _row: R;
  /** For types only: it does not exist at run time. */
  declare readonly _key: keyof R;

  /** @internal */
  protected override derive(changes: Partial<QueryState>): this {
    // The class has no further state than these two, and no subclasses.
    return new RowQuery<C, R, J>({ ...this.state, ...changes }, this.row) as this;
  }

  /**
   * The query as an AST.
   *
   * @throws {QueryBuildError} when a selected column is neither grouped nor aggregated, and when distinct rows are ordered by what
   * they do not have
   */
  override toNode(): SelectNode {
    refuseUnselected(this.state, this.row);
    return { ...super.toNode(), groupBy: checkedGroups(this.state, this.row) };
  }

  // ---- columns

  /** Other columns instead of those selected before. */
  select<K extends keyof C & string>(...fields: readonly K[]): RowQuery<C, Pick<C, K>, J>;
  /** Named expressions instead of the columns selected before. */
  select<S extends Selection>(
    selection: S | ((columns: Columns<C>, joined: J) => S),
  ): RowQuery<C, SelectedRow<S>, J>;
  select(...selection: readonly (string | Selection | SelectionCallback)[]): unknown {
    return new RowQuery(this.state, rowItems(this.state, selection));
  }

  // ---- order

  /**
   * Orders by fields (`"name"`, `"-createdAt"`), by the names of what is selected, and by expressions, after earlier ones. A field
   * goes before what is selected under its name, unless that is an aggregate.
   *
   * @example
   * ```ts ignore
   * Order.select({ city: Order.c.city, total: fn.sum(Order.c.cents) }).groupBy("city").orderBy("-total", "city");
   * ```
   */
  override orderBy(...terms: readonly (OrderBy<C, J> | OrderField<R>)[]): this {
    return super.orderBy(...terms as readonly OrderBy<C, J>[]); // a name of either kind is looked for by namedNode()
  }

  /** @internal */
  protected override namedNode(name: string): ExpressionNode {
    const selected = this.#selected(name);
    const isMeant = selected !== undefined && (!this.state.source.fields.has(name) || holdsAggregate(selected));
    return isMeant ? selected : super.namedNode(name);
  }

  #selected(name: string): ExpressionNode | undefined {
    return this.row.find(({ key }) => key === name)?.expression;
  }

  // ---- groups and windows

  /**
   * One row for each combination of values: of fields, of what is selected under a name that is no field, of expressions.
   *
   * @throws {QueryBuildError} for the name of an aggregate
   */
  groupBy(
    ...terms: readonly (
      | GroupTerm<C>
      | (keyof R & string)
      | ((columns: Columns<C>, joined: J) => GroupTerm<C> | readonly GroupTerm<C>[])
    )[]
  ): this {
    const nodes = terms.flatMap((term) =>
      typeof term === "function" ? term(columnsOf<C>(this.state.source), this.joinedColumns()) : term
    ).map((term) => this.#groupNode(term));
    return this.derive({ groupBy: [...this.state.groupBy, ...nodes] });
  }

  #groupNode(term: unknown): ExpressionNode {
    if (term instanceof Expression || term instanceof GroupingTerm) return term.node;
    const { source, meta } = this.state;
    const selected = source.fields.has(String(term)) ? undefined : this.#selected(String(term));
    if (selected !== undefined && holdsAggregate(selected)) {
      throw new QueryBuildError(`Cannot group ${meta.model} by ${JSON.stringify(term)}: it is an aggregate`);
    }
    return selected ?? source.column(String(term), "groupBy").node;
  }

  /** Keeps the groups that fit. */
  having(
    condition:
      | Expression<Truth>
      | ((columns: Columns<C>, joined: J) => Expression<Truth>),
  ): this {
    const made = typeof condition === "function"
      ? condition(columnsOf<C>(this.state.source), this.joinedColumns())
      : condition;
    if (!(made instanceof Expression)) {
      throw new QueryBuildError(
        `Invalid condition in having of ${this.state.meta.model}: expected an expression, such as fn.count().gt(1)`,
      );
    }
    return this.derive({ having: allOf([this.state.having, made.node]) });
  }

  /** Gives a window a name, which `over("name")` of several functions can share. */
  window(
    name: string,
    window: WindowSpec | ((columns: Columns<C>, joined: J) => WindowSpec),
  ): this {
    const { windows, meta } = this.state;
    if (typeof name !== "string" || name === "" || windows.some((other) => other.name === name)) {
      throw new QueryBuildError(
        `Invalid window ${JSON.stringify(name)} of ${meta.model}: a name is not empty and is given once`,
      );
    }
    const spec = typeof window === "function" ? window(columnsOf<C>(this.state.source), this.joinedColumns()) : window;
    const definition: WindowDefinition<ExpressionNode, OrderItem> = windowDefinition(spec);
    return this.derive({ windows: [...windows, { name, definition }] });
  }

  // ---- joins

  #with<C2, R2, J2>(state: QueryState): RowQuery<C2, R2, J2> {
    return new RowQuery<C2, R2, J2>(state, this.row.map((item) => ({ ...item, empty: emptyIn(state, item) })));
  }

  /** Joins a model, an alias, a query, `cte()` or `values()` under a name: pairs of rows that fit. */
  join<N extends string, S extends Source>(
    sources: { readonly [K in N]: S },
    on: JoinCondition<C, J & Joined<N, ColumnsIn<S>>>,
  ): RowQuery<C, R, J & Joined<N, ColumnsIn<S>>> {
    return this.#with(joinSource(this.state, "inner", sources, on));
  }
  /** Joins and keeps rows without a partner, whose joined columns are NULL. */
  leftJoin<N extends string, S extends Source>(
    sources: { readonly [K in N]: S },
    on: JoinCondition<C, J & Joined<N, ColumnsIn<S>>>,
  ): RowQuery<C, R, J & Joined<N, Outer<ColumnsIn<S>>>> {
    return this.#with(joinSource(this.state, "left", sources, on));
  }
  /** Joins and keeps joined rows without a partner, beside which all other columns are NULL. */
  rightJoin<N extends string, S extends Source>(
    sources: { readonly [K in N]: S },
    on: JoinCondition<C, J & Joined<N, ColumnsIn<S>>>,
  ): RowQuery<Outer<C>, Outer<R>, OuterJoined<J> & Joined<N, ColumnsIn<S>>> {
    return this.#with(joinSource(this.state, "right", sources, on));
  }
  /** Joins and keeps rows without a partner on both sides. */
  fullJoin<N extends string, S extends Source>(
    sources: { readonly [K in N]: S },
    on: JoinCondition<C, J & Joined<N, ColumnsIn<S>>>,
  ): RowQuery<Outer<C>, Outer<R>, OuterJoined<J> & Joined<N, Outer<ColumnsIn<S>>>> {
    return this.#with(joinSource(this.state, "full", sources, on));
  }
  /** Joins every row with every other. */
  crossJoin<N extends string, S extends Source>(
    sources: { readonly [K in N]: S },
  ): RowQuery<C, R, J & Joined<N, ColumnsIn<S>>> {
    return this.#with(joinSource(this.state, "cross", sources, null));
  }
  /** Joins, for each row, the rows of a query that uses its columns. Needs the capability `lateral`. */
  joinLateral<N extends string, S extends Source & Subquery>(
    sources: { readonly [K in N]: LateralQuery<C, J, S> },
  ): RowQuery<C, R, J & Joined<N, ColumnsIn<S>>> {
    return this.#with(joinLateral(this.state, "inner", sources));
  }
  /** Joins, for each row, the rows of a query that uses its columns, and keeps rows for which there are none. */
  leftJoinLateral<N extends string, S extends Source & Subquery>(
    sources: { readonly [K in N]: LateralQuery<C, J, S> },
  ): RowQuery<C, R, J & Joined<N, Outer<ColumnsIn<S>>>> {
    return this.#with(joinLateral(this.state, "left", sources));
  }

  // ---- as a part of other queries

  /** Puts queries with a name in front, for SQL text that refers to them; `from()` and joins do so by themselves. */
  withCte(...tables: readonly CommonTables[]): this {
    const { ctes, meta } = this.state;
    return this.derive({ ctes: addCommonTables(meta.model, ctes, commonTablesOf(tables)) });
  }

  /** The columns of the result. */
  outputs(): readonly OutputColumn[] {
    return this.row.map(({ key, type, empty }) => ({ field: key, name: key, type, empty }));
  }

  /** @internal */
  toSource(alias: string): PlacedSource {
    return {
      source: new DerivedSource(alias, { kind: "derivedTable", query: this.toNode(), alias }, this.outputs()),
      ctes: [],
    };
  }

  /**
   * The one value of a query with one column, as an expression; NULL when there is no row.
   *
   * @throws {QueryBuildError} when there are several columns
   */
  scalar(): Expression<R[keyof R] | null> {
    const [item, second] = this.row;
    if (item === undefined || second !== undefined) {
      throw new QueryBuildError(`scalar() of ${this.state.meta.model} needs a select() of one column`);
    }
    const { type } = item;
    return new Expression({ kind: "subquery", query: this.toNode(), type }, type, item.key);
  }

  /**
   * The query with further columns and their conditions.
   *
   * @internal
   */
  extended(
    extras: (item: (key: string) => RowItem) => readonly {
      readonly item: RowItem;
      readonly condition: ExpressionNode | null;
    }[],
  ): RowQuery<C, R, J> {
    const added = extras((key) => this.row.find((item) => item.key === key)!); // the caller names columns that are there
    return new RowQuery<C, R, J>({
      ...this.state,
      where: allOf([this.state.where, ...added.map(({ condition }) => condition)]),
    }, [...this.row, ...added.map(({ item }) => item)]);
  }

  /**
   * The table of a name among those that the query reads; null when it is not there.
   *
   * @internal
   */
  placeOf(name: string): QuerySource | null {
    const { source, joined } = this.state;
    return [source, ...joined.values()].find(({ table }) => table.kind === "table" && table.name === name) ?? null;
  }

  #compound(operation: SetOperation, others: readonly SameColumns<R>[]): RowQuery<R, R> {
    const { meta, clauses } = this.state;
    const columns = this.outputs();
    const operands = [
      this.toNode(),
      ...others.map((other) => {
        if (other instanceof RowQuery) return other.ordered(columns, operation).toNode();
        throw new QueryBuildError(
          `Cannot ${operation} rows of ${meta.model} with what gives none: select() the same columns of both`,
        );
      }),
    ];
    const table = { kind: "derivedTable", query: compoundNode(operation, operands), alias: "rows" } as const;
    return rowsOf({ ...initialState(meta, new DerivedSource("rows", table, columns)), clauses: runClauses(clauses) });
  }

  /**
   * The same query with its columns in the order of another's.
   *
   * @internal
   */
  ordered(columns: readonly OutputColumn[], operation: SetOperation): RowQuery<C, R, J> {
    const items = columns.map(({ field }) => this.row.find(({ key }) => key === field));
    if (items.length !== this.row.length || items.includes(undefined)) {
      const names = (keys: readonly string[]) => keys.join(", ");
      throw new QueryBuildError(
        `Cannot ${operation} queries of different width: ${names(columns.map(({ field }) => field))} and ${
          names(this.row.map(({ key }) => key))
        }`,
      );
    }
    const ordered = items.filter((item) => item !== undefined);
    ordered.forEach((item, i) => requireSameKind(operation, { key: item.key, type: columns[i]!.type }, item)); // as many as columns
    return new RowQuery<C, R, J>(this.state, ordered);
  }

  /** The rows of this query and of others, equal ones once. The result is a query of its own, with these columns. */
  union(...others: readonly SameColumns<R>[]): RowQuery<R, R> {
    return this.#compound("union", others);
  }
  /** The rows of this query and of others. */
  unionAll(...others: readonly SameColumns<R>[]): RowQuery<R, R> {
    return this.#compound("unionAll", others);
  }
  /** The rows that this query and all others give. */
  intersect(...others: readonly SameColumns<R>[]): RowQuery<R, R> {
    return this.#compound("intersect", others);
  }
  /** The rows that this query and all others give, each as often as all of them give it. */
  intersectAll(...others: readonly SameColumns<R>[]): RowQuery<R, R> {
    return this.#compound("intersectAll", others);
  }
  /** The rows of this query that no other gives. */
  except(...others: readonly SameColumns<R>[]): RowQuery<R, R> {
    return this.#compound("except", others);
  }
  /** The rows of this query, each as often as it is left when each of the others takes away those that it gives. */
  exceptAll(...others: readonly SameColumns<R>[]): RowQuery<R, R> {
    return this.#compound("exceptAll", others);
  }
}

/** A query for all columns of what it reads. */
export function rowsOf<C, R = C, J = NoJoins>(state: QueryState): RowQuery<C, R, J> {
  return new RowQuery<C, R, J>(
    state,
    allItems(state),
  );
}
