import type { StorageBackend } from "../backend/storage_backend.ts";
import { allOf } from "../ast/expression.ts";
import { QueryBuildError, RelationError } from "../errors.ts";
import type { SelectNode } from "../ast/statement.ts";
import { restoreRows } from "../query/bulk.ts";
import { NO_CLAUSES } from "../query/query_clauses.ts";
import { initialState, type QueryState } from "../query/query_state.ts";
import { RecordQuery } from "../query/record_query.ts";
import type { RelationDefinition } from "../relations/definition.ts";
import type { Attributes, Instance, RelationKeys, RelationPath, TargetOf } from "./model_types.ts";
import { addPath, loadPaths, type Modifier, NO_PATHS, type PathTree } from "./paths.ts";

/** Any query of a model, as the result of a modifier. */
export interface AnyQuery {
  /** The query as data. */
  toNode(): SelectNode;
}

/** Relations by name, each with `true` or with a function that refines its query. */
export type RelationModifiers<I> = {
  readonly [K in RelationKeys<I>]?:
    | true
    | ((query: ModelQuery<Instance<TargetOf<I[K]>>, Attributes<TargetOf<I[K]>>>) => AnyQuery);
};

/** The query of a model class, for functions that take one: `(query: QueryOf<typeof User>) => query.limit(10)`. */
export type QueryOf<M> = ModelQuery<Instance<M>, Attributes<M>>;

/** A query for records of a model, with their relations. Immutable; await it, or iterate over `stream()`. */
export class ModelQuery<in out I extends object, in out C> extends RecordQuery<I, C> {
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
    return new ModelQuery<I, C>({ ...this.state, ...changes }, this.#paths) as this;
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
  with(...relations: readonly (RelationPath<I> | RelationModifiers<I>)[]): ModelQuery<I, C> {
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
    return new ModelQuery<I, C>(this.state, paths);
  }

  /**
   * Adds what another query of the model says: its conditions, its order behind this one's, its limit and offset if it has any, its
   * relations. So scopes, which are static methods, can be put together.
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
  merge(other: ModelQuery<I, C>): ModelQuery<I, C> {
    const { state } = this;
    const added = ModelQuery.stateOf(other);
    if (added === null || added.meta !== state.meta) {
      throw new QueryBuildError(`merge() of ${state.meta.model} takes another query of the same model`);
    }
    let paths = this.#paths;
    for (const [name, node] of ModelQuery.pathsOf(other)) paths = new Map(paths).set(name, node);
    return new ModelQuery<I, C>({
      ...state,
      where: allOf([state.where, added.where]),
      orderBy: [...state.orderBy, ...added.orderBy],
      limit: added.limit ?? state.limit,
      offset: added.offset ?? state.offset,
      distinct: state.distinct || added.distinct,
      deleted: added.deleted === initialState(state.meta).deleted ? state.deleted : added.deleted,
      clauses: added.clauses === NO_CLAUSES ? state.clauses : { ...state.clauses, ...added.clauses },
      unscoped: state.unscoped || added.unscoped,
    }, paths);
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
