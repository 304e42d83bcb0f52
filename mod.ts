/**
 * ActiveRecord for TypeScript: a class is a table, an instance is a row, everything typed from one zod schema.
 *
 * This module holds the models and the abstractions of the backends. It loads no driver: a backend is imported from its own
 * path, such as `@rhosocial/activerecord/backends/sqlite`.
 *
 * @module
 */

// Models
export { ActiveRecord, type ActiveRecordStatics, type Base } from "./core/model/active_record.ts";
export { type BackendClass, ModelStatics, type NamedBackend } from "./core/model/model_statics.ts";
export {
  type FieldsOf,
  type OwnerRelationOptions,
  RecordMethods,
  type TargetRelationOptions,
} from "./core/model/record_methods.ts";
export { RecordBase } from "./core/model/record_base.ts";
export { FieldGuard } from "./core/model/field_guard.ts";
export { type RecordEvent, RecordHooks } from "./core/model/hooks.ts";
export type { Changes } from "./core/model/dirty.ts";
export type { Rules } from "./core/model/validation.ts";
export type { Mixin, MixinShape } from "./core/model/mixin.ts";
export { type AnyQuery, ModelQuery, type RelationModifiers } from "./core/model/model_query.ts";
export type { BelongsTo, HasMany, HasOne } from "./core/model/relation_handles.ts";
export type {
  Attributes,
  Instance,
  ModelClass,
  RelationKeys,
  RelationPath,
  TargetOf,
  Values,
} from "./core/model/model_types.ts";
export { timestamps } from "./core/mixins/timestamps.ts";
export { softDelete } from "./core/mixins/soft_delete.ts";
export { optimisticLock } from "./core/mixins/optimistic_lock.ts";
export { uuidKey, uuidv7 } from "./core/mixins/uuid_key.ts";

// Fields
export { Column, column, type ColumnOptions, type Reference } from "./core/meta/column.ts";
export {
  array,
  bytes,
  decimal,
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
} from "./core/meta/helpers.ts";
export type { Field, Input, Output, Shape, ZodSchema } from "./core/meta/shape.ts";
export type { IndexOptions, ModelOptions } from "./core/meta/model_meta.ts";
export { jsonNull } from "./core/types/json.ts";

// Queries
export { AliasedExpression, Expression, OrderTerm } from "./core/query/expression.ts";
export { fn } from "./core/query/functions.ts";
export { sql } from "./core/query/sql_tag.ts";
export type { Columns } from "./core/query/columns.ts";
export type { Conditions } from "./core/query/conditions.ts";
export { RowQuery } from "./core/query/row_query.ts";
export type { KeyInput } from "./core/query/key.ts";

// Backends
export { createBackend, discoverBackends, registerBackend } from "./core/backend/registry.ts";
export { StorageBackend } from "./core/backend/storage_backend.ts";
export { Transaction } from "./core/backend/transaction.ts";
export type { IsolationLevel, TransactionOptions } from "./core/backend/transaction_options.ts";
export { configure } from "./core/model/configure.ts";

// Errors
export * from "./core/errors.ts";
