import type { MaybePromise } from "../backend/result.ts";
import { ValidationError, type ValidationIssue } from "../errors.ts";
import type { Checked } from "../meta/column.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { isFilledIn } from "../meta/record_code.ts";
import { checkValue, generatedIssue, requiredIssue } from "../meta/validate.ts";

/** The checked values of a row, by column. */
export type RowValues = readonly unknown[];

/** What is found out about rows while they are checked. */
export interface Findings {
  readonly issues: ValidationIssue[];
  /** Checks of asynchronous schemas, still running. */
  readonly waiting: Promise<void>[];
}

/**
 * Checks the values of one row and fills in what the library fills in. The position of the row among others stands before the field in
 * an issue.
 */
export function checkRow(meta: ModelMeta, values: object, findings: Findings, position?: number): RowValues {
  const { columns } = meta;
  const { checks, copies } = meta.code;
  const row: unknown[] = new Array(columns.length);
  let moment: Date | undefined;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    const value = (values as Record<string, unknown>)[column.field]; // only the fields of the model are looked at
    if (value === undefined && !column.hasDefault) {
      if (column.onInsert !== undefined) row[i] = column.onInsert(moment ??= new Date());
      else if (!isFilledIn(column)) note(findings, [requiredIssue(column)], position);
    } else if (column.isGenerated) note(findings, [generatedIssue(column)], position);
    else if (checks[i]?.(value) === true) row[i] = copies[i] === null ? value : copies[i]!(value);
    else settle(row, i, checkValue(column, value), findings, position);
  }
  return row;
}

function settle(
  row: unknown[],
  index: number,
  checked: MaybePromise<Checked>,
  findings: Findings,
  position: number | undefined,
): void {
  if (checked instanceof Promise) {
    findings.waiting.push(checked.then((later) => settle(row, index, later, findings, position)));
  } else if ("issues" in checked) note(findings, checked.issues, position);
  else row[index] = checked.value;
}

function note({ issues }: Findings, found: readonly ValidationIssue[], position: number | undefined): void {
  for (const issue of found) {
    issues.push(position === undefined ? issue : { ...issue, path: [position, ...issue.path] });
  }
}

/** Checks rows and throws everything that is wrong with any of them. */
export async function checkRows<T>(meta: ModelMeta, check: (findings: Findings) => T): Promise<T> {
  const findings: Findings = { issues: [], waiting: [] };
  const checked = check(findings);
  await Promise.all(findings.waiting);
  if (findings.issues.length > 0) throw new ValidationError(meta.model, findings.issues);
  return checked;
}

/** The columns that a row has a value for. */
export function given(meta: ModelMeta, row: RowValues): ColumnMeta[] {
  return meta.columns.filter((column) => row[column.index] !== undefined);
}
