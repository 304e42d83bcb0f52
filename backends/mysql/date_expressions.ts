import type { DatePart, DateUnit } from "../../core/ast/date.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { datePartName } from "../../core/sql/compile_date.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { writeRefusal } from "./refusals.ts";
import { type LocalTime, localTime, writeInstant, writeLocal } from "./time_zones.ts";

const TIMES: ReadonlySet<string> = new Set(["date", "instant", "plainDate", "plainDateTime"]);

function checkTime({ kind }: LogicalType): void {
  if (!TIMES.has(kind)) throw new QueryBuildError(`Cannot calculate with a ${kind} as with a time`);
}

/** Units that no calendar changes. */
const FIXED: ReadonlySet<DateUnit> = new Set(["hour", "minute", "second"]);

/** Times without what is smaller than a unit, as DATE_FORMAT writes them. */
const FORMATS: { readonly [K in DateUnit]?: string } = {
  year: "%Y-01-01",
  month: "%Y-%m-01",
  day: "%Y-%m-%d",
  hour: "%Y-%m-%d %H:00:00",
  minute: "%Y-%m-%d %H:%i:00",
  second: "%Y-%m-%d %H:%i:%s",
};

/** Writes a time without zone, cut to a unit. */
function writeCut(unit: DateUnit, write: () => void, type: string, builder: SQLBuilder): void {
  const format = FORMATS[unit];
  if (format !== undefined) {
    builder.sql += "CAST(DATE_FORMAT(";
    write();
    builder.sql += `, '${format}') AS ${type})`;
    return;
  }
  builder.sql += "(";
  writeCut(unit === "week" ? "day" : "month", write, type, builder);
  builder.sql += unit === "week" ? " - INTERVAL WEEKDAY(" : " - INTERVAL (MONTH(";
  write();
  builder.sql += unit === "week" ? ") DAY)" : ") - 1) % 3 MONTH)";
}

/** What reads a part of a time. */
const PARTS: { readonly [K in Exclude<DatePart, "epoch">]: readonly [before: string, after: string] } = {
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
};

/** What is smaller than a unit, as an interval of microseconds. */
function writeRest(unit: DateUnit, { checked, plain }: LocalTime, builder: SQLBuilder): void {
  builder.sql += "INTERVAL ";
  if (unit === "hour") {
    builder.sql += "MINUTE(";
    plain();
    builder.sql += ") * 60000000 + ";
  }
  if (unit !== "second") {
    builder.sql += "SECOND(";
    plain();
    builder.sql += ") * 1000000 + ";
  }
  builder.sql += "MICROSECOND(";
  checked();
  builder.sql += ") MICROSECOND";
}

/** How MySQL and MariaDB write calculations with times. */
export const dateExpressions: Pick<ExpressionCompilers, "dateTrunc" | "datePart" | "dateAdd" | "dateDiff"> = {
  dateTrunc({ unit, operand, zone, type }, builder) {
    checkTime(type);
    datePartName(unit); // refuses what is no unit: it is written into the text
    const local = localTime(operand, type, zone, builder);
    const cut = (write: () => void) => () => writeCut(unit, write, builder.dialect.castType(type), builder);
    if (zone === null) return cut(local.plain)();
    if (!FIXED.has(unit)) {
      return writeInstant({ ...local, checked: cut(local.checked), plain: cut(local.plain) }, zone, builder);
    }
    // By what is to be left out, since an hour may come twice.
    builder.sql += "(";
    writeLocal(operand, type, null, builder);
    builder.sql += " - ";
    writeRest(unit, local, builder);
    builder.sql += ")";
  },
  datePart({ part, operand, zone, source }, builder) {
    checkTime(source);
    datePartName(part);
    if (part === "epoch") {
      builder.sql += "TIMESTAMPDIFF(SECOND, '1970-01-01', ";
      writeCut("second", () => writeLocal(operand, source, null, builder), "DATETIME(6)", builder);
      builder.sql += ")";
      return;
    }
    const [before, after] = PARTS[part];
    // MySQL takes most parts for unsigned numbers, which cannot become negative.
    builder.sql += `CAST(${before}`;
    writeLocal(operand, source, zone, builder);
    builder.sql += `${after} AS SIGNED)`;
  },
  dateAdd({ operand, amount, unit, zone, type }, builder) {
    checkTime(type);
    const writeSum = (write: () => void) => () => {
      builder.sql += "DATE_ADD(";
      write();
      builder.sql += ", INTERVAL ";
      builder.operand(amount);
      builder.sql += ` ${datePartName(unit)})`;
    };
    const { checked, plain, witness } = localTime(operand, type, FIXED.has(unit) ? null : zone, builder);
    // The servers make NULL of a sum that they cannot store.
    const stored = () => {
      builder.sql += "COALESCE(";
      writeSum(checked)();
      builder.sql += ", CASE WHEN ";
      plain();
      builder.sql += " IS NOT NULL AND ";
      builder.operand(amount);
      builder.sql += " IS NOT NULL THEN CAST(";
      writeRefusal("time range", witness, builder);
      builder.sql += ` AS ${builder.dialect.castType(type)}) END)`;
    };
    if (zone === null || FIXED.has(unit)) return stored();
    // What is not moved stays, though the clocks may show it twice.
    builder.sql += "CASE WHEN ";
    builder.operand(amount);
    builder.sql += " = 0 THEN ";
    writeLocal(operand, type, null, builder);
    builder.sql += " ELSE ";
    writeInstant({ checked: stored, plain: writeSum(plain), witness }, zone, builder);
    builder.sql += " END";
  },
  dateDiff({ unit, from, to, zone, source }, builder) {
    checkTime(source);
    const calendar = FIXED.has(unit) ? null : zone;
    builder.sql += `TIMESTAMPDIFF(${datePartName(unit)}, `;
    writeLocal(from, source, calendar, builder);
    builder.sql += ", ";
    writeLocal(to, source, calendar, builder);
    builder.sql += ")";
  },
};
