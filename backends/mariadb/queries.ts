const QUERIES: ReadonlySet<unknown> = new Set(["select", "compound", "values"]);

/** Whether there is a query inside of an expression, or of a list of them. */
export function holdsQuery(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node && (QUERIES.has(node.kind) || node.kind === "value")) return node.kind !== "value";
  return Object.values(node).some(holdsQuery);
}
