import { allOf, type ExpressionNode } from "../ast/expression.ts";
import { RelationError, RelationNotLoadedError } from "../errors.ts";
import type { QueryBase } from "../query/query_base.ts";
import { initialState, type QueryState } from "../query/query_state.ts";
import { mapKey, type RelationDefinition, valueOf } from "./definition.ts";
import { loadedOf, LoadedRelation, loadLazily, setLoaded } from "./preload.ts";

/** Makes a query of the model layer over a state. */
export type QueryFactory<Q> = (state: QueryState) => Q;

/** The condition that a row of the target belongs to an owner. */
export function belongsCondition(owner: object, { ownerColumn, targetColumn }: RelationDefinition): ExpressionNode {
  const value = valueOf(owner, ownerColumn);
  // Nothing belongs to an owner without key, not even rows without foreign key.
  if (value === null || value === undefined) {
    return { kind: "logic", operator: "or", operands: [] };
  }
  return {
    kind: "comparison",
    operator: "=",
    left: targetColumn.node,
    right: {
      kind: "value",
      value,
      type: targetColumn.type,
      label: targetColumn.label,
    },
  };
}

/** A relation of one record: awaited it loads, loaded it can be read, and it can be queried either way. */
export abstract class RelationHandle<T, Q extends QueryBase<never>> implements PromiseLike<T> {
  /** The record that has the relation. */
  protected readonly owner: object;
  /** The relation. */
  protected readonly relation: RelationDefinition;
  readonly #makeQuery: QueryFactory<Q>;

  /** Made by the getters of models. */
  constructor(owner: object, relation: RelationDefinition, makeQuery: QueryFactory<Q>) {
    this.owner = owner;
    this.relation = relation;
    this.#makeQuery = makeQuery;
  }

  /** Whether it can be read without waiting. */
  get isLoaded(): boolean {
    return loadedOf(this.owner, this.relation) !== undefined;
  }

  /** What was loaded. Throws `RelationNotLoadedError` when nothing was. */
  protected loaded(): LoadedRelation["value"] {
    const loaded = loadedOf(this.owner, this.relation);
    if (loaded === undefined) {
      const { label, name } = this.relation;
      throw new RelationNotLoadedError(
        `${label} is not loaded: await it first, or load it with the query by .with(${JSON.stringify(name)})`,
      );
    }
    return loaded.value;
  }

  /** What is loaded as the type of this handle. */
  protected abstract readLoaded(value: LoadedRelation["value"]): T;

  /** Keeps a value as what is loaded. */
  protected keep(value: LoadedRelation["value"]): void {
    setLoaded(
      this.owner,
      this.relation,
      new LoadedRelation(value, mapKey(valueOf(this.owner, this.relation.ownerColumn))),
    );
  }

  /** Loads it, or gives what is loaded already. */
  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#load().then(fulfilled, rejected);
  }

  async #load(): Promise<T> {
    const loaded = loadedOf(this.owner, this.relation) ??
      await loadLazily(this.owner, this.relation);
    return this.readLoaded(loaded.value);
  }

  /** Asks the database again. */
  async reload(): Promise<T> {
    setLoaded(this.owner, this.relation, undefined);
    return await this.#load();
  }

  /** A query for the rows of this relation, to be refined. */
  query(): Q {
    const { target } = this.relation;
    return this.#makeQuery({
      ...initialState(target),
      where: allOf([belongsCondition(this.owner, this.relation)]),
    });
  }

  /** The key by which others belong to the owner. Throws `RelationError` when it has none yet. */
  protected ownerKey(): unknown {
    const value = valueOf(this.owner, this.relation.ownerColumn);
    if (value === null || value === undefined) {
      throw new RelationError(
        `${this.relation.label} cannot be changed: save its owner first`,
      );
    }
    return value;
  }

  /** Refuses records of another model. */
  protected expectTarget(records: readonly unknown[]): void {
    const { target, label } = this.relation;
    for (const record of records) {
      if (
        typeof record !== "object" || record === null ||
        !target.host.isRecord(record)
      ) {
        throw new RelationError(`${label} takes records of ${target.model}`);
      }
    }
  }
}
