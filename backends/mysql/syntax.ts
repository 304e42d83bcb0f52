import type { ExpressionNode } from "../../core/ast/expression.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { ServerSyntax } from "./builder.ts";
import { MYSQL_FLAVOR } from "./flavor.ts";
import { groupedSelect } from "./grouping.ts";
import { groupsApart } from "./groups_apart.ts";
import { deeperWhereDependent } from "./inner_query.ts";
import { withMissingRows } from "./missing_rows.ts";
import { termsOf } from "./order.ts";
import { askedInJoins } from "./outer_joins.ts";
import { isParameter } from "./typed.ts";

/** Name of the new row in an upsert; no table is called so by chance. */
const NEW_ROW = "activerecord_new";

/** A parameter is text until it is cast. */
function writeJSON(node: ExpressionNode, builder: SQLBuilder): void {
  const isText = isParameter(node);
  builder.sql += isText ? "CAST(" : "";
  builder.operand(node);
  builder.sql += isText ? " AS JSON)" : "";
}

/** How MySQL writes what MariaDB writes differently. */
export const MYSQL_SYNTAX: ServerSyntax = {
  backend: "mysql",
  collation: MYSQL_FLAVOR.collation,
  foldingCollation: "utf8mb4_0900_ai_ci",
  invisible: "/*!80023 INVISIBLE */",
  writeJSONEquals(left, right, builder, operator = "=") {
    builder.sql += "(";
    writeJSON(left, builder);
    builder.sql += ` ${operator} `;
    writeJSON(right, builder);
    builder.sql += ")";
  },
  cutsTexts: false,
  guessesTypes: true,
  changesTexts: new Set(["upper", "lower", "padEnd"]),
  losesKeys: true,
  readsChanged: false,
  writeJSONText(write, builder) {
    builder.sql += "CAST(";
    write();
    builder.sql += " AS JSON)";
  },
  orderTerms: termsOf,
  select: (node) => groupedSelect(groupsApart(withMissingRows(askedInJoins(node)), { dependent: true })),
  ordered: (rows) => ({ ...rows, query: deeperWhereDependent(rows.query) }),
  checkedPath: (path) => path,
  writeRegex({ operand, pattern, caseSensitive }, builder) {
    builder.sql += "REGEXP_LIKE(";
    builder.expression(operand);
    builder.sql += ", ";
    builder.bindText(pattern);
    builder.sql += `, '${caseSensitive ? "c" : "i"}')`;
  },
  writeNewRow(builder) {
    builder.sql += ` AS \`${NEW_ROW}\``;
  },
  writeExcluded(column, builder) {
    builder.sql += `\`${NEW_ROW}\`.${builder.dialect.quoteIdentifier(column)}`;
  },
  writeReturning(columns, statement) {
    if (columns.length === 0) return;
    throw new UnsupportedFeatureError("mysql", {
      feature: statement === "insert" ? "returning" : `returning.${statement}`,
      instead: "read the row again by its key, in the same transaction",
    });
  },
};
