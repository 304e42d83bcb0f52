import type { ExplainNode } from "../ast/statement.ts";
import { QueryPlan } from "../backend/query_plan.ts";
import type { RunOptions, StorageBackend } from "../backend/storage_backend.ts";
import type { SQLDialect } from "./dialect.ts";

/** Asks a database how it runs a statement, and reads the answer. */
export async function explained(
  backend: StorageBackend & { readonly dialect: SQLDialect },
  node: ExplainNode,
  options: RunOptions | undefined,
): Promise<QueryPlan> {
  const { plans } = backend.dialect;
  const result = await backend.run(node, options);
  const roots = plans?.read(result, node) ?? [];
  const omitted = node.analyze && plans?.readOmitted !== undefined
    ? plans.readOmitted(await backend.run({ ...node, analyze: false }, options))
    : [];
  return new QueryPlan(backend.compile(node.statement).sql, [...roots, ...omitted], result.rows);
}
