import type { LogicalType } from "../types/database_type.ts";
import type { DerivedTableNode, ExpressionNode, OrderItem, SelectItem, SelectNode, TableNode } from "./expression.ts";

// A query is part of expressions too, so its types stand beside theirs.
export type { DerivedTableNode, OrderItem, SelectItem, SelectNode, TableNode };

/** What an INSERT does with a row whose key is there already. */
export interface ConflictNode {
  /** Columns of the unique key. */
  readonly columns: readonly string[];
  /** Assignments to the row that is there; empty leaves it as it is. */
  readonly update: readonly Assignment[];
}

/** A new value for a column. */
export interface Assignment {
  readonly column: string;
  readonly value: ExpressionNode;
}

/** An INSERT of one row or several with the same columns. */
export interface InsertNode {
  readonly kind: "insert";
  readonly table: TableNode;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ExpressionNode[])[];
  readonly onConflict?: ConflictNode | undefined;
  readonly returning: readonly string[];
}

/** An UPDATE of the rows that fit a condition. */
export interface UpdateNode {
  readonly kind: "update";
  readonly table: TableNode;
  readonly set: readonly Assignment[];
  readonly where: ExpressionNode | null;
  readonly returning: readonly string[];
}

/** A DELETE of the rows that fit a condition. */
export interface DeleteNode {
  readonly kind: "delete";
  readonly table: TableNode;
  readonly where: ExpressionNode | null;
  readonly returning: readonly string[];
}

/** What a foreign key does when the row it points to is removed or its key changes. */
export type ReferentialAction =
  | "cascade"
  | "restrict"
  | "set null"
  | "set default"
  | "no action";

/** A foreign key of a table. */
export interface ForeignKeyDefinition {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: TableNode;
  readonly references: readonly string[];
  readonly onDelete?: ReferentialAction | undefined;
  readonly onUpdate?: ReferentialAction | undefined;
}

/** A column of a table to be created. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: LogicalType;
  readonly nullable: boolean;
  /** Value that the database fills in: a literal or raw SQL. */
  readonly default?: ExpressionNode | undefined;
  /** Whether the database makes the key. */
  readonly autoIncrement: boolean;
  /** Whether the column is part of a key or an index; some databases need a bounded type there. */
  readonly keyed: boolean;
  /** Expression of a generated column, as SQL. */
  readonly generatedAs?: string | undefined;
}

/** A CHECK of a table. */
export interface CheckDefinition {
  readonly name: string;
  readonly expression: ExpressionNode;
}

/** An index of a table. */
export interface IndexDefinition {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly where?: ExpressionNode | undefined;
}

/** A CREATE TABLE. Its indexes are statements of their own. */
export interface CreateTableNode {
  readonly kind: "createTable";
  readonly table: TableNode;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly {
    readonly name: string;
    readonly columns: readonly string[];
  }[];
  readonly foreignKeys: readonly ForeignKeyDefinition[];
  readonly checks: readonly CheckDefinition[];
}

/** A CREATE INDEX. */
export interface CreateIndexNode {
  readonly kind: "createIndex";
  readonly table: TableNode;
  readonly index: IndexDefinition;
  readonly ifNotExists: boolean;
}

/** A DROP TABLE. */
export interface DropTableNode {
  readonly kind: "dropTable";
  readonly table: TableNode;
  readonly ifExists: boolean;
}

/** A statement written by the user. */
export interface RawStatementNode {
  readonly kind: "rawStatement";
  readonly raw: Extract<ExpressionNode, { kind: "raw" }>;
}

/** Anything a backend can be asked to do. */
export type StatementNode =
  | SelectNode
  | InsertNode
  | UpdateNode
  | DeleteNode
  | CreateTableNode
  | CreateIndexNode
  | DropTableNode
  | RawStatementNode;

/** Whether a statement only reads. SQL of the user is taken as a write unless it says otherwise. */
export function isRead(statement: StatementNode): boolean {
  return statement.kind === "select";
}

/** A query for the given columns of a table, to be refined by spreading. */
export function selectFrom(table: TableNode, columns: readonly SelectItem[]): SelectNode {
  return {
    kind: "select",
    distinct: false,
    columns,
    from: table,
    where: null,
    groupBy: [],
    having: null,
    orderBy: [],
    limit: null,
    offset: null,
  };
}
