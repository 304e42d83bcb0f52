import type { CommonTableNode, QueryNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import { isSubquery } from "./expression.ts";
import { checkedOptions } from "./options.ts";
import { DerivedSource, isSameName, type OutputColumn, type PlacedSource, type Source } from "./source.ts";

/** A query whose rows can be a table. */
export interface TableQuery<R> {
  /** For types only: it does not exist at run time. */
  readonly _row: R;
  /** The query as data. */
  toNode(): QueryNode;
  /** The columns of the result. */
  outputs(): readonly OutputColumn[];
}

/** A query with a name, made by `cte()` or `recursiveCte()`; read from it or join it like a model. */
export class CommonTable<in out R> implements Source {
  /** For types only: it does not exist at run time. */
  declare readonly _row: R;
  /** The name. */
  readonly name: string;
  readonly #columns: readonly OutputColumn[];
  readonly #nodes: readonly CommonTableNode[];

  /**
   * Use `cte()` or `recursiveCte()`.
   *
   * @internal
   */
  constructor(name: string, columns: readonly OutputColumn[], nodes: readonly CommonTableNode[]) {
    this.name = name;
    this.#columns = columns;
    this.#nodes = nodes;
  }

  /**
   * The query and those that it reads from, as data.
   *
   * @internal
   */
  get nodes(): readonly CommonTableNode[] {
    return this.#nodes;
  }

  /** @internal */
  toSource(alias: string): PlacedSource {
    const table = { kind: "table", name: this.name, alias: alias === this.name ? undefined : alias } as const;
    return { source: new DerivedSource(alias, table, this.#columns), ctes: this.#nodes };
  }
}

/** What `cte()` and `recursiveCte()` give, whatever the rows. */
export interface CommonTables {
  /**
   * The query and those that it reads from, as data.
   *
   * @internal
   */
  readonly nodes: readonly CommonTableNode[];
}

/** The queries with a name that a list of them consists of. */
export function commonTablesOf(tables: readonly CommonTables[]): readonly CommonTableNode[] {
  return tables.flatMap((table) => {
    if (table instanceof CommonTable) return table.nodes;
    throw new QueryBuildError("Invalid CTE in withCte(): expected what cte() or recursiveCte() gives");
  });
}

/** What can be said of a query with a name. */
export interface CommonTableOptions {
  /** Whether its rows are computed once, or worked into the outer query. Needs the capability `cte.materialized`. */
  readonly materialized?: boolean;
}

/** Refuses a name that is none. */
export function checkCommonTableName(name: string): void {
  if (typeof name !== "string" || name === "") {
    throw new QueryBuildError("Invalid name of a CTE: expected a text that is not empty");
  }
}

/** Refuses what is neither yes nor no. */
export function checkMaterialized(name: string, materialized: unknown): void {
  if (materialized === undefined || typeof materialized === "boolean") return;
  throw new QueryBuildError(`Invalid materialized of the CTE ${JSON.stringify(name)}: expected true or false`);
}

/** Takes the queries in front of a query off, so that they can stand in front of the whole. */
export function hoisted(query: QueryNode): readonly [QueryNode, readonly CommonTableNode[]] {
  return query.kind === "select" ? [{ ...query, with: [] }, query.with ?? []] : [query, []];
}

/**
 * The list of named queries with one more at its end.
 *
 * @throws {QueryBuildError} when one of those before has its name, so that it would refer to itself
 */
export function chained(before: readonly CommonTableNode[], added: CommonTableNode): readonly CommonTableNode[] {
  if (before.some(({ name }) => isSameName(name, added.name))) {
    throw new QueryBuildError(
      `The CTE ${JSON.stringify(added.name)} refers to itself: use recursiveCte(), or give one of them another name`,
    );
  }
  return [...before, added];
}

/**
 * Gives a query a name (`WITH name AS (…)`), under which other queries read from it and join it. It may use other such
 * queries; they come along.
 *
 * @example
 * ```ts ignore
 * const recent = cte("recent", Post.where({ views__gt: 10 }).select("id", "userId"));
 * await User.query().join({ recent }, (c, j) => j.recent.userId.eq(c.id)).distinct();
 * ```
 *
 * @throws {QueryBuildError} when it would refer to itself
 */
export function cte<R>(name: string, query: TableQuery<R>, options: CommonTableOptions = {}): CommonTable<R> {
  checkCommonTableName(name);
  const { materialized } = checkedOptions(`CTE ${JSON.stringify(name)}`, options, ["materialized"]);
  checkMaterialized(name, materialized);
  if (!isSubquery(query)) throw new QueryBuildError(`The CTE ${JSON.stringify(name)} needs a query`);
  const columns = query.outputs();
  const [node, before] = hoisted(query.toNode());
  return new CommonTable<R>(
    name,
    columns,
    chained(before, {
      name,
      columns: columns.map((column) => column.name),
      query: node,
      recursive: false,
      materialized,
    }),
  );
}
