import type { MaybePromise } from "../backend/result.ts";
import { ValidationError, type ValidationIssue } from "../errors.ts";
import type { Checked } from "../meta/column.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import { fillsItself } from "../meta/record_code.ts";
import { checkValue, requiredIssue } from "../meta/validate.ts";
import { fieldOf, setField } from "./dirty.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

/** What a record-level rule may give: issues, one after the other. */
export type Rules = Iterable<ValidationIssue> | AsyncIterable<ValidationIssue>;

/** A record with its rules. */
export type Saveable = RecordBase & { rules(): Rules };

/** The rules of a model that has none. */
export const NO_RULES: readonly ValidationIssue[] = [];

/** Checks one column, unless its value has been accepted already, and puts what the schema makes of the value in its place. */
function checkColumn(
  record: RecordBase,
  column: ColumnMeta,
  value: unknown,
  issues: ValidationIssue[],
): Promise<void> | undefined {
  if (value === undefined && state.row(record) === null) {
    if (!fillsItself(column)) issues.push(requiredIssue(column));
    return undefined;
  }
  if (column.isGenerated || state.isAccepted(record, column, value)) return undefined;
  const settle = (checked: Checked) => {
    if ("issues" in checked) issues.push(...checked.issues);
    else {
      if (checked.value !== value) setField(record, column, checked.value);
      state.accept(record, column, checked.value);
    }
  };
  const started = state.takeCheck(record, column);
  const checking: MaybePromise<Checked> = started === undefined
    ? checkValue(column, value)
    : started as Promise<Checked>; // started by the constructor
  return checking instanceof Promise ? checking.then(settle) : settle(checking) as undefined;
}

/** What is found out about a record while it is checked. */
interface Findings {
  readonly issues: ValidationIssue[];
  /** Checks of asynchronous schemas, still running. */
  readonly waiting: Promise<void>[];
}

/** Checks the columns and then the rules of the record as a whole. All issues are thrown at once. */
export function checkRecord(
  record: Saveable,
  columns: readonly ColumnMeta[],
  { withRules }: { withRules: boolean },
): Promise<void> | undefined {
  const findings: Findings = { issues: [], waiting: [] };
  const meta = recordMeta(record);
  if (columns === meta.columns && state.row(record) === null) meta.code.check(record, checkField, findings);
  else {
    for (const column of columns) checkField(record, column.index, fieldOf(record, column), findings);
  }
  const { issues, waiting } = findings;
  const rules = withRules ? record.rules() : NO_RULES;
  if (waiting.length > 0 || rules !== NO_RULES) return finish(record, issues, waiting, rules);
  refuse(record, issues);
  return undefined;
}

function checkField(record: RecordBase, index: number, value: unknown, { issues, waiting }: Findings): void {
  const { code, columns } = recordMeta(record);
  if (value !== undefined) {
    if (code.checks[index]?.(value) === true) return;
    // Texts, numbers and the like are compared as they are.
    if (typeof value !== "object" && state.accepted(record)?.[index] === value) return;
  }
  const checking = checkColumn(record, columns[index]!, value, issues);
  if (checking !== undefined) waiting.push(checking);
}

async function finish(
  record: Saveable,
  issues: ValidationIssue[],
  waiting: readonly Promise<void>[],
  rules: Rules,
): Promise<void> {
  await Promise.all(waiting);
  for await (const issue of rules) issues.push(issue);
  refuse(record, issues);
}

function refuse(record: Saveable, issues: readonly ValidationIssue[]): void {
  if (issues.length > 0) throw new ValidationError(recordMeta(record).model, issues);
}
