import type { ExpressionNode } from "../../core/ast/expression.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { writeRefusal } from "./refusals.ts";
import { typed } from "./typed.ts";

/** The times that every supported version can move to another zone. It gives others back as they are, without a word. */
const FIRST = "'1970-01-02'";
const LAST = "'2038-01-18'";

type Write = () => void;

function isMoment({ kind }: LogicalType): boolean {
  return kind === "date" || kind === "instant";
}

/** A zone as a literal, which an error of the server shows. */
function zoneText(zone: string): string {
  if (/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return `'${zone}'`;
  throw new QueryBuildError(`Unknown time zone ${JSON.stringify(zone)}`);
}

function writeMoved(write: Write, from: string, to: string, builder: SQLBuilder): void {
  builder.sql += "CONVERT_TZ(";
  write();
  builder.sql += `, ${from}, ${to})`;
}

/** A time, written once with checks and then without. */
export interface LocalTime {
  readonly checked: Write;
  readonly plain: Write;
  /** Writes a part of it that depends on the row. */
  readonly witness: Write;
}

/** Writes an expression for the times that can be moved; any other is an error instead of a wrong time. */
function writeMovable({ checked, witness }: LocalTime, zone: string, then: Write, builder: SQLBuilder): void {
  builder.sql += "CASE WHEN ";
  checked();
  builder.sql += ` NOT BETWEEN ${FIRST} AND ${LAST} THEN `;
  writeRefusal(`zone range ${zone}`, witness, builder);
  then();
  builder.sql += " END";
}

/** The time that others are calculated from. */
function originOf(node: ExpressionNode): ExpressionNode {
  return node.kind === "dateTrunc" || node.kind === "dateAdd" ? originOf(node.operand) : node;
}

/** How to write a time as the clocks of its zone show it; a time without zone as it is. */
export function localTime(
  node: ExpressionNode,
  type: LogicalType,
  zone: string | null,
  builder: SQLBuilder,
): LocalTime {
  const write = () => builder.operand(typed(node, builder));
  const witness = () => builder.operand(typed(originOf(node), builder));
  const time: LocalTime = { checked: write, plain: write, witness };
  if (zone === null || !isMoment(type)) return time;
  builder.need("timeZones");
  const name = zoneText(zone);
  const plain = () => writeMoved(write, "'+00:00'", name, builder);
  const known = () => {
    // A server may have the tables of zones but not this one.
    builder.sql += " WHEN ";
    writeMoved(() => builder.sql += FIRST, "'+00:00'", name, builder);
    builder.sql += " IS NULL THEN ";
    writeRefusal(`zone unknown ${zone}`, witness, builder);
    builder.sql += " ELSE ";
    plain();
  };
  return { plain, witness, checked: () => writeMovable(time, zone, known, builder) };
}

/** Writes a time as the clocks of its zone show it. */
export function writeLocal(node: ExpressionNode, type: LogicalType, zone: string | null, builder: SQLBuilder): void {
  localTime(node, type, zone, builder).checked();
}

/**
 * Writes what the clocks of a zone show as a time in UTC. A time that the clocks leave out is as much later as they go forward;
 * one that they show twice is the first.
 */
export function writeInstant(time: LocalTime, zone: string, builder: SQLBuilder): void {
  const { plain } = time;
  const name = zoneText(zone);
  const back = (local: Write) => () => writeMoved(local, name, "'+00:00'", builder);
  const dayBefore = () => {
    builder.sql += "(";
    plain();
    builder.sql += " - INTERVAL 1 DAY)";
  };
  writeMovable(time, zone, () => {
    builder.sql += " WHEN ";
    writeMoved(back(plain), "'+00:00'", name, builder);
    builder.sql += " = ";
    plain();
    builder.sql += " THEN ";
    back(plain)();
    builder.sql += " ELSE ";
    back(dayBefore)();
    builder.sql += " + INTERVAL 1 DAY";
  }, builder);
}
