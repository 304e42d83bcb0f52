import { ValidationError, type ValidationIssue } from "../errors.ts";
import type { Checked } from "../meta/column.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkValue, generatedIssue, requiredIssue } from "../meta/validate.ts";

/** The checked values of a row, by column. */
export type RowValues = readonly unknown[];

/** Whether a new row may leave a column out. */
export function isFilledIn(column: ColumnMeta): boolean {
  return column.optional || column.autoIncrement || column.isGenerated ||
    column.databaseDefault !== undefined;
}

/** What is found out about rows while they are checked. */
export interface Findings {
  readonly issues: ValidationIssue[];
  /** Checks of asynchronous schemas, still running. */
  readonly waiting: Promise<void>[];
}

/** Checks the values of one row and fills in what the library fills in. The path is what stands before the field in an issue. */
export function checkRow(
  meta: ModelMeta,
  values: object,
  { issues, waiting }: Findings,
  path: readonly PropertyKey[] = [],
): RowValues {
  const row: unknown[] = new Array(meta.columns.length);
  const settle = (column: ColumnMeta, checked: Checked) => {
    if (!("issues" in checked)) row[column.index] = checked.value;
    else for (const issue of checked.issues) issues.push({ ...issue, path: [...path, ...issue.path] });
  };
  let moment: Date | undefined;
  for (const column of meta.columns) {
    const value = (values as Record<string, unknown>)[column.field]; // only the fields of the model are looked at
    if (value === undefined && !column.hasDefault) {
      if (column.onInsert !== undefined) row[column.index] = column.onInsert(moment ??= new Date());
      else if (!isFilledIn(column)) settle(column, { issues: [requiredIssue(column)] });
      continue;
    }
    if (column.isGenerated) {
      settle(column, { issues: [generatedIssue(column)] });
      continue;
    }
    const checking = checkValue(column, value);
    if (checking instanceof Promise) waiting.push(checking.then((checked) => settle(column, checked)));
    else if ("issues" in checking) settle(column, checking);
    else row[column.index] = checking.value;
  }
  return row;
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
