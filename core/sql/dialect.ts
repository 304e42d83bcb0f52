import type { IndexHint, LockClause, PlannerHints } from "../ast/clauses.ts";
import type { ExpressionNode } from "../ast/expression.ts";
import type { ColumnDefinition, StatementNode } from "../ast/statement.ts";
import { ConfigurationError, QueryBuildError } from "../errors.ts";
import {
  type DatabaseType,
  databaseTypeOf,
  formatType,
  type LogicalType,
  type TypeMapping,
} from "../types/database_type.ts";
import { shownName } from "../types/shown_name.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import { type ExpressionCompilers, type FunctionCompilers, SQLBuilder, type StatementCompilers } from "./builder.ts";
import { refuseHints, refuseIndexHint, writeLock } from "./compile_clauses.ts";
import type { DDLDialect } from "./compile_ddl.ts";
import type { PlanReader } from "./plan_reader.ts";
import { standardExpressions } from "./compile_expression.ts";
import { standardFunctions } from "./compile_function.ts";
import { standardStatements, writeLimitOffset } from "./compile_statement.ts";

/** How a dialect writes RETURNING. */
export interface ReturningClauseHandler {
  /** Whether the dialect has the clause. */
  readonly isSupported: boolean;
  /** The clause for some columns, or for all. */
  formatClause(columns?: readonly string[]): string;
}

/**
 * How one database writes SQL: standard tables of one function per kind of node, over which a dialect lays its few
 * differences.
 */
export abstract class SQLDialect implements DDLDialect {
  /** Short name, such as `sqlite`. */
  abstract readonly name: string;
  /** How each kind of expression is written. */
  readonly expressions: ExpressionCompilers = standardExpressions;
  /** How each kind of statement is written. */
  readonly statements: StatementCompilers = standardStatements;
  /** How each function is written. */
  readonly functions: FunctionCompilers = standardFunctions;
  /** What stands behind the type of a key that the database makes. */
  abstract readonly autoIncrement: {
    readonly clause: string;
    readonly isPrimaryKey: boolean;
  };
  /** What stands behind the closing parenthesis of CREATE TABLE. */
  readonly tableSuffix: string = "";
  /** How statements are explained; undefined where they cannot be. */
  readonly plans: PlanReader | undefined = undefined;

  readonly #quoted = new Map<string, string>();

  /** Quotes a name; doubles the quote character inside. */
  quoteIdentifier(name: string): string {
    let quoted = this.#quoted.get(name);
    if (quoted === undefined) {
      // Half of a surrogate pair would be sent as another character.
      if (typeof name !== "string" || name === "" || name.includes("\0") || !name.isWellFormed()) {
        throw new QueryBuildError(
          `Invalid name ${shownName(name)}: a name is not empty and holds no NUL and no half of a surrogate pair`,
        );
      }
      quoted = this.quote(name);
      // Names come from models, but a program may also make them up without end.
      if (this.#quoted.size < 10_000) this.#quoted.set(name, quoted);
    }
    return quoted;
  }

  /** Quotes a name that has been checked. */
  protected quote(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
  }

  /** The placeholder of the parameter with this position, counted from 1. */
  getPlaceholder(_index: number): string {
    return "?";
  }

  /** LIMIT and OFFSET as text, starting with a space; 0 is a number like any other. */
  formatLimitOffset(limit: number | null, offset: number | null): string {
    return writeLimitOffset(limit, offset);
  }

  /** The statements that do what one statement says, where a database needs several. They run in one transaction. */
  expand(statement: StatementNode): readonly StatementNode[] {
    return [statement];
  }

  /** Writes which indexes are to be used; standard SQL has no words for it. */
  writeIndexHint(hint: IndexHint, builder: SQLBuilder): void {
    refuseIndexHint(hint, builder);
  }

  /** Writes what the planner is told; standard SQL has no words for it. */
  writeHints(hints: PlannerHints, builder: SQLBuilder): void {
    refuseHints(hints, builder);
  }

  /** Writes how rows are locked. */
  writeLock(lock: LockClause, builder: SQLBuilder): void {
    writeLock(lock, builder);
  }

  /** How each database type is written in DDL. */
  abstract getTypeMappings(): Readonly<Record<DatabaseType, TypeMapping>>;

  /** SQL of a type. */
  formatType(type: LogicalType): string {
    if (type.sqlType !== undefined) return type.sqlType;
    return formatType(this.getTypeMappings()[databaseTypeOf(type)], type);
  }

  /** SQL of a type, as CAST takes it. */
  castType(type: LogicalType): string {
    return this.formatType(type);
  }

  /** Writes an expression as a term of an order. */
  orderTerm(node: ExpressionNode, builder: SQLBuilder): void {
    builder.expression(node);
  }

  /** Writes an expression as a term by which rows are put together, in GROUP BY or PARTITION BY. */
  groupTerm(node: ExpressionNode, builder: SQLBuilder): void {
    builder.expression(node);
  }

  /** SQL type of a column. */
  columnType(column: ColumnDefinition): string {
    return this.formatType(column.type);
  }

  /** How RETURNING is written. */
  get returning(): ReturningClauseHandler {
    return {
      isSupported: true,
      formatClause: (columns) =>
        ` RETURNING ${columns === undefined ? "*" : columns.map((name) => this.quoteIdentifier(name)).join(", ")}`,
    };
  }

  /** Writes an encoded value as a literal, for DDL only. */
  literal(value: unknown): string {
    switch (typeof value) {
      case "number":
      case "bigint":
        return String(value);
      case "boolean":
        return value ? "TRUE" : "FALSE";
      case "string":
        if (value.isWellFormed()) return this.quoteText(value);
        throw new ConfigurationError("Invalid text in SQL: it holds half of a surrogate pair");
      default:
        if (value === null) return "NULL";
        throw new ConfigurationError(
          "Invalid default of a column: only numbers, texts, booleans, dates and NULL can be written into DDL",
        );
    }
  }

  /** Writes a text literal; NUL has no place in one. */
  protected quoteText(text: string): string {
    if (text.includes("\0")) throw new ConfigurationError("Invalid text in DDL: it holds NUL");
    return `'${text.replaceAll("'", "''")}'`;
  }

  /** A builder for one statement. */
  createBuilder(types: TypeRegistry): SQLBuilder {
    return new SQLBuilder(this, types);
  }
}
