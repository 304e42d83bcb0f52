import { type PlanNode, QueryPlan } from "../../core/backend/query_plan.ts";
import type { SchemaQuery } from "../../core/backend/table_schema.ts";

const UNNAMED = /^sqlite_autoindex_/;
const NAME = String.raw`"(?:[^"]|"")*"|\w+`;
/** A unique key in the text of a table, as `createTable()` writes it. */
const KEY = new RegExp(
  String.raw`\bCONSTRAINT\s+(${NAME})\s+UNIQUE\s*\(\s*((?:${NAME})(?:\s*,\s*(?:${NAME}))*)\s*\)`,
  "gi",
);

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** SQLite calls the index of a unique key `sqlite_autoindex_…`; the name of the key stands in the text of its table only. */
async function namesOf(query: SchemaQuery, indexes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await query(
    "SELECT i.name, t.sql, c.name FROM sqlite_schema AS i JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = i.tbl_name" +
      ` JOIN pragma_index_info(i.name) AS c WHERE i.name IN (${
        indexes.map(() => "?").join(", ")
      }) ORDER BY i.name, c.seqno`,
    indexes,
  );
  const names = new Map<string, string>();
  for (const [index, group] of Map.groupBy(rows, (row) => String(row[0]))) {
    const columns = group.map((row) => String(row[2])).join("\0");
    for (const [, name, list] of String(group[0]![1]).matchAll(KEY)) {
      const named = [...list!.matchAll(new RegExp(NAME, "g"))].map(([column]) => unquoted(column)).join("\0");
      if (named === columns) names.set(index, unquoted(name!));
    }
  }
  return names;
}

/** The plan with the names of unique keys in place of those that SQLite gives their indexes. */
export async function withKeyNames(plan: QueryPlan, query: SchemaQuery): Promise<QueryPlan> {
  const unnamed = new Set(plan.nodes.map(({ index }) => index ?? "").filter((index) => UNNAMED.test(index)));
  if (unnamed.size === 0) return plan;
  const names = await namesOf(query, [...unnamed]);
  const named = (node: PlanNode): PlanNode => ({
    ...node,
    index: names.get(node.index ?? "") ?? node.index,
    children: node.children.map(named),
  });
  return new QueryPlan(plan.sql, plan.roots.map(named), plan.raw);
}
