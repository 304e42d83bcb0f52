import { QueryBuildError } from "../errors.ts";
import { type Columns, columnsOf } from "./columns.ts";
import type { Expression } from "./expression.ts";
import { knownNames } from "./known_names.ts";
import type { QueryState } from "./query_state.ts";

/** The columns of a query without joins. */
export type NoJoins = Readonly<Record<never, never>>;

/** A row that a join may leave without a partner: every column may be NULL. */
export type Outer<C> = { readonly [K in keyof C]: Exclude<C[K], undefined> | null };

/** What a query has joined, each under its name with its columns. */
export type Joined<N extends string, C> = { readonly [K in N]: Columns<C> };

/** What was joined before, where a further join may leave it without a partner. */
export type OuterJoined<J> = {
  readonly [N in keyof J]: {
    readonly [K in keyof J[N]]: J[N][K] extends Expression<infer V> ? Expression<Exclude<V, undefined> | null> : never;
  };
};

/** What was made for the joins of a query. */
const made = new WeakMap<QueryState["joined"], Readonly<Record<string, Columns<unknown>>>>();

/** The columns of what a query has joined, by its names. */
export function joinedColumns({ joined, meta }: QueryState): Readonly<Record<string, Columns<unknown>>> {
  let columns = made.get(joined);
  if (columns === undefined) {
    columns = joinsOf(joined, meta.model);
    made.set(joined, columns);
  }
  return columns;
}

/** The columns of joins, by their names; any other name is refused. */
export function joinsOf(joined: QueryState["joined"], model: string): Readonly<Record<string, Columns<unknown>>> {
  const known = Object.fromEntries([...joined].map(([name, source]) => [name, columnsOf(source)]));
  return knownNames(known, (name) => {
    const names = [...joined.keys()].join(", ");
    throw new QueryBuildError(
      `Nothing is joined as ${JSON.stringify(name)} in a query of ${model}: ${
        names === "" ? "it has no joins" : names
      }`,
    );
  });
}
