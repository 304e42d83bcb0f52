import { allOf, type ExpressionNode } from "../ast/expression.ts";
import { type CommonTableNode, type FromNode, type SelectNode, sourceNames } from "../ast/statement.ts";
import type { JoinKind } from "../ast/source.ts";
import { QueryBuildError } from "../errors.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { Expression, isSubquery, type Subquery } from "./expression.ts";
import { joinedColumns, joinsOf } from "./joined.ts";
import { type QueryState, type Scope, scopeOf } from "./query_state.ts";
import { aliasOf, isSameName, type PlacedSource, type QuerySource, type Source } from "./source.ts";
import type { Truth } from "./value_types.ts";

/** The condition of a join, over the typed columns of the query and of what is joined, this one included. */
export type JoinCondition<C, J> = (columns: Columns<C>, joined: J) => Expression<Truth>;

/** Makes the query of a lateral join from the columns before it. */
export type LateralQuery<C, J, S> = (columns: Columns<C>, joined: J) => S;

/** What is joined, and how. */
export interface JoinSpec {
  readonly kind: JoinKind;
  /** Name by which the query calls it. */
  readonly name: string;
  readonly placed: PlacedSource;
  /** Condition of the pairs; null where there is none. */
  readonly on: ExpressionNode | null;
  /** Whether rows of a joined model that are marked as deleted stay. */
  readonly withDeleted?: boolean | undefined;
  /** Whether the default scopes of a joined model are left out. */
  readonly unscoped?: boolean | undefined;
  readonly lateral?: boolean | undefined;
}

/** Puts named queries in front of those that are there; the same one counts once. */
export function addCommonTables(
  model: string,
  before: readonly CommonTableNode[],
  added: readonly CommonTableNode[],
): readonly CommonTableNode[] {
  const fresh = added.filter((table) => !before.includes(table));
  if (fresh.length === 0) return before;
  for (const [i, { name }] of fresh.entries()) {
    if ([...before, ...fresh.slice(0, i)].some((other) => isSameName(other.name, name))) {
      throw new QueryBuildError(`Two CTEs in a query of ${model} have the name ${JSON.stringify(name)}`);
    }
  }
  return [...before, ...fresh];
}

function lateralTable(table: FromNode): FromNode {
  return table.kind === "derivedTable" ? { ...table, lateral: true } : table;
}

/** The query with one join more. */
export function addJoin(
  state: QueryState,
  { kind, name, placed, on, withDeleted, unscoped = false, lateral }: JoinSpec,
): QueryState {
  const { source, joined, scopes, meta } = state;
  if (typeof name !== "string" || name === "") {
    throw new QueryBuildError(`Invalid name in join of ${meta.model}: expected a text that is not empty`);
  }
  if ([aliasOf(source), ...joined.keys()].some((other) => isSameName(other, name))) {
    throw new QueryBuildError(
      `Two tables in a query of ${meta.model} have the name ${JSON.stringify(name)}: give the joined one another`,
    );
  }
  const deleted = withDeleted === true || unscoped ? "included" : "hidden";
  const scope: Scope = { source: placed.source, deleted, unscoped };
  const shown = scopeOf(scope);
  // A join that also keeps rows without a partner keeps what its condition leaves out: the scopes must hold there too.
  const keepsJoined = kind === "right" || kind === "full";
  const own = keepsJoined ? scopeOf(state) : null;
  return {
    ...state,
    ctes: addCommonTables(meta.model, state.ctes, placed.ctes),
    joins: [...state.joins, {
      kind,
      table: lateral === true ? lateralTable(placed.source.table) : placed.source.table,
      on: allOf([on, kind === "cross" ? null : shown, own]),
    }],
    joined: new Map(joined).set(name, placed.source),
    scopes: shown !== null && (keepsJoined || kind === "cross") ? [...scopes, scope] : scopes,
  };
}

/** The only name and source of what a join was given. */
export function namedSource<S>(model: string, sources: Readonly<Record<string, S>>): readonly [string, S] {
  const [entry, second] = typeof sources === "object" && sources !== null ? Object.entries(sources) : [];
  if (entry === undefined || second !== undefined) {
    throw new QueryBuildError(`Invalid join of ${model}: expected one name with its source, such as { author: User }`);
  }
  return entry;
}

/** A source of a join, checked. */
export function expectSource(model: string, name: string, source: unknown): Source {
  if ((typeof source === "object" || typeof source === "function") && source !== null && "toSource" in source) {
    return source as Source; // the method is what makes a source
  }
  throw new QueryBuildError(
    `Invalid source ${
      JSON.stringify(name)
    } in join of ${model}: expected a model, an alias, a query, cte() or values()`,
  );
}

type AnyCondition = (columns: never, joined: never) => unknown;

function conditionNode(
  state: QueryState,
  name: string,
  source: QuerySource,
  on: AnyCondition | null,
): ExpressionNode {
  if (typeof on !== "function") {
    throw new QueryBuildError(`join of ${state.meta.model} needs a condition: a callback over the columns`);
  }
  const joined = joinsOf(new Map(state.joined).set(name, source), state.meta.model);
  const made = on(columnsOf(state.source) as never, joined as never); // typed where the callback is taken
  if (made instanceof Expression) return made.node;
  throw new QueryBuildError(`The callback in join of ${state.meta.model} must return an expression`);
}

/** Joins a source under a name, with a condition. */
export function joinSource(
  state: QueryState,
  kind: JoinKind,
  sources: Readonly<Record<string, Source>>,
  on: AnyCondition | null,
): QueryState {
  const { model } = state.meta;
  const [name, given] = namedSource(model, sources);
  const placed = expectSource(model, name, given).toSource(name);
  return addJoin(state, {
    kind,
    name,
    placed,
    on: kind === "cross" ? null : conditionNode(state, name, placed.source, on),
  });
}

/** The same object, which tells what is asked of it. */
function watched<T extends object>(object: T, ask: (name: string) => void): T {
  return new Proxy(object, {
    get(target, name, receiver) {
      if (typeof name === "string") ask(name);
      return Reflect.get(target, name, receiver);
    },
  });
}

/** Refuses a query that reads a table under the name of one around it whose columns it uses: they would be its own. */
function refuseHidden(model: string, lateral: string, query: SelectNode, used: Iterable<string>): void {
  const own = sourceNames(query);
  const hidden = [...used].find((name) => own.some((other) => isSameName(name, other)));
  if (hidden === undefined) return;
  throw new QueryBuildError(
    `The lateral join ${JSON.stringify(lateral)} of ${model} uses columns of ${
      JSON.stringify(hidden)
    } and reads a table of that name itself, which hides them: give one of them another name, with alias()`,
  );
}

/** Joins, for each row, the rows of a query that uses the columns of that row. */
export function joinLateral(
  state: QueryState,
  kind: "inner" | "left",
  sources: Readonly<Record<string, (columns: never, joined: never) => Subquery & Source>>,
): QueryState {
  const { model } = state.meta;
  const [name, make] = namedSource(model, sources);
  if (typeof make !== "function") {
    throw new QueryBuildError(`Invalid lateral join of ${model}: expected a callback that gives a query`);
  }
  const used = new Set<string>();
  const own = watched(columnsOf<object>(state.source), () => used.add(aliasOf(state.source)));
  const joined = watched(joinedColumns(state), (table) => used.add(table));
  const query = make(own as never, joined as never); // typed where it is taken
  const node = isSubquery(query) ? query.toNode() : null;
  if (node?.kind === "select") refuseHidden(model, name, node, used);
  return addJoin(state, {
    kind,
    name,
    placed: expectSource(model, name, query).toSource(name),
    on: null,
    lateral: true,
  });
}
