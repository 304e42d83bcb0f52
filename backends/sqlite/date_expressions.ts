import type { DatePart } from "../../core/ast/date.ts";
import type { ExpressionNode } from "../../core/ast/expression.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { datePartName } from "../../core/sql/compile_date.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import type { TimeKind } from "./time_functions.ts";

const KINDS: ReadonlySet<string> = new Set<TimeKind>(["date", "instant", "plainDate", "plainDateTime"]);

interface TimeCall {
  readonly name: string;
  readonly type: LogicalType;
  readonly word: DatePart;
  readonly args: readonly ExpressionNode[];
  readonly zone: string | null;
}

function writeTimeCall({ name, type, word, args, zone }: TimeCall, builder: SQLBuilder): void {
  if (!KINDS.has(type.kind)) throw new QueryBuildError(`Cannot calculate with a ${type.kind} as with a time`);
  datePartName(word); // refuses what is no unit: it is written into the text
  if (zone !== null) builder.need("timeZones");
  builder.sql += `${name}('${type.kind}', '${word}', `;
  builder.list(args);
  builder.sql += ", ";
  builder.bindText(zone ?? "UTC");
  builder.sql += ")";
}

/** How SQLite writes calculations with times: by functions that the backend brings. */
export const dateExpressions: Pick<ExpressionCompilers, "dateTrunc" | "datePart" | "dateAdd" | "dateDiff"> = {
  dateTrunc: ({ unit, operand, zone, type }, builder) =>
    writeTimeCall({ name: "time_trunc", type, word: unit, args: [operand], zone }, builder),
  datePart: ({ part, operand, zone, source }, builder) =>
    writeTimeCall({ name: "time_part", type: source, word: part, args: [operand], zone }, builder),
  dateAdd: ({ unit, operand, amount, zone, type }, builder) =>
    writeTimeCall({ name: "time_add", type, word: unit, args: [operand, amount], zone }, builder),
  dateDiff: ({ unit, from, to, zone, source }, builder) =>
    writeTimeCall({ name: "time_difference", type: source, word: unit, args: [from, to], zone }, builder),
};
