import type { DatePart, DateUnit } from "../../core/ast/date.ts";
import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { datePartName } from "../../core/sql/compile_date.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { typedValue } from "./typed.ts";

/** Named zones need tables that servers come without; the capability says no, and so the statement is not sent. */
function refuseZone(zone: string | null, builder: SQLBuilder): void {
  if (zone !== null) builder.need("timeZones");
}

function castOf({ kind }: LogicalType): string {
  return kind === "plainDate" ? " AS DATE)" : " AS DATETIME(6))";
}

/** What is kept of a time, as the format of a text. */
const FORMATS: { readonly [K in DateUnit]?: string } = {
  year: "%Y-01-01",
  month: "%Y-%m-01",
  day: "%Y-%m-%d",
  hour: "%Y-%m-%d %H:00:00",
  minute: "%Y-%m-%d %H:%i:00",
  second: "%Y-%m-%d %H:%i:%s",
};

/** What stands around a time to read one part of it. */
const PARTS: { readonly [K in DatePart]: readonly [before: string, after: string] } = {
  year: ["YEAR(", ")"],
  quarter: ["QUARTER(", ")"],
  month: ["MONTH(", ")"],
  week: ["WEEK(", ", 3)"],
  day: ["DAYOFMONTH(", ")"],
  hour: ["HOUR(", ")"],
  minute: ["MINUTE(", ")"],
  second: ["SECOND(", ")"],
  dayOfWeek: ["(WEEKDAY(", ") + 1)"],
  dayOfYear: ["DAYOFYEAR(", ")"],
  epoch: ["TIMESTAMPDIFF(SECOND, '1970-01-01', ", ")"],
};

function around(text: readonly [string, string], node: ExpressionNode, builder: SQLBuilder): void {
  builder.sql += text[0];
  builder.operand(typedValue(node));
  builder.sql += text[1];
}

/** How MySQL and MariaDB write calculations with times, which they store in UTC. */
export const dateExpressions: Pick<ExpressionCompilers, "dateTrunc" | "datePart" | "dateAdd" | "dateDiff"> = {
  dateTrunc({ unit, operand, zone, type }, builder) {
    datePartName(unit); // refuses what is no unit
    refuseZone(zone, builder);
    builder.sql += "CAST(";
    const format = FORMATS[unit];
    if (format !== undefined) around(["DATE_FORMAT(", `, '${format}')`], operand, builder);
    else if (unit === "week") {
      around(["(DATE(", ")"], operand, builder);
      around([" - INTERVAL WEEKDAY(", ") DAY)"], operand, builder);
    } else {
      around(["(MAKEDATE(YEAR(", "), 1)"], operand, builder);
      around([" + INTERVAL (QUARTER(", ") - 1) QUARTER)"], operand, builder);
    }
    builder.sql += castOf(type);
  },
  datePart({ part, operand, zone }, builder) {
    datePartName(part); // refuses what is no part
    refuseZone(zone, builder);
    // MySQL takes most parts for unsigned numbers, which cannot become negative.
    builder.sql += "CAST(";
    around(PARTS[part], operand, builder);
    builder.sql += " AS SIGNED)";
  },
  dateAdd({ operand, amount, unit, zone, type }, builder) {
    refuseZone(zone, builder);
    around(["CAST((", " + INTERVAL "], operand, builder);
    builder.operand(typedValue(amount));
    builder.sql += ` ${datePartName(unit)})${castOf(type)}`;
  },
  dateDiff({ unit, from, to, zone }, builder) {
    refuseZone(zone, builder);
    around([`TIMESTAMPDIFF(${datePartName(unit)}, `, ", "], from, builder);
    around(["", ")"], to, builder);
  },
};
