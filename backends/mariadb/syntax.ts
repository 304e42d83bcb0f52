import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { ServerSyntax } from "../mysql/builder.ts";
import { MARIADB_FLAVOR } from "./flavor.ts";

/** How MariaDB writes what MySQL writes differently. */
export const MARIADB_SYNTAX: ServerSyntax = {
  backend: "mariadb",
  collation: MARIADB_FLAVOR.collation,
  // JSON is text here, and equal only when every space is.
  writeJSONEquals(left, right, builder) {
    // JSON_EQUALS takes a NULL that an expression makes for the value of the row before.
    const guarded = [left, right].filter(({ kind }) => kind !== "column" && kind !== "value" && kind !== "slot");
    guarded.forEach((side) => {
      builder.sql += "IF((";
      builder.expression(side);
      builder.sql += ") IS NULL, NULL, ";
    });
    builder.sql += "JSON_EQUALS(";
    builder.expression(left);
    builder.sql += ", ";
    builder.expression(right);
    builder.sql += `)${")".repeat(guarded.length)}`;
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
