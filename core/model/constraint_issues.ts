import {
  CheckViolationError,
  ForeignKeyViolationError,
  IntegrityError,
  NotNullViolationError,
  UniqueViolationError,
  type ValidationIssue,
} from "../errors.ts";
import type { MaybePromise } from "../backend/result.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { constraintFields } from "../schema/constraints.ts";

/** Code and words for each kind of violation, the way a form would say it. */
function reasonOf(error: IntegrityError): readonly [string, string] {
  if (error instanceof UniqueViolationError) return ["unique", "Already taken: the value must be unique"];
  if (error instanceof ForeignKeyViolationError) {
    return [
      "foreign_key",
      "Refers to something that does not exist, or is still referred to",
    ];
  }
  if (error instanceof NotNullViolationError) return ["required", "Required: the field has no value"];
  if (error instanceof CheckViolationError) return ["check", "Not allowed by a rule of the database"];
  return ["constraint", "Refused by a constraint of the database"];
}

/** Runs a write of a model; a violated constraint then also says which fields are wrong. */
export function writing<T>(meta: ModelMeta, run: () => MaybePromise<T>): MaybePromise<T> {
  try {
    const result = run();
    return result instanceof Promise ? result.catch((error) => explain(meta, error)) : result;
  } catch (error) {
    return explain(meta, error);
  }
}

function explain(meta: ModelMeta, error: unknown): never {
  if (error instanceof IntegrityError) error.issues = constraintIssues(meta, error);
  throw error;
}

/** A violated constraint as validation issues on the fields of the constraint. */
function constraintIssues(meta: ModelMeta, error: IntegrityError): readonly ValidationIssue[] {
  const { name, fields } = constraintFields(meta, {
    constraint: error.constraint,
    columns: error.columns,
    isUnique: error instanceof UniqueViolationError,
  });
  const [code, reason] = reasonOf(error);
  const message = (name === undefined ? undefined : meta.options.constraints?.[name]) ??
    reason;
  return fields.length === 0
    ? [{ path: [], code, message }]
    : fields.map((field) => ({ path: [field], code, message }));
}
