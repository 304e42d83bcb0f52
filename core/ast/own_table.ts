import { type QueryNode, type SelectNode, sourceNames, type TableNode } from "./statement.ts";

/** How a subquery of an UPDATE or DELETE stands to the table that is changed. */
export interface OwnTableUse {
  /** Whether it reads the table. */
  readonly reads: boolean;
  /** Whether it uses columns of the row that is changed. */
  readonly refers: boolean;
}

/** Whether a subquery reads a table that is being changed, and whether it uses columns of the changed row. */
export function useOfOwnTable(query: QueryNode, table: TableNode): OwnTableUse {
  const use = { reads: false, refers: false };
  look(query, { table, name: table.alias ?? table.name, isBound: false }, use);
  return use;
}

/** The queries in an expression, without those inside of them. */
export function queriesIn(part: unknown): readonly QueryNode[] {
  if (typeof part !== "object" || part === null) return [];
  const kind = "kind" in part ? part.kind : undefined;
  if (kind === "select" || kind === "compound" || kind === "values") return [part as QueryNode]; // the kind says so
  return kind === "value" || kind === "slot" ? [] : Object.values(part).flatMap(queriesIn);
}

interface Sight {
  readonly table: TableNode;
  /** Name of the changed row. */
  readonly name: string;
  /** Whether a query around has a table of the same name, which hides the changed row. */
  readonly isBound: boolean;
}

function look(part: unknown, sight: Sight, use: { reads: boolean; refers: boolean }): void {
  if (typeof part !== "object" || part === null) return;
  if (Array.isArray(part)) {
    for (const item of part) look(item, sight, use);
    return;
  }
  const kind = "kind" in part ? part.kind : undefined;
  // Values are not ours to look into.
  if (kind === "value" || kind === "slot") return;
  if (kind === "column") {
    if (!sight.isBound && "table" in part && part.table === sight.name) use.refers = true;
    return;
  }
  if (kind === "table") {
    const { name, schema } = part as TableNode; // the kind says so
    if (name === sight.table.name && schema === sight.table.schema) use.reads = true;
    return;
  }
  if (!sight.isBound && namesRow(part, sight.name)) use.refers = true;
  const isBound = kind === "select" && sourceNames(part as SelectNode).includes(sight.name);
  const inner = isBound ? { ...sight, isBound: true } : sight;
  for (const [key, value] of Object.entries(part)) {
    if (key !== "type" && key !== "types") look(value, inner, use);
  }
}

/** Whether SQL text or a name has the name of the changed row in front. Without it, a name is that of the inner table. */
function namesRow(part: object, name: string): boolean {
  if ("path" in part && Array.isArray(part.path)) return part.path.length > 1 && part.path[0] === name;
  if (!("parts" in part)) return false;
  const text = String(part.parts).toLowerCase();
  return [".", '".', "`."].some((end) => text.includes(name.toLowerCase() + end));
}
