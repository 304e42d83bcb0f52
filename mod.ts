/**
 * ActiveRecord for TypeScript: a class is a table, an instance is a row, everything typed from one zod schema.
 *
 * This module holds the models and the abstractions of the backends. It loads no driver: a backend is imported from its own
 * path, such as `@rhosocial/activerecord/backends/sqlite`.
 *
 * @example A model, its table, a query
 * ```ts
 * import { z } from "zod";
 * import { ActiveRecord, primaryKey, timestamps } from "@rhosocial/activerecord";
 * import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
 *
 * class User extends ActiveRecord.define("users", {
 *   id: primaryKey(),
 *   name: z.string().min(1),
 *   age: z.int().nullable().default(null),
 * }, timestamps()) {}
 *
 * ActiveRecord.configure(new SQLiteBackend({ database: ":memory:" }));
 * await User.createTable();
 * await User.create({ name: "Ada", age: 36 });
 * const adults = await User.where({ age__gte: 18 }).orderBy("-age");
 * if (adults[0]?.name !== "Ada") throw new Error("not found");
 * ```
 *
 * @module
 */

// Models
export { ActiveRecord, type Base, type RecordClass, type StaticsOf } from "./core/model/active_record.ts";
export { type BackendClass, ModelStatics, type NamedBackend } from "./core/model/model_statics.ts";
export { type FieldOf, type InsertedFrom, WriteStatics } from "./core/model/write_statics.ts";
export { type FieldsOf, RecordMethods } from "./core/model/record_methods.ts";
export { RecordBase } from "./core/model/record_base.ts";
export type { Changes } from "./core/model/dirty.ts";
export type { Rules } from "./core/model/validation.ts";
export type { InsertManyOptions, InsertProgress } from "./core/model/bulk_create.ts";
export type { ConflictUpdate, UpsertManyOptions, UpsertOptions } from "./core/model/upsert.ts";
export type { FindBySqlOptions } from "./core/model/find_by_sql.ts";
export type { UpdateManyOptions } from "./core/model/update_many.ts";
export type { Attributes, Instance, ModelClass, Values } from "./core/model/model_types.ts";
export { configure } from "./core/model/configure.ts";

// Events
export { RECORD_EVENTS, type RecordEvent, RecordHooks } from "./core/model/hooks.ts";
export type { Listener, Off } from "./core/events/emitter.ts";

// Mixins
export type { Mixin, MixinShape } from "./core/model/mixin.ts";
export { type Timestamps, timestamps, type TimestampsOptions } from "./core/mixins/timestamps.ts";
export { type SoftDelete, softDelete } from "./core/mixins/soft_delete.ts";
export { type OptimisticLock, optimisticLock } from "./core/mixins/optimistic_lock.ts";
export { type UUIDKey, uuidKey, uuidv7 } from "./core/mixins/uuid_key.ts";

// Relations
export type { BelongsTo, HasMany, HasOne, RelationMethods } from "./core/model/relation_handles.ts";
export type { OwnerRelationOptions, TargetRelationOptions } from "./core/model/record_methods.ts";
export type { Dependent, RelationOptions } from "./core/relations/definition.ts";
export type { RelationBrand, RelationKeys, RelationPath, TargetAt, TargetOf } from "./core/model/model_types.ts";

// Fields
export {
  type Checked,
  Column,
  column,
  type ColumnOptions,
  type ColumnSettings,
  type HasDefault,
  type Reference,
  type SQLExpression,
} from "./core/meta/column.ts";
export {
  array,
  bytes,
  decimal,
  duration,
  type HelperOptions,
  instant,
  type Nullable,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
  type PrimaryKeyOptions,
} from "./core/meta/helpers.ts";
export type { Field, Input, OptionalKeys, Output, Shape, ZodSchema } from "./core/meta/shape.ts";
export type { FullTextIndexOptions, IndexOptions, ModelOptions } from "./core/meta/model_meta.ts";
export type { Naming } from "./core/meta/naming.ts";
export { jsonNull } from "./core/types/json.ts";

// Queries
export {
  type AnyQuery,
  type CountsOf,
  ModelQuery,
  type QueryOf,
  type RelationModifier,
  type RelationModifiers,
} from "./core/model/model_query.ts";
export { alias, type ModelAlias } from "./core/model/alias.ts";
export type { RelationJoinOptions } from "./core/model/relation_query.ts";
export {
  type Condition,
  type OrderBy,
  type OrderField,
  QueryBase,
  type ToSQLOptions,
} from "./core/query/query_base.ts";
export { type LockOptions, TunedQuery, type UseIndexOptions } from "./core/query/tuned_query.ts";
export type { CursorOptions, CursorPage, Page } from "./core/query/paging.ts";
export {
  type ExcerptOptions,
  FullText,
  type FullTextOptions,
  type MatchOptions,
  SearchedQuery,
} from "./core/query/full_text.ts";
export { type RecordOperand, RecordQuery } from "./core/query/record_query.ts";
export type { RowOperand, SameColumns, SetOperation } from "./core/query/compound.ts";
export { type GroupTerm, RowQuery } from "./core/query/row_query.ts";
export { RowTerminals } from "./core/query/row_terminals.ts";
export type { RowItem, SelectedRow, Selection } from "./core/query/row_items.ts";
export {
  AliasedExpression,
  type Calculated,
  type Comparand,
  Expression,
  type Operand,
  OrderTerm,
  type RowsSubquery,
  type Subquery,
} from "./core/query/expression.ts";
export { fn, type SQLFunctions } from "./core/query/functions.ts";
export {
  type AggregateExpression,
  type AggregateFunctions,
  type AggregateOptions,
  type ConcatOptions,
  type InJSON,
  type ListOptions,
  type OverWindow,
  type Sum,
} from "./core/query/aggregate.ts";
export { Case, type CastValues, type ChoiceFunctions } from "./core/query/choice_functions.ts";
export type { DateFunctions, DateOptions } from "./core/query/date_functions.ts";
export type { JSONFunctions, JSONInput } from "./core/query/json_functions.ts";
export type { Containable, JSONAt, JSONKey, JSONRead, NotJSON } from "./core/query/json_types.ts";
export type { NumberFunctions } from "./core/query/number_functions.ts";
export type { TextFunctions, TextOf } from "./core/query/text_functions.ts";
export type { WindowFunction, WindowFunctions } from "./core/query/window_functions.ts";
export type { NullOf, NumberArgument, NumberIn, TextArgument, TextIn, TextsIn } from "./core/query/arguments.ts";
export type { FrameEnd, FrameSpec, OneOrMore, WindowSpec } from "./core/query/window.ts";
export { cube, type Grouping, groupingSets, GroupingTerm, type GroupingTerms, rollup } from "./core/query/grouping.ts";
export { all, any, type ColumnQuery, exists, notExists } from "./core/query/subquery.ts";
export { Tuple, tuple, type TupleTruth, type TupleValues } from "./core/query/tuple.ts";
export {
  CommonTable,
  type CommonTableOptions,
  type CommonTables,
  cte,
  type TableQuery,
} from "./core/query/common_table.ts";
export {
  type Extra,
  recursiveCte,
  type RecursiveOptions,
  type RecursivePart,
  type RecursiveRow,
} from "./core/query/recursive.ts";
export { type KindValues, type ValueColumns, type ValueRow, values, ValuesTable } from "./core/query/values.ts";
export type { JoinCondition, LateralQuery } from "./core/query/join.ts";
export type { Joined, NoJoins, Outer, OuterJoined } from "./core/query/joined.ts";
export type { ColumnsIn, OutputColumn, PlacedSource, QuerySource, Source, SourceColumn } from "./core/query/source.ts";
export { sql, type SQLTag } from "./core/query/sql_tag.ts";
export type { Columns } from "./core/query/columns.ts";
export type { Conditions, Lookups } from "./core/query/conditions.ts";
export type { DeleteOptions, ReturningOptions, UpdateValues } from "./core/query/bulk.ts";
export type { KeyInput, KeyOf, KeyValue } from "./core/query/key.ts";
export type {
  IfNumber,
  IfText,
  Missing,
  Moment,
  NoNumber,
  NumberField,
  Selected,
  Truth,
} from "./core/query/value_types.ts";

// Transactions
export { Transaction } from "./core/backend/transaction.ts";
export type {
  CheckedTransactionOptions,
  IsolationLevel,
  TransactionOptions,
} from "./core/backend/transaction_options.ts";

// Backends: choosing one
export {
  type BackendConstructor,
  type BackendLoader,
  createBackend,
  discoverBackends,
  type DiscoveredBackend,
  registerBackend,
} from "./core/backend/registry.ts";
export type { BackendEvents, QueryEvent } from "./core/backend/observer.ts";

// Backends: writing one; what backends with SQL share at run time is in the subpath `sql`
export {
  type CompileOptions,
  type PreparedStatement,
  type RunOptions,
  StorageBackend,
} from "./core/backend/storage_backend.ts";
export type { ExplainOptions, PlanAccess, PlanNode, PlanOperation, QueryPlan } from "./core/backend/query_plan.ts";
export type { BulkInsert, BulkInsertPlan, QueryOptimizer, RowLimit } from "./core/backend/query_optimizer.ts";
export type { QueryScope, QueryScopes, ResultCache, Tags } from "./core/backend/query_scope.ts";
export type { PlanReader } from "./core/sql/plan_reader.ts";
export type { ExecuteOptions, SQLBackend } from "./core/sql/sql_backend.ts";
export type { ReturningClauseHandler, SQLDialect } from "./core/sql/dialect.ts";
export type {
  BuilderDialect,
  Clause,
  Compiler,
  ExpressionCompilers,
  FunctionCompilers,
  SlotBinding,
  SQLBuilder,
  StatementCompilers,
} from "./core/sql/builder.ts";
export type { DDLDialect } from "./core/sql/compile_ddl.ts";
export type { DriverConnection, ResultMode } from "./core/sql/driver.ts";
export type { CompiledStatement, MaybePromise, QueryResult, RunResult } from "./core/backend/result.ts";
export type { ConnectionConfig } from "./core/backend/config.ts";
export type { FeatureDetector } from "./core/backend/features.ts";
export type {
  ColumnSchema,
  ForeignKeySchema,
  IndexOrigin,
  IndexSchema,
  SchemaQuery,
  TableSchema,
} from "./core/backend/table_schema.ts";
export type { TransactionPort } from "./core/backend/transaction_port.ts";
export type { Capabilities, Capability, CapabilityRule } from "./core/capabilities.ts";

// Backends: types of values
export type {
  DatabaseType,
  FieldConverter,
  LogicalKind,
  LogicalType,
  TypeMapping,
} from "./core/types/database_type.ts";
export type { Codec, TypeConverter } from "./core/types/type_converter.ts";
export type { TypeRegistry } from "./core/types/type_registry.ts";

// Statements as data
export { resolveScopes } from "./core/ast/default_scope.ts";
export type * from "./core/ast/clauses.ts";
export type * from "./core/ast/full_text.ts";
export type * from "./core/ast/expression.ts";
export type * from "./core/ast/statement.ts";
export type * from "./core/ast/date.ts";
export type * from "./core/ast/json.ts";
export type * from "./core/ast/source.ts";
export type * from "./core/ast/window.ts";
export type { TextParameters } from "./core/backend/raw_text.ts";

// Errors
export * from "./core/errors.ts";
