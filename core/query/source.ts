import type { DefaultScopeNode, ExpressionNode } from "../ast/expression.ts";
import { type CommonTableNode, type FromNode, type SelectItem, sourceName } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { Output, Shape } from "../meta/shape.ts";
import type { LogicalType } from "../types/database_type.ts";
import { shownName } from "../types/shown_name.ts";

/** A column of what a query reads. */
export interface SourceColumn {
  /** Name of the property. */
  readonly field: string;
  /** The column as an expression. */
  readonly node: ExpressionNode;
  /** Type by which its values are read and written. */
  readonly type: LogicalType | undefined;
  /** Name for messages. */
  readonly label: string;
  /** What NULL is read as. */
  readonly empty: null | undefined;
  /** Whether it may hold NULL; unknown when left out. */
  readonly nullable?: boolean | undefined;
  /** Whether its values must not be shown. @default {false} */
  readonly hidden?: boolean | undefined;
}

/** What a query reads, with its columns: a model, a model under another name, a query in the place of a table. */
export interface QuerySource {
  /** Name for messages. */
  readonly model: string;
  /** What stands behind FROM or JOIN. */
  readonly table: FromNode;
  /** Its columns, in order. */
  readonly columns: readonly SourceColumn[];
  /** Its columns by the names of the fields. */
  readonly fields: ReadonlyMap<string, SourceColumn>;
  /** The columns of the primary key; none where there is no such. */
  readonly primaryKey: readonly SourceColumn[];
  /** The columns of a record, as a result. */
  readonly selection: readonly SelectItem[];
  /** The column that marks a deleted row, if there is one. */
  readonly deletedAt: SourceColumn | undefined;
  /** The condition that every query has unless it is `unscoped()`, found out when it runs; null where there is none. */
  readonly defaultScope: DefaultScopeNode | null;
  /** Things that are kept with it, by a key of their own. */
  readonly kept: Map<unknown, unknown>;
  /** The column of a field. Throws `QueryBuildError` that names the clause and the fields there are. */
  column(field: string, clause: string): SourceColumn;
}

/** The name by which a query calls what it reads. */
export function aliasOf({ table }: Pick<QuerySource, "table">): string {
  return sourceName(table);
}

/** What a query can read from or join, with the queries that must stand in front of it. */
export interface PlacedSource {
  /** What is read. */
  readonly source: QuerySource;
  /** The queries with a name that it needs. */
  readonly ctes: readonly CommonTableNode[];
}

/** Anything that a query can read from or join: a model, an alias of one, a query, a `cte()`, `values()`. */
export interface Source {
  /**
   * The source under a name.
   *
   * @internal
   */
  toSource(alias: string): PlacedSource;
}

/** The columns of a source, as types: those of a model, or of the rows of a query. */
export type ColumnsIn<S> = S extends { readonly _row: infer R } ? R
  : S extends { readonly shape: infer T extends Shape } ? Output<T>
  : never;

/** A column of a result, from which one of a derived table is made. */
export interface OutputColumn {
  /** Name of the property. */
  readonly field: string;
  /** Name in the result. */
  readonly name: string;
  /** Type by which its values are read. */
  readonly type: LogicalType | undefined;
  /** What NULL is read as. */
  readonly empty: null | undefined;
  /** Whether it may hold NULL; unknown when left out. */
  readonly nullable?: boolean | undefined;
  /** Whether its values must not be shown. @default {false} */
  readonly hidden?: boolean | undefined;
}

/** What can be said of a source beside its columns, which are named by their fields. */
export interface SourceOptions {
  /** The primary key. @default none */
  readonly key?: readonly string[];
  /** The column that marks a deleted row. */
  readonly deletedAt?: string | undefined;
  /** The condition of every query. @default none */
  readonly defaultScope?: QuerySource["defaultScope"];
}

/** Whether two names are one to a database, some of which do not tell capital letters from small ones. */
export function isSameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** Refuses columns that a query could not tell apart: it would read one of them in the place of the other. */
function refuseSameNames(source: string, columns: readonly OutputColumn[]): void {
  if (new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length) return;
  const second = columns.find(({ name }, i) => columns.slice(0, i).some((before) => isSameName(before.name, name)))!; // as counted
  throw new QueryBuildError(
    `Two columns of ${source} have the name ${JSON.stringify(second.name)}, but for capitals: give one another name`,
  );
}

/** What stands in the place of a model: the same columns with another name in front, or the columns of a query. */
export class DerivedSource implements QuerySource {
  readonly model: string;
  readonly table: FromNode;
  readonly columns: readonly SourceColumn[];
  readonly fields: ReadonlyMap<string, SourceColumn>;
  readonly primaryKey: readonly SourceColumn[];
  readonly deletedAt: SourceColumn | undefined;
  readonly defaultScope: DefaultScopeNode | null;
  readonly kept: Map<unknown, unknown> = new Map();
  #selection: readonly SelectItem[] | null = null;

  /** Names the columns of a table. */
  constructor(
    name: string,
    table: FromNode,
    columns: readonly OutputColumn[],
    { key = [], deletedAt, defaultScope = null }: SourceOptions = {},
  ) {
    const alias = aliasOf({ table });
    this.model = name;
    this.table = table;
    this.columns = columns.map(({ field, name: column, type, empty, nullable, hidden }) => ({
      field,
      node: { kind: "column", name: column, table: alias, type },
      type,
      label: `${name}.${field}`,
      empty,
      nullable,
      hidden,
    }));
    this.fields = new Map(this.columns.map((column) => [column.field, column]));
    refuseSameNames(name, columns);
    this.primaryKey = key.map((field) => this.fields.get(field)!); // the caller names fields that are there
    this.deletedAt = deletedAt === undefined ? undefined : this.fields.get(deletedAt);
    this.defaultScope = defaultScope;
  }

  /** The columns of a record, as a result. */
  get selection(): readonly SelectItem[] {
    return this.#selection ??= this.columns.map(({ node }) => ({ expression: node }));
  }

  /** The column of a field. */
  column(field: string, clause: string): SourceColumn {
    const column = this.fields.get(field);
    if (column === undefined) {
      throw new QueryBuildError(
        `Unknown field ${shownName(field)} in ${clause} of ${this.model}: it has ${[...this.fields.keys()].join(", ")}`,
      );
    }
    return column;
  }
}
