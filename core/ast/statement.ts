import type { LogicalType } from "../types/database_type.ts";
import type {
  CommonTableNode,
  CompoundNode,
  DerivedTableNode,
  ExpressionNode,
  FromNode,
  JoinNode,
  NamedWindowNode,
  OrderItem,
  QueryNode,
  SelectItem,
  SelectNode,
  TableNode,
  ValuesNode,
} from "./expression.ts";
import type { FullTextDefinition } from "./full_text.ts";

// A query is part of expressions too, so its types stand beside theirs.
export type {
  CommonTableNode,
  CompoundNode,
  DerivedTableNode,
  FromNode,
  JoinNode,
  NamedWindowNode,
  OrderItem,
  QueryNode,
  SelectItem,
  SelectNode,
  TableNode,
  ValuesNode,
};

/** What an INSERT does with a row whose key is there already. */
export interface ConflictNode {
  /** Columns of the unique key. */
  readonly columns: readonly string[];
  /** Assignments to the row that is there; empty leaves it as it is. Columns of that row name their table. */
  readonly update: readonly Assignment[];
  /** Condition under which the row that is there is changed; null for always. Columns of that row name their table. */
  readonly where?: ExpressionNode | null | undefined;
}

/** A new value for a column. */
export interface Assignment {
  /** Name of the column. */
  readonly column: string;
  /** What it is set to. */
  readonly value: ExpressionNode;
}

/** An INSERT of one row or several with the same columns. */
export interface InsertNode {
  /** Tells what kind of node it is. */
  readonly kind: "insert";
  /** The table. */
  readonly table: TableNode;
  /** Names of the columns that are given. */
  readonly columns: readonly string[];
  /** Values of each row, in the order of the columns. */
  readonly rows: readonly (readonly ExpressionNode[])[];
  /** The query that gives the rows, in place of `rows`. */
  readonly query?: SelectNode | undefined;
  /** What happens when a row with the same key is there. */
  readonly onConflict?: ConflictNode | undefined;
  /** Names of the columns that are given back; empty for none. */
  readonly returning: readonly string[];
}

/** An UPDATE of the rows that fit a condition. */
export interface UpdateNode {
  /** Tells what kind of node it is. */
  readonly kind: "update";
  /** The table. */
  readonly table: TableNode;
  /** The assignments. */
  readonly set: readonly Assignment[];
  /** Condition of the rows; null for all. */
  readonly where: ExpressionNode | null;
  /** Names of the columns that are given back; empty for none. */
  readonly returning: readonly string[];
}

/** An UPDATE that gives each of several rows values of its own. */
export interface UpdateRowsNode {
  /** Tells what kind of node it is. */
  readonly kind: "updateRows";
  /** The table. */
  readonly table: TableNode;
  /** Names of the columns by which a row is found. */
  readonly key: readonly string[];
  /** Names of the columns that are set. */
  readonly columns: readonly string[];
  /** For each row the values of the key, then those of the columns. */
  readonly rows: readonly (readonly ExpressionNode[])[];
  /** Assignments that are the same for all rows. */
  readonly set: readonly Assignment[];
  /** Condition of the rows beside their key; null for none. */
  readonly where: ExpressionNode | null;
}

/** A DELETE of the rows that fit a condition. */
export interface DeleteNode {
  /** Tells what kind of node it is. */
  readonly kind: "delete";
  /** The table. */
  readonly table: TableNode;
  /** Condition of the rows; null for all. */
  readonly where: ExpressionNode | null;
  /** Names of the columns that are given back; empty for none. */
  readonly returning: readonly string[];
}

/** What a foreign key does when the row it points to is removed or its key changes. */
export type ReferentialAction =
  | "cascade"
  | "restrict"
  | "set null"
  | "set default"
  | "no action";

const ACTIONS: readonly ReferentialAction[] = ["cascade", "restrict", "set null", "set default", "no action"];

/** The action that a database names, in capitals or not; `no action` for anything else. */
export function referentialAction(name: unknown): ReferentialAction {
  const text = String(name).toLowerCase();
  return ACTIONS.find((known) => known === text) ?? "no action";
}

/** A foreign key of a table. */
export interface ForeignKeyDefinition {
  /** Name of the constraint. */
  readonly name: string;
  /** Its columns, in order. */
  readonly columns: readonly string[];
  /** Table that it points to. */
  readonly table: TableNode;
  /** Columns that it points to. */
  readonly references: readonly string[];
  /** What happens when the other row is removed. */
  readonly onDelete?: ReferentialAction | undefined;
  /** What happens when the other key changes. */
  readonly onUpdate?: ReferentialAction | undefined;
}

/** A column of a table to be created. */
export interface ColumnDefinition {
  /** Name in the database. */
  readonly name: string;
  /** Type of its values. */
  readonly type: LogicalType;
  /** Whether it may hold NULL. */
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
  /** Name of the constraint. */
  readonly name: string;
  /** The condition. */
  readonly expression: ExpressionNode;
}

/** An index of a table. */
export interface IndexDefinition {
  /** Name of the index. */
  readonly name: string;
  /** Its columns, in order. */
  readonly columns: readonly string[];
  /** Whether no two rows may have the same values. */
  readonly unique: boolean;
  /** Only rows that fit are in the index. */
  readonly where?: ExpressionNode | undefined;
}

/** A CREATE TABLE. Its indexes are statements of their own. */
export interface CreateTableNode {
  /** Tells what kind of node it is. */
  readonly kind: "createTable";
  /** The table. */
  readonly table: TableNode;
  /** Whether it is no error that it is there already. */
  readonly ifNotExists: boolean;
  /** Its columns, in order. */
  readonly columns: readonly ColumnDefinition[];
  /** Columns of the primary key. */
  readonly primaryKey: readonly string[];
  /** Groups of columns that no two rows have in common. */
  readonly uniques: readonly {
    readonly name: string;
    readonly columns: readonly string[];
  }[];
  /** Its foreign keys. */
  readonly foreignKeys: readonly ForeignKeyDefinition[];
  /** Its conditions. */
  readonly checks: readonly CheckDefinition[];
}

/** A CREATE INDEX. */
export interface CreateIndexNode {
  /** Tells what kind of node it is. */
  readonly kind: "createIndex";
  /** The table. */
  readonly table: TableNode;
  /** The index. */
  readonly index: IndexDefinition;
  /** Whether it is no error that it is there already. */
  readonly ifNotExists: boolean;
}

/** Creates an index in which texts are searched for words. */
export interface CreateFullTextNode {
  /** Tells what kind of node it is. */
  readonly kind: "createFullText";
  /** The table. */
  readonly table: TableNode;
  /** The index. */
  readonly index: FullTextDefinition;
  /** Whether it is no error that it is there already. */
  readonly ifNotExists: boolean;
}

/** Removes such an index. That there is none is no error. */
export interface DropFullTextNode {
  /** Tells what kind of node it is. */
  readonly kind: "dropFullText";
  /** The table. */
  readonly table: TableNode;
  /** The index. */
  readonly index: FullTextDefinition;
}

/** A DROP TABLE. */
export interface DropTableNode {
  /** Tells what kind of node it is. */
  readonly kind: "dropTable";
  /** The table. */
  readonly table: TableNode;
  /** Whether it is no error that there is none. */
  readonly ifExists: boolean;
}

/** A statement written by the user. */
export interface RawStatementNode {
  /** Tells what kind of node it is. */
  readonly kind: "rawStatement";
  /** The text with its values. */
  readonly raw: Extract<ExpressionNode, { kind: "raw" }>;
  /** Says that the text only reads. @default {false} */
  readonly reads?: boolean | undefined;
}

/** A question for how a statement would be run, or was. */
export interface ExplainNode {
  /** Tells what kind of node it is. */
  readonly kind: "explain";
  /** The statement. */
  readonly statement: StatementNode;
  /** Whether the statement is run, so that the answer says what really happened. */
  readonly analyze: boolean;
}

/** Anything a backend can be asked to do. */
export type StatementNode =
  | QueryNode
  | InsertNode
  | UpdateNode
  | UpdateRowsNode
  | DeleteNode
  | CreateTableNode
  | CreateIndexNode
  | DropTableNode
  | CreateFullTextNode
  | DropFullTextNode
  | ExplainNode
  | RawStatementNode;

/** Whether a statement only reads. SQL of the user is taken as a write unless it says otherwise; so is a query that locks. */
export function isRead(statement: StatementNode): boolean {
  switch (statement.kind) {
    case "select":
      return statement.lock === undefined;
    case "compound":
      return statement.operands.every(isRead);
    case "values":
      return true;
    case "rawStatement":
      return statement.reads === true;
    case "explain":
      return !statement.analyze || isRead(statement.statement);
    default:
      return false;
  }
}

/** A query for the given columns of a table, or of a query in its place, to be refined by spreading. */
export function selectFrom(from: FromNode, columns: readonly SelectItem[]): SelectNode {
  return {
    kind: "select",
    distinct: false,
    columns,
    from,
    where: null,
    groupBy: [],
    having: null,
    orderBy: [],
    limit: null,
    offset: null,
  };
}

/** The name by which a query calls what it reads from. */
export function sourceName(from: FromNode): string {
  return from.kind === "table" ? from.alias ?? from.name : from.alias;
}

/** All that a query reads from, in the order of its text. */
export function sourcesOf({ from, joins = [] }: Pick<SelectNode, "from" | "joins">): FromNode[] {
  return [...from === null ? [] : [from], ...joins.map(({ table }) => table)];
}

/** The names of all that a query reads from, in their order. */
export function sourceNames(query: Pick<SelectNode, "from" | "joins">): string[] {
  return sourcesOf(query).map(sourceName);
}
