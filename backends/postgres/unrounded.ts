import type { ExpressionNode } from "../../core/ast/expression.ts";

/** The same node for the same node, so that its value is sent once. */
const unroundedNodes = new WeakMap<ExpressionNode, ExpressionNode>();

/** A column that rounds to two digits can be compared with a number of three, or stand beside one. */
export function unrounded<Node extends ExpressionNode>(node: Node): Node {
  if (node.kind !== "value" || node.type?.kind !== "decimal") return node;
  const known = unroundedNodes.get(node);
  if (known !== undefined) return known as Node; // a value for a value
  const { scale: _, ...type } = node.type;
  const made = { ...node, type };
  unroundedNodes.set(node, made);
  return made;
}
