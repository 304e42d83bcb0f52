import { type Columns, columnsOf } from "./columns.ts";
import type { Expression } from "./expression.ts";
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

/** The columns of what a query has joined, by its names. */
export function joinedColumns({ joined }: QueryState): Readonly<Record<string, Columns<unknown>>> {
  return Object.fromEntries([...joined].map(([name, source]) => [name, columnsOf(source)]));
}
