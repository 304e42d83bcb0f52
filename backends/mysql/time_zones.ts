import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { typed } from "./typed.ts";

/** The times that every supported version can move to another zone. It gives others back as they are, without a word. */
const FIRST = "'1970-01-02'";
const LAST = "'2038-01-18'";

/** Highest unsigned integer of 64 bits: to add to it is an error. */
const HIGHEST = "18446744073709551615";

function isMoment({ kind }: LogicalType): boolean {
  return kind === "date" || kind === "instant";
}

function writeMoved(write: () => void, zone: string, isBack: boolean, builder: SQLBuilder): void {
  const bindZone = () => builder.bind(zone, { kind: "string" }, undefined);
  builder.sql += "CONVERT_TZ(";
  write();
  builder.sql += ", ";
  if (isBack) bindZone();
  else builder.sql += "'+00:00'";
  builder.sql += ", ";
  if (isBack) builder.sql += "'+00:00'";
  else bindZone();
  builder.sql += ")";
}

/** Writes an expression for the times that can be moved; any other is an error instead of a wrong time. */
function writeChecked(write: () => void, then: () => void, builder: SQLBuilder, unknown: () => void = () => {}): void {
  builder.sql += "CASE WHEN ";
  write();
  builder.sql += ` NOT BETWEEN ${FIRST} AND ${LAST}`;
  unknown();
  builder.sql += ` THEN FROM_UNIXTIME(${HIGHEST} + (1 + (`;
  write();
  builder.sql += " IS NULL))) ELSE ";
  then();
  builder.sql += " END";
}

/** Writes a time as the clocks of its zone show it; a time without zone as it is. */
export function writeLocal(node: ExpressionNode, type: LogicalType, zone: string | null, builder: SQLBuilder): void {
  const write = () => builder.operand(typed(node, builder));
  if (zone === null || !isMoment(type)) return write();
  builder.need("timeZones");
  // A server may have the tables of zones but not this one.
  writeChecked(write, () => writeMoved(write, zone, false, builder), builder, () => {
    builder.sql += " OR ";
    writeMoved(() => builder.sql += FIRST, zone, false, builder);
    builder.sql += " IS NULL";
  });
}

/**
 * Writes what the clocks of a zone show as a time in UTC. A time that the clocks leave out is as much later as they go forward;
 * one that they show twice is the first.
 */
export function writeInstant(write: () => void, zone: string, builder: SQLBuilder): void {
  builder.need("timeZones");
  const back = (local: () => void) => () => writeMoved(local, zone, true, builder);
  const dayBefore = () => {
    builder.sql += "(";
    write();
    builder.sql += " - INTERVAL 1 DAY)";
  };
  writeChecked(write, () => {
    builder.sql += "CASE WHEN ";
    writeMoved(back(write), zone, false, builder);
    builder.sql += " = ";
    write();
    builder.sql += " THEN ";
    back(write)();
    builder.sql += " ELSE ";
    back(dayBefore)();
    builder.sql += " + INTERVAL 1 DAY END";
  }, builder);
}
