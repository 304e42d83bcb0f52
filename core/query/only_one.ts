import { OperationalError, RecordNotFound } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";

/** The only one of what a query gives, or null. Throws `OperationalError` when there are several. */
export function onlyOne<T>({ model }: ModelMeta, found: readonly T[]): T | null {
  if (found.length > 1) throw new OperationalError(`Expected one ${model}, but the query gives several`);
  return found[0] ?? null;
}

/** What was found. Throws `RecordNotFound` when that is nothing. */
export function orFail<T>({ model }: ModelMeta, found: T | null): T {
  if (found === null) throw new RecordNotFound(`No ${model} fits the query`);
  return found;
}
