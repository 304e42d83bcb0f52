import { allOf } from "../ast/expression.ts";
import type { JoinNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import { addCommonTables } from "./join.ts";
import { NO_CLAUSES } from "./query_clauses.ts";
import { initialState, type QueryState } from "./query_state.ts";
import { aliasOf } from "./source.ts";

/** Joins of both queries; one that both have from a query that they were made of counts once. */
function mergedJoins(state: QueryState, added: QueryState): Pick<QueryState, "joins" | "joined"> {
  const names = [...added.joined.keys()];
  const fresh: JoinNode[] = [];
  const joined = new Map(state.joined);
  added.joins.forEach((join, i) => {
    if (state.joins.includes(join)) return;
    const name = names[i]!; // each join has a name
    if (joined.has(name)) {
      throw new QueryBuildError(
        `Two tables in a query of ${state.meta.model} have the name ${
          JSON.stringify(name)
        }: give the joined one another`,
      );
    }
    joined.set(name, added.joined.get(name)!); // it is one of its keys
    fresh.push(join);
  });
  return { joins: [...state.joins, ...fresh], joined };
}

function without<T>(known: readonly T[], added: readonly T[]): T[] {
  return added.filter((item) => !known.includes(item));
}

/** What two queries of a model say together. */
export function merged(state: QueryState, added: QueryState): QueryState {
  const { meta, source } = state;
  if (aliasOf(source) !== aliasOf(added.source) || source.table.kind !== added.source.table.kind) {
    throw new QueryBuildError(
      `merge() of ${meta.model} takes a query of the same table: ${aliasOf(source)} is not ${aliasOf(added.source)}`,
    );
  }
  const taken = [...state.computed, ...state.windows].find((item) =>
    [...added.computed, ...added.windows].some((other) => other !== item && other.name === item.name)
  );
  if (taken !== undefined) {
    throw new QueryBuildError(
      `Both queries in merge() of ${meta.model} have a value named ${JSON.stringify(taken.name)}`,
    );
  }
  return {
    ...state,
    ...added.joins.length === 0 ? {} : mergedJoins(state, added),
    ctes: addCommonTables(meta.model, state.ctes, added.ctes),
    where: allOf([state.where, added.where]),
    scopes: [...state.scopes, ...without(state.scopes, added.scopes)],
    orderBy: [...state.orderBy, ...added.orderBy],
    limit: added.limit ?? state.limit,
    offset: added.offset ?? state.offset,
    distinct: state.distinct || added.distinct,
    computed: [...state.computed, ...without(state.computed, added.computed)],
    deleted: added.deleted === initialState(meta, source).deleted ? state.deleted : added.deleted,
    clauses: added.clauses === NO_CLAUSES ? state.clauses : { ...state.clauses, ...added.clauses },
    unscoped: state.unscoped || added.unscoped,
  };
}
