import type { StatementNode } from "../ast/statement.ts";
import { after, type MaybePromise, type RunResult } from "../backend/result.ts";
import type { RunOptions, StorageBackend } from "../backend/storage_backend.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import type { LogicalType } from "../types/database_type.ts";

/** The backend of a model, at once when it is loaded. */
function backendOf(meta: ModelMeta): MaybePromise<StorageBackend> {
  return meta.host.backend() ?? meta.host.backendLoaded();
}

/** Runs a statement on the backend of a model. */
export function execute(meta: ModelMeta, statement: StatementNode, options?: RunOptions): MaybePromise<RunResult> {
  return after(backendOf(meta), (backend) => backend.run(statement, options));
}

/** Runs an operation of several statements so that a transaction around it waits for its end. */
export async function tracked<T>(meta: ModelMeta, operation: (backend: StorageBackend) => Promise<T>): Promise<T> {
  const backend = meta.host.backend() ?? await meta.host.backendLoaded();
  const ready = backend.ready();
  if (ready !== undefined) await ready;
  return await backend.transactions.track(() => operation(backend));
}

/** A value of the driver as its type says; as it is where there is no type. */
export function decodeValue(meta: ModelMeta, type: LogicalType | undefined, value: unknown): unknown {
  if (value === null || value === undefined || type === undefined) return value ?? null;
  const { decode } = meta.host.backend()!.types.codec(type); // the value came from it
  return decode === null ? value : decode(value);
}
