import { rawFromText, type TextParameters } from "../backend/raw_text.ts";
import type { RunOptions, StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError, QueryError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { Expression } from "../query/expression.ts";
import { instantiate, type RecordBase } from "./record_base.ts";
import { type AnyModel, metaOf } from "./registry.ts";

/** Options of `findBySql()`. */
export interface FindBySqlOptions extends RunOptions {
  /** Says that the text only reads, so that it may run beside a writer. @default by the first word of the text */
  readonly reads?: boolean;
}

/** Records made of the rows of SQL text, which must give all columns of the model; others are left out. */
export async function findBySql(
  model: AnyModel,
  backend: StorageBackend,
  text: string | Expression<unknown>,
  { params, ...options }: FindBySqlOptions & { readonly params: TextParameters | undefined },
): Promise<RecordBase[]> {
  const meta = metaOf(model);
  const raw = text instanceof Expression ? text.node : rawFromText(expectText(meta, text), params);
  if (raw.kind !== "raw") throw new QueryBuildError(`findBySql() of ${meta.model} takes SQL text or an sql template`);
  if (text instanceof Expression && params !== undefined) {
    throw new QueryBuildError(`Parameters in findBySql of ${meta.model} need SQL text before them`);
  }
  const { reads = /^\s*(?:select|values)\b/i.test(raw.parts[0]!), ...run } = options;
  const result = await backend.run({ kind: "rawStatement", raw, reads }, run);
  const positions = positionsOf(meta, result.columns);
  const records = instantiate(model, result.rows.map((row) => positions.map((position) => row[position])), backend);
  await meta.host.afterLoad(records);
  return records;
}

function expectText({ model }: ModelMeta, text: unknown): string {
  if (typeof text === "string") return text;
  throw new QueryBuildError(`findBySql() of ${model} takes SQL text or an sql template`);
}

/** Where in a row the columns of the model are. */
function positionsOf(meta: ModelMeta, names: readonly string[]): number[] {
  const missing = meta.columns.filter(({ name }) => !names.includes(name));
  if (missing.length > 0) {
    throw new QueryError(
      `findBySql() of ${meta.model} lacks the columns ${
        missing.map(({ name }) => name).join(", ")
      }: a record needs all of them`,
      { table: meta.table.name },
    );
  }
  return meta.columns.map(({ name }) => {
    const position = names.indexOf(name);
    if (names.includes(name, position + 1)) {
      throw new QueryError(`findBySql() of ${meta.model} has the column ${name} twice: name what is not the model's`, {
        table: meta.table.name,
      });
    }
    return position;
  });
}
