import type { LogicalType } from "../types/database_type.ts";
import type { IndexHint } from "./clauses.ts";

// The nodes that hold no others.

/** A column, of the only table unless `table` names another. */
export interface ColumnNode {
  /** Tells what kind of node it is. */
  readonly kind: "column";
  /** Name in the database. */
  readonly name: string;
  /** Alias or name of its table. */
  readonly table?: string | undefined;
  /** Type by which values beside it are encoded. */
  readonly type?: LogicalType | undefined;
}

/** A value, always sent as a parameter. */
export interface ValueNode {
  /** Tells what kind of node it is. */
  readonly kind: "value";
  /** The value, not yet encoded. */
  readonly value: unknown;
  /** Type by which the value is encoded. */
  readonly type?: LogicalType | undefined;
  /** Where the value belongs, such as `User.age`, for the message when it cannot be encoded. */
  readonly label?: string | undefined;
}

/** A place for a value that is given each time a prepared statement runs. */
export interface SlotNode {
  /** Tells what kind of node it is. */
  readonly kind: "slot";
  /** Position in the list of values. */
  readonly index: number;
  /** Type by which the value is encoded. */
  readonly type?: LogicalType | undefined;
  /** Where the value belongs, such as `User.age`, for the message when it cannot be encoded. */
  readonly label?: string | undefined;
}

/**
 * The condition of a model's default scope, which is found out when the statement is run or written as text. Backends are given it
 * in place: see `resolveScopes()`.
 */
export interface DefaultScopeNode {
  /** Tells what kind of node it is. */
  readonly kind: "defaultScope";
  /** Stands for the scope. */
  readonly scope: symbol;
  /** Name by which the query calls the table of the model. */
  readonly alias: string;
}

/** A quoted name with its qualifiers. */
export interface IdentifierNode {
  /** Tells what kind of node it is. */
  readonly kind: "identifier";
  /** Parts of the name, from the outermost. */
  readonly path: readonly string[];
}

/** The value that an INSERT with a conflict would have written. */
export interface ExcludedNode {
  /** Tells what kind of node it is. */
  readonly kind: "excluded";
  /** Name of the column. */
  readonly name: string;
  /** Type by which values beside it are encoded. */
  readonly type?: LogicalType | undefined;
}

/** A table, perhaps in a schema, perhaps under an alias. */
export interface TableNode {
  /** Tells what kind of node it is. */
  readonly kind: "table";
  /** Name in the database. */
  readonly name: string;
  /** Its schema, where the database has such. */
  readonly schema?: string | undefined;
  /** Name by which the query calls it. */
  readonly alias?: string | undefined;
  /** The indexes to be used for it. */
  readonly indexHint?: IndexHint | undefined;
}
