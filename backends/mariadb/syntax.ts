import { QueryBuildError, UnsupportedFeatureError } from "../../core/errors.ts";
import type { ServerSyntax } from "../mysql/builder.ts";
import { MARIADB_FLAVOR } from "./flavor.ts";
import { jsonTerms, mariadbSelect } from "./select.ts";

/** How MariaDB writes what MySQL writes differently. */
export const MARIADB_SYNTAX: ServerSyntax = {
  backend: "mariadb",
  collation: MARIADB_FLAVOR.collation,
  foldingCollation: "utf8mb4_unicode_520_nopad_ci",
  invisible: "INVISIBLE",
  // JSON is text here, and equal only when every space is. JSON_EQUALS would do, but in WHERE it takes NULL for equal to anything.
  writeJSONEquals(left, right, builder, operator = "=") {
    builder.sql += "(JSON_NORMALIZE(";
    builder.expression(left);
    builder.sql += `) COLLATE ${MARIADB_FLAVOR.collation} ${operator} JSON_NORMALIZE(`;
    builder.expression(right);
    builder.sql += "))";
  },
  cutsTexts: true,
  guessesTypes: false,
  changesTexts: new Set(["replace", "padStart", "padEnd"]),
  losesKeys: false,
  readsChanged: true,
  writeJSONText: (write) => write(),
  orderTerms: jsonTerms,
  select: mariadbSelect,
  ordered: (rows) => rows,
  // A quoted key with a minus in front is an invalid path to the server, which answers as if there were no such key.
  checkedPath(path) {
    if (!/\."-/.test(path)) return path;
    throw new QueryBuildError("Invalid key in a JSON path: MariaDB finds no keys that begin with a minus");
  },
  writeRegex({ operand, pattern, caseSensitive }, builder) {
    builder.operand(operand);
    builder.sql += " REGEXP ";
    builder.bind(caseSensitive ? pattern : `(?i)${pattern}`, { kind: "string" }, undefined);
    builder.sql += ` COLLATE ${MARIADB_FLAVOR.collation}`;
  },
  writeNewRow() {},
  writeExcluded(column, builder) {
    builder.sql += `VALUES(${builder.dialect.quoteIdentifier(column)})`;
  },
  writeReturning(columns, statement, builder) {
    if (columns.length === 0) return;
    if (statement === "update") {
      throw new UnsupportedFeatureError("mariadb", {
        feature: "returning.update",
        instead: "read the row again by its key, in the same transaction",
      });
    }
    builder.sql += " RETURNING ";
    builder.identifiers(columns);
  },
};
