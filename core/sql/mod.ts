/**
 * For authors of backends: what the backends with SQL share. Applications do not need it.
 *
 * A backend extends {@linkcode SQLBackend}, brings an {@linkcode SQLDialect} with its few differences from standard SQL, and
 * opens connections of its driver that meet `DriverConnection`.
 *
 * @module
 */
export { type ExecuteOptions, SQLBackend } from "./sql_backend.ts";
export type { StatementPlan } from "./statement_plan.ts";
export { PooledBackend } from "./pooled_backend.ts";
export { type ReturningClauseHandler, SQLDialect } from "./dialect.ts";
export {
  type BuilderDialect,
  type Clause,
  type Compiler,
  type ExpressionCompilers,
  type FunctionCompilers,
  type Sight,
  type SlotBinding,
  SQLBuilder,
  type StatementCompilers,
} from "./builder.ts";
export { likePattern, standardExpressions } from "./compile_expression.ts";
export { compileSelect, standardStatements, writeLimitOffset } from "./compile_statement.ts";
export { call, joined, standardFunctions } from "./compile_function.ts";
export { type AggregateParts, checkAggregate, filterAsCase, writeAggregate } from "./compile_aggregate.ts";
export { compileCompound, writeValues } from "./compile_compound.ts";
export { jsonPathText } from "./compile_json.ts";
export { datePartName } from "./compile_date.ts";
export { writeOver } from "./compile_window.ts";
export { writeHintComment, writeLock } from "./compile_clauses.ts";
export { writeUpdateRows } from "./compile_update_rows.ts";
export { type BulkInsert, type BulkInsertPlan, QueryOptimizer, type RowLimit } from "../backend/query_optimizer.ts";
export { isEmptySearch, wordsOf } from "./compile_full_text.ts";
export type { PlanReader } from "./plan_reader.ts";
export { type PlanAccess, type PlanNode, type PlanOperation, QueryPlan } from "../backend/query_plan.ts";
export type { DDLDialect } from "./compile_ddl.ts";
export type { DriverConnection, ResultMode, ServerConnection } from "./driver.ts";
export { ConnectionConfig } from "../backend/config.ts";
export {
  type GivenOptions,
  ServerConnectionConfig,
  type ServerKind,
  type ServerOptions,
  type SSLMode,
} from "../backend/server_config.ts";
export {
  ConnectionPool,
  type PoolPort,
  type PoolResource,
  type PoolSettings,
  type PoolStats,
  type PoolUse,
} from "../backend/pool.ts";
export { FeatureDetector } from "../backend/features.ts";
export { Capabilities, type Capability, type CapabilityRule } from "../capabilities.ts";
export { converterOf, type ConverterParts, defaultConverters } from "../types/default_converters.ts";
export { BaseTypeConverter, type Codec, type PlainKind, type TypeConverter } from "../types/type_converter.ts";
export { TypeRegistry } from "../types/type_registry.ts";
