import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalKind, LogicalType } from "../types/database_type.ts";
import { besideDecimals } from "./arguments.ts";
import { Expression } from "./expression.ts";
import { DerivedSource, type OutputColumn, type PlacedSource, type Source } from "./source.ts";

/** What values of a kind are in TypeScript. */
export interface KindValues {
  /** An integer of 32 bits. */
  readonly int32: number;
  /** A safe integer. */
  readonly int: number;
  /** An integer of 64 bits. */
  readonly bigint: bigint;
  /** A number. */
  readonly number: number;
  /** An exact decimal. */
  readonly decimal: string;
  /** A text. */
  readonly string: string;
  /** True or false. */
  readonly boolean: boolean;
  /** A time, to the millisecond. */
  readonly date: Date;
  /** A time, to the microsecond. */
  readonly instant: Temporal.Instant;
  /** A day. */
  readonly plainDate: Temporal.PlainDate;
  /** A time of day. */
  readonly plainTime: Temporal.PlainTime;
  /** A time without zone. */
  readonly plainDateTime: Temporal.PlainDateTime;
  /** A span of time. */
  readonly duration: Temporal.Duration;
  /** A UUID. */
  readonly uuid: string;
  /** Whatever JSON holds. */
  readonly json: unknown;
  /** Bytes. */
  readonly bytes: Uint8Array;
}

/** The columns of `values()`: for each the kind of its values, or a column that has the same type. */
export type ValueColumns = Readonly<Record<string, keyof KindValues | Expression<unknown>>>;

/** The rows of `values()`. */
export type ValueRow<T extends ValueColumns> = {
  readonly [K in keyof T]: T[K] extends keyof KindValues ? KindValues[T[K]]
    : T[K] extends Expression<infer V> ? V
    : never;
};

/** Rows of literal values in the place of a table, made by `values()`. */
export class ValuesTable<in out R> implements Source {
  /** For types only: it does not exist at run time. */
  declare readonly _row: R;
  readonly #columns: readonly OutputColumn[];
  readonly #rows: readonly (readonly ExpressionNode[])[];

  /**
   * Use `values()`.
   *
   * @internal
   */
  constructor(columns: readonly OutputColumn[], rows: readonly (readonly ExpressionNode[])[]) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** @internal */
  toSource(alias: string): PlacedSource {
    const query = {
      kind: "values",
      columns: this.#columns.map(({ name }) => name),
      types: this.#columns.map(({ type }) => type),
      rows: this.#rows,
    } as const;
    return { source: new DerivedSource(alias, { kind: "derivedTable", query, alias }, this.#columns), ctes: [] };
  }
}

const KINDS: ReadonlySet<string> = new Set<LogicalKind>([
  "int32",
  "int",
  "bigint",
  "number",
  "decimal",
  "string",
  "boolean",
  "date",
  "instant",
  "plainDate",
  "plainTime",
  "plainDateTime",
  "duration",
  "uuid",
  "json",
  "bytes",
]);

function typeOf(name: string, given: unknown): LogicalType | undefined {
  if (given instanceof Expression) return given.type;
  if (typeof given === "string" && KINDS.has(given)) return { kind: given as LogicalKind }; // one of the set
  throw new QueryBuildError(
    `Invalid type of ${JSON.stringify(name)} in values(): expected a column or one of ${[...KINDS].join(", ")}`,
  );
}

/**
 * Rows of literal values as a table, to be read from or joined. Every value is a parameter.
 *
 * @example
 * ```ts ignore
 * const prices = values({ sku: "string", cents: "int" }, [{ sku: "A", cents: 100 }, { sku: "B", cents: 250 }]);
 * await Product.query().join({ prices }, (c, j) => j.prices.sku.eq(c.sku)).select((c, j) => ({ id: c.id, cents: j.prices.cents }));
 * ```
 *
 * @throws {QueryBuildError} for a column without type, and for a row that lacks a value
 */
export function values<const T extends ValueColumns>(
  columns: T,
  rows: readonly ValueRow<T>[],
): ValuesTable<ValueRow<T>> {
  if (typeof columns !== "object" || columns === null || !Array.isArray(rows)) {
    throw new QueryBuildError("values() takes the types of its columns by name, and a list of rows");
  }
  const outputs = Object.entries(columns).map(([name, given]): OutputColumn => ({
    field: name,
    name,
    type: typeOf(name, given),
    empty: null,
  }));
  if (outputs.length === 0) throw new QueryBuildError("values() needs at least one column");
  const nodes = rows.map((row, at) =>
    outputs.map(({ field, type }): ExpressionNode => {
      if (typeof row !== "object" || row === null) {
        throw new QueryBuildError(`Row ${at + 1} of values() is no object with its columns`);
      }
      const value = (row as Readonly<Record<string, unknown>>)[field]; // a row has the columns as keys
      if (value === undefined) {
        throw new QueryBuildError(`Row ${at + 1} of values() has no ${JSON.stringify(field)}: use null for NULL`);
      }
      return { kind: "value", value: besideDecimals(value, type), type, label: `values().${field}` };
    })
  );
  return new ValuesTable<ValueRow<T>>(outputs, nodes);
}
