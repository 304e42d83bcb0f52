import type { LockClause } from "../../core/ast/clauses.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import type { ReturningClauseHandler } from "../../core/sql/dialect.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { jsonNull, toJSONText } from "../../core/types/json.ts";
import type { ServerSyntax } from "../mysql/builder.ts";
import { castType } from "../mysql/casts.ts";
import { MySQLDialect, tableSuffix } from "../mysql/dialect.ts";
import type { SQLFragment } from "../mysql/json_path.ts";
import { mariadbExpressions } from "./expressions.ts";
import { mariadbPlans } from "./plan.ts";
import { MARIADB_SYNTAX } from "./syntax.ts";

/** How MariaDB writes SQL: like MySQL, with a few differences. */
export class MariaDBDialect extends MySQLDialect {
  /** `mariadb`. */
  override readonly name: string = "mariadb";

  /** How the server says what it means to do, and what it did. */
  override readonly plans: PlanReader = mariadbPlans;

  /** Texts are equal only when every byte is, as on every database. */
  override readonly tableSuffix: string = tableSuffix(MARIADB_SYNTAX);

  /** How each kind of expression is written. */
  override readonly expressions: ExpressionCompilers = mariadbExpressions;

  /** SQL of a type, as CAST takes it. JSON is text. */
  override castType(type: LogicalType): string {
    return castType(type);
  }

  /**
   * What the two servers write differently.
   *
   * @internal
   */
  protected override get syntax(): ServerSyntax {
    return MARIADB_SYNTAX;
  }

  /** How RETURNING is written; MariaDB has it behind INSERT and DELETE. */
  override get returning(): ReturningClauseHandler {
    return {
      isSupported: true,
      formatClause: (columns) =>
        ` RETURNING ${columns === undefined ? "*" : columns.map((name) => this.quoteIdentifier(name)).join(", ")}`,
    };
  }

  /** FOR UPDATE, or LOCK IN SHARE MODE; MariaDB cannot lock one table of several. */
  override writeLock(lock: LockClause, builder: SQLBuilder): void {
    const before = builder.sql.length;
    super.writeLock(lock, builder);
    if (lock.strength !== "share") return;
    builder.sql = builder.sql.slice(0, before) + builder.sql.slice(before).replace("FOR SHARE", "LOCK IN SHARE MODE");
  }

  /**
   * The condition that a JSON column has a value at a path; null stands for JSON's.
   *
   * @throws {QueryBuildError} for a path that is none
   */
  override jsonPathEquals(column: string, path: string, value: unknown): SQLFragment {
    const { sql, params } = this.jsonPathExtract(column, path);
    return {
      sql: `JSON_NORMALIZE(${sql}) COLLATE ${MARIADB_SYNTAX.collation} = JSON_NORMALIZE(?)`,
      params: [...params, toJSONText(value ?? jsonNull)],
    };
  }
}
