import type { FromNode, QueryNode, SelectNode } from "../../core/ast/statement.ts";

const QUERIES: ReadonlySet<unknown> = new Set(["select", "compound", "values"] satisfies QueryNode["kind"][]);

/** Whether a node is a query. */
export function isQuery(node: { readonly kind: string }): node is QueryNode {
  return QUERIES.has(node.kind);
}

/** Whether there is a query inside of an expression, or of a list of them. */
export function holdsQuery(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    if (QUERIES.has(node.kind)) return true;
    if (node.kind === "column" || node.kind === "value") return false;
  }
  return Object.values(node).some(holdsQuery);
}

function nameOf(from: FromNode): string {
  return from.kind === "table" ? from.alias ?? from.name : from.alias;
}

/** Names of the tables that a query reads. */
export function tableNames({ from, joins = [] }: SelectNode): string[] {
  return [...from === null ? [] : [nameOf(from)], ...joins.map(({ table }) => nameOf(table))];
}
