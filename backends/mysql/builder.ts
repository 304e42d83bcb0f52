import type { ExpressionNode, FunctionName, PatternNode, QuantifiedNode } from "../../core/ast/expression.ts";
import type { SelectNode, TableNode } from "../../core/ast/statement.ts";
import { type BuilderDialect, SQLBuilder } from "../../core/sql/builder.ts";
import type { TypeRegistry } from "../../core/types/type_registry.ts";
import type { OrderTerms } from "./order.ts";

/** What MySQL and MariaDB write differently. */
export interface ServerSyntax {
  /** Short name of the backend, for messages. */
  readonly backend: string;
  /** The collation in which texts are equal only when every byte is. */
  readonly collation: string;
  /** A collation that takes small and capital letters, with accents or without, for the same. */
  readonly foldingCollation: string;
  /** What makes a column one that `SELECT *` leaves out. */
  readonly invisible: string;
  /** Writes that two JSON values are the same, whatever the order of their keys; `<=>` takes NULL for a value like others. */
  writeJSONEquals(left: ExpressionNode, right: ExpressionNode, builder: SQLBuilder, operator?: "=" | "<=>"): void;
  /** Whether GROUP_CONCAT cuts what is longer than a statement may be, with no more than a warning. */
  readonly cutsTexts: boolean;
  /** Whether the type of a parameter is guessed from what stands beside it, before its value is known. */
  readonly guessesTypes: boolean;
  /** Functions that change the text they are given instead of making one. */
  readonly changesTexts: ReadonlySet<FunctionName>;
  /** Whether HAVING finds no key that is computed by a query which is worked into this one, unless it is selected by its name. */
  readonly losesKeys: boolean;
  /** Whether UPDATE and DELETE may read the table that they change in a subquery. */
  readonly readsChanged: boolean;
  /** Makes JSON of what gives the text of some. */
  writeJSONText(write: () => void, builder: SQLBuilder): void;
  /** The terms by which a value is ordered. */
  readonly orderTerms: OrderTerms;
  /** A query as the server takes it, with groups or without. */
  select(node: SelectNode): SelectNode;
  /** The rows of a query as the server takes them beside `<`, `<=`, `>` or `>=`. */
  ordered(rows: QuantifiedNode): QuantifiedNode;
  /** A path as it is bound; one that the server would take for another is refused. */
  checkedPath(path: string): string;
  /** Writes a match with a regular expression. */
  writeRegex(node: PatternNode, builder: SQLBuilder): void;
  /** Writes the name of the new row behind the values of an upsert, where it has one. */
  writeNewRow(builder: SQLBuilder): void;
  /** Writes the value that an upsert would have inserted. */
  writeExcluded(column: string, builder: SQLBuilder): void;
  /** Writes RETURNING with some columns, or refuses it. */
  writeReturning(columns: readonly string[], statement: "insert" | "update" | "delete", builder: SQLBuilder): void;
}

/** A builder that knows the server and what kind of statement it writes. */
export class MySQLBuilder extends SQLBuilder {
  /** What the server writes differently. */
  readonly syntax: ServerSyntax;
  /** The table whose rows the statement changes; null where it may be read in a subquery. */
  changed: TableNode | null = null;
  /** Names of the queries of WITH that compute columns, and that the server may work into those that read them. */
  computing: ReadonlySet<string> = new Set();
  /** The queries that are being written, each inside of the one before. */
  readonly reading: SelectNode[] = [];

  /** A builder serves one statement. */
  constructor(dialect: BuilderDialect, types: TypeRegistry, syntax: ServerSyntax) {
    super(dialect, types);
    this.syntax = syntax;
  }
}

/** The builder of these dialects. */
export function mysqlBuilder(builder: SQLBuilder): MySQLBuilder {
  return builder as MySQLBuilder; // their compilers are given no other
}
