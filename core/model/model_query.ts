import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError, RelationError } from "../errors.ts";
import { allOf, type ExpressionNode } from "../ast/expression.ts";
import type { JoinKind } from "../ast/source.ts";
import type { QueryNode } from "../ast/statement.ts";
import { aggregate } from "../query/aggregate.ts";
import { restoreRows } from "../query/bulk.ts";
import type { Columns } from "../query/columns.ts";
import type { Expression } from "../query/expression.ts";
import { type JoinCondition, joinLateral, joinSource, type LateralQuery } from "../query/join.ts";
import type { Joined, NoJoins, Outer, OuterJoined } from "../query/joined.ts";
import { merged } from "../query/merge.ts";
import type { OrderBy } from "../query/query_base.ts";
import { initialState, orElse, type QueryState } from "../query/query_state.ts";
import { RecordQuery } from "../query/record_query.ts";
import { type RowQuery, rowsOf } from "../query/row_query.ts";
import type { ColumnsIn, Source } from "../query/source.ts";
import type { Selected } from "../query/value_types.ts";
import type { RelationDefinition } from "../relations/definition.ts";
import type {
  Attributes,
  Instance,
  ModelClass,
  RelationKeys,
  RelationPath,
  TargetAt,
  TargetOf,
} from "./model_types.ts";
import { addPath, loadPaths, type Modifier, NO_PATHS, type PathTree } from "./paths.ts";
import { type AnyModel, metaOf } from "./registry.ts";
import {
  aggregateItem,
  expectRelation,
  hasNode,
  joinPath,
  type Refinement,
  type RelationJoinOptions,
} from "./relation_query.ts";

/** Any query of a model, as the result of a modifier. */
export interface AnyQuery {
  /** The query as data. */
  toNode(): QueryNode;
}

/** Relations by name, each with `true` or with a function that refines its query. */
export type RelationModifiers<I> = {
  readonly [K in RelationKeys<I>]?:
    | true
    | ((query: ModelQuery<Instance<TargetOf<I[K]>>, Attributes<TargetOf<I[K]>>>) => AnyQuery);
};

/** Refines the query of a relation. */
export type RelationModifier<M> = (query: ModelQuery<Instance<M>, Attributes<M>>) => AnyQuery;

/** The properties that `withCount()` adds. */
export type CountsOf<K extends string> = { readonly [N in K as `${N}Count`]: number };

/** The query of a model class, for functions that take one: `(query: QueryOf<typeof User>) => query.limit(10)`. */
export type QueryOf<M> = ModelQuery<Instance<M>, Attributes<M>>;

/** A query over all rows of a model. The model checks its own types, so the query is typed by its caller. */
export function queryOf<M extends ModelClass>(model: M): QueryOf<M> {
  return new ModelQuery<Instance<M>, Attributes<M>>(initialState(metaOf(model)));
}

/**
 * A query for records of a model, with their relations. Immutable; await it, or iterate over `stream()`. `N` are the names of what
 * is read with the records.
 */
export class ModelQuery<in out I extends object, in out C, in out J = NoJoins, in out N extends string = never>
  extends RecordQuery<I, C, J> {
  readonly #paths: PathTree;

  /**
   * Use the static methods of a model.
   *
   * @internal
   */
  constructor(state: QueryState, paths: PathTree = NO_PATHS) {
    super(state);
    this.#paths = paths;
  }

  /** @internal */
  protected override derive(changes: Partial<QueryState>): this {
    // There are no subclasses, so this kind of query is the same as this one.
    return new ModelQuery<I, C, J, N>({ ...this.state, ...changes }, this.#paths) as this;
  }

  /** @internal */
  protected override prepareRecords(records: I[], backend: StorageBackend): Promise<void> | undefined {
    const { host } = this.state.meta;
    const loading = host.afterLoad(records);
    if (this.#paths.size === 0) return loading;
    return (async () => {
      await loading;
      await loadPaths(records, this.state.meta, this.#paths, backend);
    })();
  }

  /**
   * Loads relations with the records: one query for each relation, however many records there are.
   *
   * @example
   * ```ts ignore
   * const users = await User.with("posts.author", { comments: (q) => q.orderBy("-createdAt").limit(3) });
   * ```
   *
   * @throws {RelationError} for a path that names something that is not a relation
   */
  with(...relations: readonly (RelationPath<I> | RelationModifiers<I>)[]): this {
    let paths = this.#paths;
    const { meta } = this.state;
    for (const relation of relations as readonly unknown[]) {
      if (typeof relation === "string") {
        paths = addPath(paths, meta, relation, null);
      } else if (typeof relation === "object" && relation !== null) {
        for (const [path, modifier] of Object.entries(relation)) {
          paths = addPath(paths, meta, path, toModifier(path, modifier));
        }
      } else {throw new RelationError(
          `Invalid relation in with() of ${meta.model}: expected a path or an object`,
        );}
    }
    return new ModelQuery<I, C, J, N>(this.state, paths) as this; // there are no subclasses
  }

  /** Orders by fields, by what is read with the records, and by expressions, after earlier ones. */
  override orderBy(...terms: readonly (OrderBy<C, J> | N | `-${N}`)[]): this {
    return super.orderBy(...terms as readonly OrderBy<C, J>[]); // names are looked up among both
  }

  // ---- joins

  /**
   * Joins the rows of a relation, by its name or a path of names: pairs of rows that fit. Deleted rows stay out, unless
   * `withDeleted` says otherwise. A record comes once for each of its pairs; `distinct()` makes that once.
   *
   * @example
   * ```ts ignore
   * User.query().join("posts").where((c, j) => j.posts.title.contains("SQL")).distinct();
   * User.query().leftJoin({ boss: User }, (c, j) => j.boss.id.eq(c.bossId)).select((c, j) => ({ name: c.name, boss: j.boss.name }));
   * ```
   *
   * @throws {RelationError} for a relation that does not exist
   * @throws {QueryBuildError} for a name that is there twice
   */
  join<const P extends RelationPath<I>, const A extends string = P>(
    relation: P,
    options?: RelationJoinOptions<A>,
  ): ModelQuery<I, C, J & Joined<A, Attributes<TargetAt<I, P>>>, N>;
  /** Joins a model, an alias, a query, `cte()` or `values()` under a name. */
  join<A extends string, S extends Source>(
    sources: { readonly [K in A]: S },
    on: JoinCondition<C, J & Joined<A, ColumnsIn<S>>>,
  ): ModelQuery<I, C, J & Joined<A, ColumnsIn<S>>, N>;
  /** Joins a model under the name of its table, whose columns are those of the class. */
  join<M extends ModelClass & Source>(model: M, on: JoinCondition<C, Columns<Attributes<M>>>): ModelQuery<I, C, J, N>;
  join(first: unknown, second?: unknown): unknown {
    return this.#joined("inner", first, second);
  }
  /** Joins and keeps records without a partner, whose joined columns are NULL. */
  leftJoin<const P extends RelationPath<I>, const A extends string = P>(
    relation: P,
    options?: RelationJoinOptions<A>,
  ): ModelQuery<I, C, J & Joined<A, Outer<Attributes<TargetAt<I, P>>>>, N>;
  /** Joins a model, an alias, a query, `cte()` or `values()` under a name. */
  leftJoin<A extends string, S extends Source>(
    sources: { readonly [K in A]: S },
    on: JoinCondition<C, J & Joined<A, ColumnsIn<S>>>,
  ): ModelQuery<I, C, J & Joined<A, Outer<ColumnsIn<S>>>, N>;
  leftJoin(first: unknown, second?: unknown): unknown {
    return this.#joined("left", first, second);
  }
  /**
   * Joins and keeps joined rows without a partner, beside which there is no record: so it gives plain rows. Needs the
   * capability `join.right`.
   */
  rightJoin<const P extends RelationPath<I>, const A extends string = P>(
    relation: P,
    options?: RelationJoinOptions<A>,
  ): RowQuery<Outer<C>, Outer<C>, OuterJoined<J> & Joined<A, Attributes<TargetAt<I, P>>>>;
  /** Joins a model, an alias, a query, `cte()` or `values()` under a name. */
  rightJoin<A extends string, S extends Source>(
    sources: { readonly [K in A]: S },
    on: JoinCondition<C, J & Joined<A, ColumnsIn<S>>>,
  ): RowQuery<Outer<C>, Outer<C>, OuterJoined<J> & Joined<A, ColumnsIn<S>>>;
  rightJoin(first: unknown, second?: unknown): unknown {
    return rowsOf(this.#joinedState("right", first, second));
  }
  /** Joins and keeps rows without a partner on both sides, as plain rows. Needs the capability `join.full`. */
  fullJoin<const P extends RelationPath<I>, const A extends string = P>(
    relation: P,
    options?: RelationJoinOptions<A>,
  ): RowQuery<Outer<C>, Outer<C>, OuterJoined<J> & Joined<A, Outer<Attributes<TargetAt<I, P>>>>>;
  /** Joins a model, an alias, a query, `cte()` or `values()` under a name. */
  fullJoin<A extends string, S extends Source>(
    sources: { readonly [K in A]: S },
    on: JoinCondition<C, J & Joined<A, ColumnsIn<S>>>,
  ): RowQuery<Outer<C>, Outer<C>, OuterJoined<J> & Joined<A, Outer<ColumnsIn<S>>>>;
  fullJoin(first: unknown, second?: unknown): unknown {
    return rowsOf(this.#joinedState("full", first, second));
  }
  /** Joins every record with every row of a model, an alias, a query, `cte()` or `values()`. */
  crossJoin<A extends string, S extends Source>(
    sources: { readonly [K in A]: S },
  ): ModelQuery<I, C, J & Joined<A, ColumnsIn<S>>, N> {
    return this.#with(joinSource(this.state, "cross", sources, null));
  }
  /** Joins, for each record, the rows of a query that uses its columns. Needs the capability `lateral`. */
  joinLateral<A extends string, S extends Source & AnyQuery>(
    sources: { readonly [K in A]: LateralQuery<C, J, S> },
  ): ModelQuery<I, C, J & Joined<A, ColumnsIn<S>>, N> {
    return this.#with(joinLateral(this.state, "inner", sources));
  }
  /** Joins, for each record, the rows of a query that uses its columns, and keeps records for which there are none. */
  leftJoinLateral<A extends string, S extends Source & AnyQuery>(
    sources: { readonly [K in A]: LateralQuery<C, J, S> },
  ): ModelQuery<I, C, J & Joined<A, Outer<ColumnsIn<S>>>, N> {
    return this.#with(joinLateral(this.state, "left", sources));
  }

  #with<I2 extends object, C2, J2, N2 extends string>(state: QueryState): ModelQuery<I2, C2, J2, N2> {
    return new ModelQuery<I2, C2, J2, N2>(state, this.#paths);
  }

  #joined(kind: JoinKind, first: unknown, second: unknown): ModelQuery<I, C, J, N> {
    return this.#with(this.#joinedState(kind, first, second));
  }

  /** The overloads above are the types of these two, of which only the first is asked what it is. */
  #joinedState(kind: JoinKind, first: unknown, second: unknown): QueryState {
    if (typeof first === "string") return joinPath(this.state, kind, first, second as RelationJoinOptions | undefined);
    const on = second as (columns: never, joined: never) => unknown;
    if (typeof first === "function") {
      const { name } = metaOf(first as AnyModel).table; // refuses what is not a model
      const single = (columns: never, joined: Readonly<Record<string, never>>) => on(columns, joined[name] as never);
      const isCallback = typeof on === "function"; // what is none is refused with the other sources
      return joinSource(this.state, kind, { [name]: first as unknown as Source }, isCallback ? single : on);
    }
    return joinSource(this.state, kind, first as Readonly<Record<string, Source>>, on);
  }

  // ---- conditions and values of relations

  /**
   * Keeps the records that have rows behind a relation, or a path of relations; with a modifier, rows that fit it.
   *
   * @example
   * ```ts ignore
   * User.query().whereHas("posts.comments", (q) => q.where({ body__contains: "thanks" }));
   * ```
   */
  whereHas<const P extends RelationPath<I>>(relation: P, modifier?: RelationModifier<TargetAt<I, P>>): this {
    return this.derive({ where: allOf([this.state.where, this.#has(relation, modifier)]) });
  }
  /** Keeps the records that have no rows behind a relation; with a modifier, none that fit it. */
  whereDoesntHave<const P extends RelationPath<I>>(relation: P, modifier?: RelationModifier<TargetAt<I, P>>): this {
    const operand = this.#has(relation, modifier);
    return this.derive({ where: allOf([this.state.where, { kind: "not", operand }]) });
  }
  /** Keeps the records that fit the earlier conditions or have rows behind a relation. */
  orWhereHas<const P extends RelationPath<I>>(relation: P, modifier?: RelationModifier<TargetAt<I, P>>): this {
    return this.derive({ where: orElse(this.state.where, this.#has(relation, modifier)) });
  }

  #has(relation: string, modifier: unknown): ExpressionNode {
    return hasNode(this.state.meta, this.state.source, relation, refinementOf(relation, modifier));
  }

  /**
   * Reads with each record the number of rows behind relations: of `posts` as the property `postsCount`, by which they
   * may be ordered. It is as old as the record and cannot be set.
   *
   * @example
   * ```ts ignore
   * const [user] = await User.query().withCount("posts").withCount({ comments: (q) => q.where({ body__contains: "!" }) })
   *   .orderBy("-postsCount");
   * user.postsCount + user.commentsCount;
   * ```
   */
  withCount<const K extends RelationKeys<I>>(
    ...relations: readonly K[]
  ): ModelQuery<I & CountsOf<K>, C, J, N | `${K}Count`>;
  /** Reads the number of rows behind relations, each with `true` or with a modifier that says which rows count. */
  withCount<const K extends RelationKeys<I>>(
    relations: { readonly [P in K]: true | RelationModifier<TargetOf<I[P]>> },
  ): ModelQuery<I & CountsOf<K>, C, J, N | `${K}Count`>;
  withCount(...relations: readonly unknown[]): unknown {
    let state: QueryState = this.state;
    for (const given of relations as readonly (string | Readonly<Record<string, unknown>>)[]) {
      const entries = typeof given === "object" && given !== null ? Object.entries(given) : [[given, true]] as const;
      for (const [name, modifier] of entries) {
        const relation = expectRelation(state.meta, name, "withCount");
        const item = aggregateItem(state, `${name}Count`, relation, {
          refine: refinementOf(name, modifier),
          make: () => aggregate<number>("count", null),
        });
        state = { ...state, computed: [...state.computed, item] };
      }
    }
    return this.#with(state);
  }

  /**
   * Reads with each record a value about the rows behind a relation, as a property of the given name.
   *
   * @example
   * ```ts ignore
   * const users = await User.query().withAggregate("views", "posts", (p) => fn.sum(p.views), (q) => q.where({ status: "published" }));
   * users[0]!.views; // number | null
   * ```
   */
  withAggregate<P extends string, const K extends RelationKeys<I>, V>(
    name: P,
    relation: K,
    value: (columns: Columns<Attributes<TargetAt<I, K>>>) => Expression<V>,
    modifier?: RelationModifier<TargetAt<I, K>>,
  ): ModelQuery<I & { readonly [A in P]: Selected<V> }, C, J, N | P>;
  withAggregate(
    name: string,
    relation: string,
    value: (columns: never) => Expression<unknown>,
    modifier?: unknown,
  ): unknown {
    const { state } = this;
    const item = aggregateItem(state, name, expectRelation(state.meta, relation, "withAggregate"), {
      refine: refinementOf(relation, modifier),
      make: value,
    });
    return this.#with({ ...state, computed: [...state.computed, item] });
  }

  /**
   * Adds what another query of the model says: its conditions, its order behind this one's, its limit and offset if it has any, its
   * joins and relations. So scopes, which are static methods, can be put together.
   *
   * @example
   * ```ts ignore
   * class User extends … {
   *   static adults() { return this.where({ age__gte: 18 }); }
   *   static newest() { return this.orderBy("-createdAt").limit(10); }
   * }
   * const users = await User.where({ active: true }).merge(User.adults()).merge(User.newest());
   * ```
   */
  merge<J2>(other: ModelQuery<I, C, J2, N>): ModelQuery<I, C, J & J2, N> {
    const added = ModelQuery.stateOf(other);
    if (added === null || added.meta !== this.state.meta) {
      throw new QueryBuildError(`merge() of ${this.state.meta.model} takes another query of the same model`);
    }
    const paths = new Map([...this.#paths, ...ModelQuery.pathsOf(other)]);
    return new ModelQuery<I, C, J & J2, N>(merged(this.state, added), paths);
  }

  /** Brings back the rows of the query that are marked as deleted, and gives their number. */
  async restore(): Promise<number> {
    return await restoreRows(this.state);
  }

  /**
   * The state of a query that a modifier has made.
   *
   * @internal
   */
  static stateOf(query: unknown): QueryState | null {
    return query instanceof ModelQuery ? query.state : null;
  }

  /**
   * The relations that a query loads.
   *
   * @internal
   */
  static pathsOf(query: unknown): PathTree {
    return query instanceof ModelQuery ? query.#paths : NO_PATHS;
  }
}

/** What a modifier makes of the query of a relation, as states. */
function refinementOf(path: string, modifier: unknown): Refinement | null {
  if (modifier === true || modifier === undefined) return null;
  if (typeof modifier !== "function") {
    throw new RelationError(`Invalid modifier of relation "${path}": expected true or a function`);
  }
  return (state) => {
    const refined = ModelQuery.stateOf(modifier(new ModelQuery<object, unknown>(state)));
    if (refined !== null && refined.meta === state.meta) return refined;
    throw new RelationError(
      `Invalid modifier of relation "${path}": it must return the query it was given, refined`,
    );
  };
}

function toModifier(path: string, modifier: unknown): Modifier | null {
  if (modifier === true || modifier === undefined) return null;
  if (typeof modifier !== "function") {
    throw new RelationError(
      `Invalid modifier of relation "${path}": expected true or a function`,
    );
  }
  return (relation: RelationDefinition) => {
    const query: unknown = modifier(new ModelQuery<object, unknown>(initialState(relation.target)));
    const state = ModelQuery.stateOf(query);
    if (state === null || state.meta !== relation.target) {
      throw new RelationError(
        `Invalid modifier of relation "${path}": it must return the query it was given, refined`,
      );
    }
    return { state, paths: ModelQuery.pathsOf(query) };
  };
}
