import type { StorageBackend } from "../backend/storage_backend.ts";
import { ActiveRecord } from "./active_record.ts";
import type { NamedBackend } from "./model_statics.ts";

/**
 * Gives all models a backend by name. Its modules are loaded now and it connects on first use; waiting for the promise is
 * only needed for what must answer at once, such as `toSQL()`.
 *
 * @example
 * ```ts
 * import { configure } from "@rhosocial/activerecord";
 *
 * await configure({ backend: "sqlite", database: ":memory:" });
 * ```
 *
 * @throws {ConfigurationError} for an unknown backend or a wrong option
 */
export function configure(config: NamedBackend): Promise<StorageBackend> {
  return ActiveRecord.configure(config);
}
