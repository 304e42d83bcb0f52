import type { DatePart, DateUnit } from "../ast/date.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { shownName } from "../types/shown_name.ts";
import { argument, expectExpression, INT, type NullOf } from "./arguments.ts";
import { Expression } from "./expression.ts";
import { checkedOptions } from "./options.ts";
import type { Moment } from "./value_types.ts";

/** Options of calculations with times. */
export interface DateOptions {
  /** Name of a time zone, such as `"Europe/Oslo"`, in whose calendar is calculated. @default {"UTC"} */
  readonly zone?: string;
}

const UNITS: readonly string[] = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];
const PARTS: readonly string[] = [...UNITS, "dayOfWeek", "dayOfYear", "epoch"];
const MOMENTS: readonly string[] = ["date", "instant"];
const TIMES: readonly string[] = [...MOMENTS, "plainDate", "plainDateTime"];

function checkWord(word: string, words: readonly string[], name: string): void {
  if (words.includes(word)) return;
  throw new QueryBuildError(`Unknown unit ${shownName(word)} of ${name}(): known are ${words.join(", ")}`);
}

/** The type of a time, with which the unit and the zone must go together. */
function timeType(operand: Expression<unknown>, name: string, unit: string, options: DateOptions): LogicalType {
  const { zone } = checkedOptions(`${name}()`, options, ["zone"]);
  const { type, label = "The expression" } = expectExpression(operand, name);
  if (type === undefined || !TIMES.includes(type.kind)) {
    throw new QueryBuildError(
      `${label} is no time: ${name}() takes dates, instants, plain dates and plain times with a date`,
    );
  }
  if (type.kind === "plainDate" && ["hour", "minute", "second"].includes(unit)) {
    throw new QueryBuildError(`${label} is a day: ${name}() cannot take the unit "${unit}"`);
  }
  if (zone !== undefined && !MOMENTS.includes(type.kind)) {
    throw new QueryBuildError(`${label} has no time zone: leave the zone of ${name}() out`);
  }
  return type;
}

/** The zone by the name that databases know, when it is none that one would take for a rule of its own. */
function checkedZone({ zone }: DateOptions, name: string): string | null {
  if (zone === undefined) return null;
  try {
    if (/^[A-Za-z]/.test(zone)) {
      // Names are the same in any case here, and not on every database.
      const { timeZoneId } = new Temporal.ZonedDateTime(0n, zone);
      return timeZoneId === "UTC" ? null : timeZoneId;
    }
  } catch (cause) {
    throw new QueryBuildError(`Unknown time zone ${JSON.stringify(zone)} of ${name}()`, { cause });
  }
  throw new QueryBuildError(`Unknown time zone ${JSON.stringify(zone)} of ${name}(): expected a name`);
}

/** Calculations with times. They are NULL when an argument is. */
export interface DateFunctions {
  /** The time at which the statement runs. */
  now(): Expression<Date>;
  /** A time without what is smaller than a unit; a week begins on Monday. */
  dateTrunc<V extends Moment>(unit: DateUnit, operand: Expression<V>, options?: DateOptions): Expression<V>;
  /**
   * One part of a time as a whole number: `week` is ISO's, `dayOfWeek` counts from 1 for Monday, `epoch` is the number of
   * seconds since 1970.
   */
  datePart<A extends Expression<Moment>>(
    part: DatePart,
    operand: A,
    options?: DateOptions,
  ): Expression<number | NullOf<A>>;
  /**
   * A time moved by a whole number of units. A day that a month lacks becomes its last one. With a zone, a time that its clocks leave
   * out is as much later as they go forward, and one that they show twice is the first.
   */
  dateAdd<V extends Moment>(
    operand: Expression<V>,
    amount: number | Expression<number>,
    unit: DateUnit,
    options?: DateOptions,
  ): Expression<V>;
  /**
   * Number of whole units from one time to another, negative when the second is earlier. Days and more are counted by what the clocks
   * show.
   */
  dateDiff<V extends Moment, W extends V>(
    unit: DateUnit,
    from: Expression<V>,
    to: Expression<W> | NonNullable<V>,
    options?: DateOptions,
  ): Expression<number | (null extends V | W ? null : undefined extends V | W ? null : never)>;
}

/** Calculations with times, as `fn` has them. */
export const dateFunctions: DateFunctions = {
  now() {
    const type: LogicalType = { kind: "date" };
    return new Expression({ kind: "function", name: "now", args: [], type }, type);
  },
  dateTrunc(unit, operand, options = {}) {
    checkWord(unit, UNITS, "dateTrunc");
    const type = timeType(operand, "dateTrunc", unit, options);
    const zone = checkedZone(options, "dateTrunc");
    return new Expression({ kind: "dateTrunc", unit, operand: operand.node, zone, type }, type, operand.label);
  },
  datePart(part, operand, options = {}) {
    checkWord(part, PARTS, "datePart");
    const source = timeType(operand, "datePart", part, options);
    const zone = checkedZone(options, "datePart");
    return new Expression({ kind: "datePart", part, operand: operand.node, zone, source, type: INT }, INT);
  },
  dateAdd(operand, amount, unit, options = {}) {
    checkWord(unit, UNITS, "dateAdd");
    const type = timeType(operand, "dateAdd", unit, options);
    const zone = checkedZone(options, "dateAdd");
    if (typeof amount === "number" && !Number.isSafeInteger(amount)) {
      throw new QueryBuildError(`dateAdd() was given ${amount}: expected a whole number`);
    }
    return new Expression(
      { kind: "dateAdd", operand: operand.node, amount: argument(amount, "dateAdd", { type: INT }), unit, zone, type },
      type,
      operand.label,
    );
  },
  dateDiff(unit, from, to, options = {}) {
    checkWord(unit, UNITS, "dateDiff");
    const source = timeType(from, "dateDiff", unit, options);
    const zone = checkedZone(options, "dateDiff");
    return new Expression({
      kind: "dateDiff",
      unit,
      from: from.node,
      to: argument(to, "dateDiff", { type: source }),
      zone,
      source,
      type: INT,
    }, INT);
  },
};
