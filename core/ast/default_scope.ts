import type { DefaultScopeNode, ExpressionNode } from "./expression.ts";
import type { StatementNode } from "./statement.ts";

/** The condition of a default scope, for the name by which a query calls the table; null where it leaves nothing out. */
export type ScopeCondition = (alias: string) => ExpressionNode | null;

/** What the symbols in the nodes stand for. */
const conditions = new WeakMap<symbol, ScopeCondition>();

/** A symbol that stands for a default scope in statements. */
export function defineScope(model: string, condition: ScopeCondition): symbol {
  const scope = Symbol(model);
  conditions.set(scope, condition);
  return scope;
}

/** Whether it can be seen without a search that a statement has a default scope: that of what it reads itself. Parts may have others. */
export function isPlainlyScoped(statement: StatementNode): boolean {
  if (!("where" in statement) || statement.where === null) return false;
  const { where } = statement;
  return where.kind === "defaultScope" ||
    where.kind === "logic" && where.operator === "and" && where.operands.some(({ kind }) => kind === "defaultScope");
}

/** In the place of a scope that leaves nothing out: an AND of nothing is true. */
const EVERYTHING: ExpressionNode = { kind: "logic", operator: "and", operands: [] };

/**
 * The statement with the conditions that its default scopes have now in their places. A backend does this each time it is given a
 * statement, so that a query that is kept says the conditions of whoever runs it.
 *
 * @throws {ConfigurationError} when a default scope is none
 */
export function resolveScopes<N extends StatementNode>(statement: N): N;
/** The expression with the conditions that its default scopes have now in their places. */
export function resolveScopes(expression: ExpressionNode): ExpressionNode;
export function resolveScopes(node: StatementNode | ExpressionNode): unknown {
  return resolved(node);
}

/** The part with conditions in place; the very same where there is nothing to do, since lists are known by their identity. */
function resolved(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return resolvedList(part);
  const kind = "kind" in part ? part.kind : undefined;
  // Values are not ours to look into.
  if (kind === "column" || kind === "value" || kind === "slot" || kind === "table") return part;
  if (kind === "defaultScope") return conditionOf(part as DefaultScopeNode); // the kind says so
  let copy: Record<string, unknown> | null = null;
  for (const key in part) {
    if (key === "type" || key === "types") continue;
    const value: unknown = part[key as keyof typeof part];
    const made = resolved(value);
    if (made !== value) (copy ??= { ...part })[key] = made;
  }
  if (copy === null) return part;
  return kind === "logic" ? simplified(copy as unknown as Logic) : withoutTrue(copy); // a copy of a node of this kind
}

function resolvedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const made = resolved(list[i]);
    if (made !== list[i]) (copy ??= list.slice())[i] = made;
  }
  return copy ?? list;
}

function conditionOf({ scope, alias }: DefaultScopeNode): ExpressionNode {
  const condition = conditions.get(scope)!; // only defineScope() makes such symbols
  return condition(alias) ?? EVERYTHING;
}

type Logic = Extract<ExpressionNode, { kind: "logic" }>;

/** An AND without what is true anyway; an OR with such a part is true. */
function simplified(node: Logic): ExpressionNode {
  if (node.operator === "or") return node.operands.includes(EVERYTHING) ? EVERYTHING : node;
  const operands = node.operands.filter((operand) => operand !== EVERYTHING);
  return operands.length === 1 ? operands[0]! : operands.length === 0 ? EVERYTHING : { ...node, operands };
}

/** A statement or a join whose condition is true has none. */
function withoutTrue(copy: Record<string, unknown>): unknown {
  if (copy.where === EVERYTHING) copy.where = null;
  if (copy.on === EVERYTHING) copy.on = null;
  return copy;
}
