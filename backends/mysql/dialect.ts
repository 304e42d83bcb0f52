import type { IndexHint, PlannerHints } from "../../core/ast/clauses.ts";
import type { ColumnDefinition } from "../../core/ast/statement.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, FunctionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { writeHintComment } from "../../core/sql/compile_clauses.ts";
import { type ReturningClauseHandler, SQLDialect } from "../../core/sql/dialect.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import type { DatabaseType, LogicalType, TypeMapping } from "../../core/types/database_type.ts";
import { jsonNull, toJSONText } from "../../core/types/json.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";
import { MySQLBuilder, type ServerSyntax } from "./builder.ts";
import { castType } from "./casts.ts";
import { mysqlExpressions } from "./expressions.ts";
import { bindPath, type SQLFragment } from "./json_path.ts";
import { MYSQL_FUNCTIONS } from "./sql_functions.ts";
import { limitOffset, mysqlStatements } from "./statements.ts";
import { mysqlPlans } from "./plan.ts";
import { MYSQL_SYNTAX } from "./syntax.ts";
import { KEYED_LENGTH, MYSQL_TYPE_MAPPINGS, quoteText } from "./types.ts";

/** Longest name of a table, a column or a constraint. */
const LONGEST_NAME = 64;

/** What the servers do not keep: spaces and control characters around a name, and characters that take four bytes. */
// deno-lint-ignore no-control-regex -- they are what is looked for
const LOST = /^[\x01-\x20\x7f]|[\x01-\x20\x7f]$|[\u{10000}-\u{10ffff}]/u;

/** The words of index hints. */
const INDEX_ACTIONS: Readonly<Record<string, string>> = { use: "USE", force: "FORCE", ignore: "IGNORE" };

/** Names at which mysql2 gives up a connection in the middle of an answer: those of what its rows would inherit. */
const UNREADABLE: ReadonlySet<string> = new Set([
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "__proto__",
]);

/** How MySQL writes SQL. */
export class MySQLDialect extends SQLDialect {
  /** `mysql`. */
  override readonly name: string = "mysql";
  /** How each kind of expression is written. */
  override readonly expressions: ExpressionCompilers = mysqlExpressions;
  /** How each kind of statement is written. */
  override readonly statements: StatementCompilers = mysqlStatements;
  /** How each function is written. */
  override readonly functions: FunctionCompilers = MYSQL_FUNCTIONS;
  /** The database makes the key; which column is the key is said at the end of the table. */
  override readonly autoIncrement = { clause: "NOT NULL AUTO_INCREMENT", isPrimaryKey: false };

  /**
   * What the two servers write differently.
   *
   * @internal
   */
  protected get syntax(): ServerSyntax {
    return MYSQL_SYNTAX;
  }

  /** How the server says what it means to do. */
  override readonly plans: PlanReader = mysqlPlans;

  /** Texts are equal only when every byte is, on every database. */
  override readonly tableSuffix: string = tableSuffix(MYSQL_SYNTAX);

  /** How RETURNING is written: not at all. */
  override get returning(): ReturningClauseHandler {
    return { isSupported: false, formatClause: () => "" };
  }

  /**
   * A name in backticks. The servers would refuse one that is too long only after other statements have run, take spaces off its
   * ends and put "?" for characters beyond the first plane of Unicode, after which two names may be one.
   */
  protected override quote(name: string): string {
    if (LOST.test(name)) {
      throw new QueryBuildError(
        `Invalid name ${
          JSON.stringify(name)
        }: the server would lose a space at its end or start, or a character beyond U+FFFF`,
      );
    }
    if (UNREADABLE.has(name)) {
      throw new QueryBuildError(`Invalid name ${JSON.stringify(name)}: the driver reads no columns of this name`);
    }
    if ([...name].length > LONGEST_NAME) {
      throw new QueryBuildError(`Invalid name "${name}": it has more than ${LONGEST_NAME} characters`);
    }
    return `\`${name.replaceAll("`", "``")}\``;
  }

  /** Writes a text literal. */
  protected override quoteText(text: string): string {
    return quoteText(text);
  }

  /** The SQL types of the servers. */
  override getTypeMappings(): Readonly<Record<DatabaseType, TypeMapping>> {
    return MYSQL_TYPE_MAPPINGS;
  }

  /** SQL of a type, as CAST takes it. */
  override castType(type: LogicalType): string {
    return type.kind === "json" || type.kind === "array" ? "JSON" : castType(type);
  }

  /** LIMIT and OFFSET as text; OFFSET alone gets the highest LIMIT there is. */
  override formatLimitOffset(limit: number | null, offset: number | null): string {
    return limitOffset(limit, offset);
  }

  /** USE, FORCE or IGNORE INDEX; an empty list means no index at all. */
  override writeIndexHint({ action, indexes }: IndexHint, builder: SQLBuilder): void {
    builder.need("hints.index");
    const word = indexes.length === 0 ? "USE" : INDEX_ACTIONS[action];
    if (word === undefined) throw new QueryBuildError(`Unknown action ${JSON.stringify(action)} of an index hint`);
    builder.sql += ` ${word} INDEX (`;
    builder.identifiers(indexes);
    builder.sql += ")";
  }

  /** STRAIGHT_JOIN, and hints in a comment where the server reads them. */
  override writeHints(hints: PlannerHints, builder: SQLBuilder): void {
    writeHintComment(hints, builder);
    if (hints.keepsJoinOrder) builder.sql += "STRAIGHT_JOIN ";
  }

  /** SQL type of a column; a text in a key or an index has a length. */
  override columnType(column: ColumnDefinition): string {
    const { type, keyed } = column;
    const bounded: LogicalType = keyed && type.kind === "string" && type.length === undefined
      ? { ...type, length: KEYED_LENGTH }
      : type;
    return this.formatType(bounded);
  }

  /** A builder for one statement. */
  override createBuilder(types: TypeRegistry): SQLBuilder {
    return new MySQLBuilder(this, types, this.syntax);
  }

  /**
   * The value at a path of a JSON column, as JSON.
   *
   * @throws {QueryBuildError} for a path that is none
   */
  jsonPathExtract(column: string, path: string): SQLFragment {
    return {
      sql: `JSON_EXTRACT(${this.quoteIdentifier(column)}, ?)`,
      params: [this.syntax.checkedPath(bindPath(path))],
    };
  }

  /**
   * Whether a JSON column, or what is at a path of it, contains a value: an element of an array, a part of an object.
   *
   * @throws {QueryBuildError} for a path that is none
   */
  jsonContains(column: string, value: unknown, path?: string): SQLFragment {
    const params = [
      toJSONText(value ?? jsonNull),
      ...path === undefined ? [] : [this.syntax.checkedPath(bindPath(path))],
    ];
    return { sql: `JSON_CONTAINS(${this.quoteIdentifier(column)}, ?${path === undefined ? "" : ", ?"})`, params };
  }

  /**
   * The condition that a JSON column has a value at a path; null stands for JSON's.
   *
   * @throws {QueryBuildError} for a path that is none
   */
  jsonPathEquals(column: string, path: string, value: unknown): SQLFragment {
    const { sql, params } = this.jsonPathExtract(column, path);
    return { sql: `${sql} = CAST(? AS JSON)`, params: [...params, toJSONText(value ?? jsonNull)] };
  }

  /** An INSERT whose rows replace those that are there: the text before the values and behind them. */
  replacingInsert(table: string, columns: readonly string[]): { readonly before: string; readonly after: string } {
    const names = columns.map((column) => this.quoteIdentifier(column));
    const changed = columns.some((column) => column !== "id") ? columns.filter((column) => column !== "id") : columns;
    const builder = this.createBuilder(NO_TYPES);
    this.syntax.writeNewRow(builder);
    builder.sql += " ON DUPLICATE KEY UPDATE ";
    changed.forEach((column, i) => {
      builder.sql += `${i > 0 ? ", " : ""}${this.quoteIdentifier(column)} = `;
      this.syntax.writeExcluded(column, builder);
    });
    return { before: `INSERT INTO ${this.quoteIdentifier(table)} (${names.join(", ")}) VALUES `, after: builder.sql };
  }
}

/** What stands behind the columns of a table: its storage, and how its texts are compared. */
export function tableSuffix({ collation }: ServerSyntax): string {
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}

/** Names need no converters. */
const NO_TYPES = new TypeRegistry();
