/** What is asked of `explain()`. */
export interface ExplainOptions {
  /** Runs the statement, which may be no write, so that the plan also says what really happened. @default {false} */
  readonly analyze?: boolean;
}

/**
 * How a step reaches the rows of a table: `full` reads all of it, `fullIndex` all of an index, `index` a part of an index, `key` a
 * part by the primary key.
 */
export type PlanAccess = "full" | "fullIndex" | "index" | "key";

/** What a step of a plan does. */
export type PlanOperation =
  | "read"
  | "join"
  | "sort"
  | "aggregate"
  | "limit"
  | "subquery"
  | "union"
  | "write"
  | "other";

/** One step of a plan; its children come before it. */
export interface PlanNode {
  /** What it does, in the same words for every database. */
  readonly operation: PlanOperation;
  /** What it does, in the words of the database. */
  readonly detail: string;
  /** Name or alias of the table that it reads. */
  readonly table?: string | undefined;
  /** How it reaches the rows of the table. */
  readonly access?: PlanAccess | undefined;
  /** Name of the index that it uses; null for one without a name. */
  readonly index?: string | null | undefined;
  /** Cost in the database's own unit, that of the children included. */
  readonly cost?: number | undefined;
  /** Number of rows that the planner expects. */
  readonly rows?: number | undefined;
  /** Number of rows that there really were, where it was analysed. */
  readonly actualRows?: number | undefined;
  /** Milliseconds that it really took, those of the children included. */
  readonly actualMs?: number | undefined;
  /** The steps that it takes rows from. */
  readonly children: readonly PlanNode[];
}

/** How a database runs a statement: a tree of steps in the same words for every database. */
export class QueryPlan {
  /** The SQL text that was explained, with placeholders. */
  readonly sql: string;
  /** The outermost steps; most databases give one. */
  readonly roots: readonly PlanNode[];
  /** What the database answered, as it is. */
  readonly raw: readonly (readonly unknown[])[];

  /** Made by `explain()`. */
  constructor(sql: string, roots: readonly PlanNode[], raw: readonly (readonly unknown[])[]) {
    this.sql = sql;
    this.roots = roots;
    this.raw = raw;
  }

  /** All steps, each before its children. */
  get nodes(): PlanNode[] {
    const all: PlanNode[] = [];
    const visit = (node: PlanNode) => {
      all.push(node);
      node.children.forEach(visit);
    };
    this.roots.forEach(visit);
    return all;
  }

  /** Whether an index is used: the one of this name, or any. The primary key counts as one without a name. */
  usesIndex(name?: string): boolean {
    return this.nodes.some(({ access, index }) =>
      name === undefined ? access !== undefined && access !== "full" : index === name
    );
  }

  /** Names of the tables that are read whole, without an index. */
  get fullScans(): string[] {
    return [...new Set(this.nodes.filter(({ access }) => access === "full").map(({ table }) => table ?? ""))];
  }

  /** Whether any table is read whole, without an index. */
  get fullScan(): boolean {
    return this.fullScans.length > 0;
  }

  /** Cost of the whole in the database's own unit, where it says it. */
  get cost(): number | undefined {
    return this.roots[0]?.cost;
  }

  /** Number of rows that the planner expects, where it says it. */
  get rows(): number | undefined {
    return this.roots[0]?.rows;
  }

  /** Number of rows that there really were, where it was analysed. */
  get actualRows(): number | undefined {
    return this.roots[0]?.actualRows;
  }

  /** Milliseconds that it really took, where it was analysed. */
  get actualMs(): number | undefined {
    return this.roots[0]?.actualMs;
  }

  /** The plan as text, one step a line. */
  toString(): string {
    const lines: string[] = [];
    const write = (node: PlanNode, depth: number) => {
      const numbers = [
        node.cost === undefined ? "" : `cost ${node.cost}`,
        node.rows === undefined ? "" : `rows ${node.rows}`,
        node.actualRows === undefined ? "" : `really ${node.actualRows}`,
        node.actualMs === undefined ? "" : `${node.actualMs} ms`,
      ].filter((text) => text !== "").join(", ");
      lines.push(`${"  ".repeat(depth)}${node.detail}${numbers === "" ? "" : ` (${numbers})`}`);
      for (const child of node.children) write(child, depth + 1);
    };
    for (const root of this.roots) write(root, 0);
    return lines.join("\n");
  }
}
