import type { ColumnMeta } from "./column_meta.ts";
import { compiled } from "./compile.ts";
import { QuickChecks } from "./quick_check.ts";

/** Decides about the value of a column, by its position, that is not plainly right. What it finds wrong goes to the list. */
export type Decide<R, F> = (record: R, index: number, value: unknown, found: F) => void;

/** Whether a field, by its position, differs from the row. */
export type Differs<R> = (record: R, index: number, row: readonly unknown[]) => boolean;

/** What goes over the fields of the records of one model. */
export interface RecordCode {
  /** Says of a value of a column that it is plainly right, by position; null where only the schema knows. */
  readonly checks: readonly (((value: unknown) => boolean) | null)[];
  /** Copies a value that is plainly right, as its schema would; null where that gives the value itself. */
  readonly copies: readonly (((value: unknown) => unknown) | null)[];
  /** Sets the fields of a new record; those that are plainly right are done, others must be decided about. */
  assign<R extends object, F>(record: R, given: object, decide: Decide<R, F>, found: F): void;
  /** Looks at all fields of a record that is new. */
  check<R extends object, F>(record: R, decide: Decide<R, F>, found: F): void;
  /**
   * The positions of the fields that differ from a row, of those that may be written. Asks about a field that has not the very value of
   * the row, and about JSON, which is not read for it.
   */
  changed<R extends object>(record: R, row: readonly unknown[], differs: Differs<R>): number[];
  /** The values of all fields. */
  read(record: object): unknown[];
}

/** Whether a new row may leave a column out that the library does not fill. */
export function isFilledIn(column: ColumnMeta): boolean {
  return column.optional || column.autoIncrement || column.isGenerated || column.databaseDefault !== undefined;
}

/** Whether the database or the library fills a missing value in. */
export function fillsItself(column: ColumnMeta): boolean {
  return column.onInsert !== undefined || isFilledIn(column);
}

/** Makes the code of a model: compiled where the runtime allows it. */
export function recordCode(columns: readonly ColumnMeta[]): RecordCode {
  return compiledCode(columns) ?? loopingCode(columns);
}

/** Code that goes over the columns, and leaves all values to their schemas. */
export function loopingCode(columns: readonly ColumnMeta[]): RecordCode {
  type Fields = Record<string, unknown>;
  const fieldsOf = (record: object) => record as Fields; // the columns of the model are the fields of its records
  return {
    checks: columns.map(() => null),
    copies: columns.map(() => null),
    assign(record, given, decide, found) {
      for (const { field, index, hasDefault } of columns) {
        const value = fieldsOf(given)[field];
        fieldsOf(record)[field] = value;
        if (value !== undefined || hasDefault) decide(record, index, value, found);
      }
    },
    check(record, decide, found) {
      for (const { field, index } of columns) decide(record, index, fieldsOf(record)[field], found);
    },
    changed: (record, row, differs) =>
      columns.flatMap(({ index, isGenerated }) => !isGenerated && differs(record, index, row) ? [index] : []),
    read: (record) => columns.map(({ field }) => fieldsOf(record)[field]),
  };
}

/**
 * Code that is written for its columns, so that each of them is read and set by an instruction of its own, and most values are checked
 * right there. Null where code cannot be made at run time.
 */
export function compiledCode(columns: readonly ColumnMeta[]): RecordCode | null {
  const quick = new QuickChecks();
  const checks = columns.map(({ schema, check }) => schema === null || check !== null ? null : quick.of(schema, "v"));
  const assign = columns.map((column, i) => {
    const field = JSON.stringify(column.field);
    const check = column.isGenerated ? null : checks[i]!;
    const given = column.hasDefault && !column.isGenerated ? "" : "v !== undefined && ";
    const decide = `decide(r, ${i}, v, found);`;
    if (check === null) {
      return `v = g[${field}]; r[${field}] = v; ${given === "" ? "" : "if (v !== undefined) "}${decide}`;
    }
    if (check.copy === null) return `v = g[${field}]; r[${field}] = v; if (${given}!${check.test}) ${decide}`;
    return `v = g[${field}]; if (v === undefined || !${check.test}) { r[${field}] = v; ${
      given === "" ? "" : "if (v !== undefined) "
    }${decide} } else r[${field}] = ${check.copy};`;
  });
  const check = columns.map((column, i) => {
    if (column.isGenerated) return "";
    const { test } = checks[i] ?? { test: "false" };
    return `v = r[${JSON.stringify(column.field)}]; if (${
      fillsItself(column) ? "v !== undefined && " : "v === undefined || "
    }!${test}) decide(r, ${i}, v, found);`;
  });
  const changed = columns.map(({ field, isGenerated, isLazy }, i) => {
    if (isGenerated) return "";
    return `if (${
      isLazy ? "" : `r[${JSON.stringify(field)}] !== row[${i}] && `
    }differs(r, ${i}, row)) found.push(${i});`;
  });
  return compiled<RecordCode>(
    {},
    `${quick.helpers}return {
  checks: [${checks.map((check) => check === null ? "null" : `(v) => ${check.test}`).join(", ")}],
  copies: [${checks.map((check) => check?.copy ? `(v) => ${check.copy}` : "null").join(", ")}],
  assign(r, g, decide, found) {
    let v;
    ${assign.join("\n    ")}
  },
  check(r, decide, found) {
    let v;
    ${check.join("\n    ")}
  },
  changed(r, row, differs) {
    const found = [];
    ${changed.join("\n    ")}
    return found;
  },
  read(r) { return [${columns.map(({ field }) => `r[${JSON.stringify(field)}]`).join(", ")}]; },
};`,
  );
}
