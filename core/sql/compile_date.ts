import type { DatePart, DateUnit } from "../ast/date.ts";
import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "./builder.ts";

const PARTS: { readonly [K in DatePart]: string } = {
  year: "YEAR",
  quarter: "QUARTER",
  month: "MONTH",
  week: "WEEK",
  day: "DAY",
  hour: "HOUR",
  minute: "MINUTE",
  second: "SECOND",
  dayOfWeek: "ISODOW",
  dayOfYear: "DOY",
  epoch: "EPOCH",
};

/** The word for a unit or part of a time, whatever the types were told. */
export function datePartName(part: DatePart): string {
  if (!Object.hasOwn(PARTS, part)) throw new QueryBuildError(`Unknown unit of time ${JSON.stringify(part)}`);
  return PARTS[part];
}

/** An interval of one unit: quarters are written as months, which every database knows. */
function unitInterval(unit: DateUnit): string {
  return unit === "quarter" ? "INTERVAL '3' MONTH" : `INTERVAL '1' ${datePartName(unit)}`;
}

/** Goes from a point in time to the clocks of a zone, and back. */
function writeZone(zone: string | null, builder: SQLBuilder): void {
  if (zone === null) return;
  builder.sql += " AT TIME ZONE ";
  builder.bindText(zone);
}

/** Writes a time as the clocks of a zone show it. */
function writeInZone(operand: ExpressionNode, zone: string | null, builder: SQLBuilder): void {
  builder.operand(operand);
  if (zone !== null) builder.need("timeZones");
  writeZone(zone, builder);
}

/** How standard SQL writes calculations with times. */
export const dateExpressions: Pick<ExpressionCompilers, "dateTrunc" | "datePart" | "dateAdd" | "dateDiff"> = {
  dateTrunc(node, builder) {
    builder.sql += `(date_trunc('${datePartName(node.unit).toLowerCase()}', `;
    writeInZone(node.operand, node.zone, builder);
    builder.sql += ")";
    writeZone(node.zone, builder);
    builder.sql += ")";
  },
  datePart(node, builder) {
    builder.sql += `floor(EXTRACT(${datePartName(node.part)} FROM `;
    writeInZone(node.operand, node.part === "epoch" ? null : node.zone, builder);
    builder.sql += "))";
  },
  dateAdd(node, builder) {
    builder.sql += "((";
    writeInZone(node.operand, node.zone, builder);
    builder.sql += ` + ${unitInterval(node.unit)} * `;
    builder.operand(node.amount);
    builder.sql += ")";
    writeZone(node.zone, builder);
    builder.sql += ")";
  },
  dateDiff(): void {
    throw new QueryBuildError("This database has no difference of times");
  },
};
