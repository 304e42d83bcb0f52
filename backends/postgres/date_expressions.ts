import type { DateUnit } from "../../core/ast/date.ts";
import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { datePartName } from "../../core/sql/compile_date.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { postgresBuilder, writeTyped } from "./builder.ts";

function isMoment({ kind }: LogicalType): boolean {
  return kind === "date" || kind === "instant";
}

/** Zones whose names this database takes for the winter time that is called alike. */
const SAME_ZONES: Readonly<Record<string, string>> = {
  CET: "Europe/Brussels",
  MET: "Europe/Brussels",
  EET: "Europe/Athens",
  WET: "Europe/Lisbon",
};

function writeZone(zone: string | null, builder: SQLBuilder): void {
  if (zone === null) {
    builder.sql += "'UTC'";
    return;
  }
  builder.need("timeZones");
  postgresBuilder(builder).text(SAME_ZONES[zone] ?? zone);
}

/** Writes a time as the clocks of its zone show it; a time without zone as it is. */
function writeLocal(node: ExpressionNode, type: LogicalType, zone: string | null, builder: SQLBuilder): void {
  builder.sql += "(";
  if (isMoment(type)) {
    writeTyped(node, builder);
    builder.sql += " AT TIME ZONE ";
    writeZone(zone, builder);
  } else {
    builder.sql += "CAST(";
    writeTyped(node, builder);
    builder.sql += " AS TIMESTAMP)";
  }
  builder.sql += ")";
}

/**
 * Writes what the clocks of a zone show as a moment. One that they show twice is the first, by the clocks of the day before; the
 * database would take the second. One that they leave out is as much later as they go forward.
 */
function writeMoment(write: () => void, zone: string | null, builder: SQLBuilder): void {
  const byZone = (local: () => void) => {
    builder.sql += "(";
    local();
    builder.sql += " AT TIME ZONE ";
    writeZone(zone, builder);
    builder.sql += ")";
  };
  if (zone === null) return byZone(write);
  const first = () => {
    builder.sql += "(";
    byZone(() => {
      builder.sql += "(";
      write();
      builder.sql += " - INTERVAL '1 day')";
    });
    builder.sql += " + INTERVAL '24 hours')";
  };
  builder.sql += "CASE WHEN ";
  byZone(first);
  builder.sql += " = ";
  write();
  builder.sql += " THEN ";
  first();
  builder.sql += " ELSE ";
  byZone(write);
  builder.sql += " END";
}

/** Units whose length no calendar changes, in seconds. */
const SECONDS: { readonly [K in DateUnit]?: number } = { hour: 3600, minute: 60, second: 1 };

/** What of an interval is counted for a unit of the calendar. */
const COUNTS: { readonly [K in DateUnit]?: readonly [parts: string, size: number] } = {
  day: ["day", 1],
  week: ["day", 7],
  month: ["month", 1],
  quarter: ["month", 3],
  year: ["month", 12],
};

function interval(unit: DateUnit): string {
  return unit === "quarter" ? "INTERVAL '3 months'" : `INTERVAL '1 ${datePartName(unit).toLowerCase()}'`;
}

/** Writes the way from one local time to another: days and hours, or with months by the calendar. */
function writeSpan(byMonth: boolean, from: () => void, to: () => void, builder: SQLBuilder): void {
  const [before, between, after] = byMonth ? ["age(", ", ", ")"] : ["(", " - ", ")"];
  builder.sql += before;
  to();
  builder.sql += between;
  from();
  builder.sql += after;
}

/** How PostgreSQL writes calculations with times. */
export const dateExpressions: Pick<ExpressionCompilers, "dateTrunc" | "datePart" | "dateAdd" | "dateDiff"> = {
  dateTrunc({ unit, operand, zone, type }, builder) {
    const name = datePartName(unit).toLowerCase();
    if (isMoment(type) && zone !== null && SECONDS[unit] === undefined) {
      return writeMoment(
        () => {
          builder.sql += `date_trunc('${name}', `;
          writeLocal(operand, type, zone, builder);
          builder.sql += ")";
        },
        zone,
        builder,
      );
    }
    builder.sql += type.kind === "plainDate" ? `CAST(date_trunc('${name}', ` : `date_trunc('${name}', `;
    writeTyped(operand, builder);
    if (isMoment(type)) {
      builder.sql += ", ";
      writeZone(zone, builder);
    }
    builder.sql += type.kind === "plainDate" ? ") AS DATE)" : ")";
  },
  datePart({ part, operand, zone, source }, builder) {
    builder.sql += `CAST(floor(EXTRACT(${datePartName(part)} FROM `;
    if (part === "epoch" && isMoment(source)) writeTyped(operand, builder);
    else writeLocal(operand, source, zone, builder);
    builder.sql += ")) AS BIGINT)";
  },
  dateAdd({ operand, amount, unit, zone, type }, builder) {
    const writeSum = (write: () => void) => {
      builder.sql += "(";
      write();
      builder.sql += ` + ${interval(unit)} * CAST(`;
      writeTyped(amount, builder);
      builder.sql += " AS DOUBLE PRECISION))";
    };
    if (isMoment(type)) {
      if (SECONDS[unit] !== undefined) return writeSum(() => writeTyped(operand, builder));
      const writeMoved = () =>
        writeMoment(() => writeSum(() => writeLocal(operand, type, zone, builder)), zone, builder);
      if (zone === null) return writeMoved();
      // What is not moved stays, though the clocks may show it twice.
      builder.sql += "CASE WHEN ";
      writeTyped(amount, builder);
      builder.sql += " = 0 THEN ";
      writeTyped(operand, builder);
      builder.sql += " ELSE ";
      writeMoved();
      builder.sql += " END";
      return;
    }
    builder.sql += "CAST(";
    writeSum(() => writeTyped(operand, builder));
    builder.sql += type.kind === "plainDate" ? " AS DATE)" : " AS TIMESTAMP)";
  },
  dateDiff({ unit, from, to, zone, source }, builder) {
    datePartName(unit); // refuses what is no unit
    const local = (node: ExpressionNode) => () => writeLocal(node, source, zone, builder);
    const plain = (node: ExpressionNode) => () => writeTyped(node, builder);
    const seconds = SECONDS[unit];
    builder.sql += "CAST(trunc(";
    if (seconds !== undefined) {
      const side = isMoment(source) ? plain : local;
      builder.sql += "EXTRACT(EPOCH FROM ";
      writeSpan(false, side(from), side(to), builder);
      builder.sql += `) / ${seconds}`;
    } else {
      const [part, size] = COUNTS[unit]!; // what is no number of seconds is in the table
      if (part === "day") {
        builder.sql += "EXTRACT(DAY FROM ";
        writeSpan(false, local(from), local(to), builder);
        builder.sql += `) / ${size}`;
      } else {
        builder.sql += "(EXTRACT(YEAR FROM ";
        writeSpan(true, local(from), local(to), builder);
        builder.sql += ") * 12 + EXTRACT(MONTH FROM ";
        writeSpan(true, local(from), local(to), builder);
        builder.sql += `)) / ${size}`;
      }
    }
    builder.sql += ") AS BIGINT)";
  },
};
