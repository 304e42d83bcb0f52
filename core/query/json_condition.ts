import { allOf, anyOf, type ComparisonOperator, type ExpressionNode } from "../ast/expression.ts";
import type { JSONForm, JSONPathNode, JSONStep } from "../ast/json.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalKind, LogicalType } from "../types/database_type.ts";

// Works on nodes, so that expressions can use it.

/** A place inside JSON, as data. */
export type JSONPath = JSONPathNode<ExpressionNode>;

const TYPES: { readonly [K in JSONForm]: LogicalType } = {
  json: { kind: "json" },
  string: { kind: "string" },
  number: { kind: "number" },
  boolean: { kind: "boolean" },
};

/** Refuses what is no step into JSON. */
export function checkSteps(steps: readonly unknown[], label: string): readonly JSONStep[] {
  if (steps.length === 0) throw new QueryBuildError(`Empty JSON path of ${label}: expected keys or positions`);
  return steps.map((step) => {
    if (typeof step === "string") {
      if (step.isWellFormed() && !step.includes("\0")) return step;
      throw new QueryBuildError(`Invalid key in the JSON path of ${label}: it holds NUL or a lone surrogate`);
    }
    if (typeof step === "number" && Number.isSafeInteger(step) && step >= 0) return step;
    throw new QueryBuildError(
      `Invalid step in the JSON path of ${label}: expected a key or a position (a whole number, 0 or more)`,
    );
  });
}

/** Whether an expression is a place inside JSON that is taken as JSON. */
export function isJSONPath(node: ExpressionNode): node is JSONPath {
  return node.kind === "jsonPath" && node.form === "json";
}

/** The same place taken in another form; what is no such place stays as it is. */
export function inForm(node: ExpressionNode, form: JSONForm): ExpressionNode {
  return isJSONPath(node) ? { ...node, form, type: TYPES[form] } : node;
}

/** A place inside JSON, or inside of a place. */
export function jsonPath(node: ExpressionNode, steps: readonly JSONStep[]): JSONPath {
  const type = TYPES.json;
  return isJSONPath(node)
    ? { ...node, path: [...node.path, ...steps] }
    : { kind: "jsonPath", operand: node, path: steps, form: "json", type };
}

/** The document and the path of a place; of any other JSON the whole. */
export function placeOf(
  node: ExpressionNode,
): { readonly operand: ExpressionNode; readonly path: readonly JSONStep[] } {
  return isJSONPath(node) ? { operand: node.operand, path: node.path } : { operand: node, path: [] };
}

const FORMS: { readonly [K in LogicalKind]?: JSONForm } = {
  int32: "number",
  int: "number",
  bigint: "number",
  number: "number",
  decimal: "number",
  boolean: "boolean",
  json: "json",
  array: "json",
};

/** The form in which a place is compared with an expression of a type. */
export function formOfType(type: LogicalType | undefined): JSONForm {
  return type === undefined ? "json" : FORMS[type.kind] ?? "string";
}

function formOf(value: unknown, label: string): JSONForm {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return typeof value as JSONForm; // one of the three
    case "bigint":
      return "number";
    case "object":
      if (Array.isArray(value)) return "json";
      if (value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))) return "json";
  }
  throw new QueryBuildError(`${label} was compared with what JSON cannot hold`);
}

/** A value for a place in its form. */
function valueNode(value: unknown, form: JSONForm, label: string | undefined): ExpressionNode {
  const type: LogicalType = typeof value === "bigint" ? { kind: "bigint" } : TYPES[form];
  return { kind: "value", value, type, label };
}

function isNull(node: ExpressionNode): ExpressionNode {
  return { kind: "nullTest", operand: node, negated: false };
}

/** True where a place holds something of another type, NULL where it holds nothing, else what the comparison says. */
function unless(path: JSONPath, form: JSONForm, compared: ExpressionNode): ExpressionNode {
  if (form === "json") return compared;
  return {
    kind: "case",
    branches: [{
      when: allOf([isNull(inForm(path, form)), { kind: "nullTest", operand: path, negated: true }])!, // two conditions
      then: { kind: "logic", operator: "and", operands: [] },
    }],
    otherwise: compared,
    type: TYPES.boolean,
  };
}

/** A place inside JSON compared with a plain value: with one of another type it is unequal, and neither less nor greater. */
export function compareJSON(
  path: JSONPath,
  operator: ComparisonOperator,
  value: unknown,
  label = "A JSON path",
): ExpressionNode {
  const form = formOf(value, label);
  if (operator !== "=" && operator !== "<>" && form !== "string" && form !== "number") {
    throw new QueryBuildError(`${label} can only be greater or less than a number or a text`);
  }
  const compared: ExpressionNode = {
    kind: "comparison",
    operator,
    left: inForm(path, form),
    right: valueNode(value, form, label),
  };
  return operator === "<>" ? unless(path, form, compared) : compared;
}

/** Whether a place inside JSON holds one of some values, or none of them. */
export function jsonIn(
  path: JSONPath,
  values: readonly unknown[],
  negated: boolean,
  label = "A JSON path",
): ExpressionNode {
  const equal = values.map((value) => compareJSON(path, negated ? "<>" : "=", value, label));
  if (equal.length === 0) return { kind: "logic", operator: negated ? "and" : "or", operands: [] };
  return negated ? allOf(equal)! : anyOf(equal); // there is at least one
}

/** Whether JSON holds a value; a text at a place holds its parts as well. */
export function jsonContains(node: ExpressionNode, value: unknown, label: string | undefined): ExpressionNode {
  const held: ExpressionNode = {
    kind: "jsonContains",
    ...placeOf(node),
    value: { kind: "value", value, type: TYPES.json, label },
  };
  if (typeof value !== "string") return held;
  const text = inForm(jsonPath(node, []), "string");
  return {
    kind: "case",
    branches: [{
      when: { kind: "nullTest", operand: text, negated: true },
      then: { kind: "pattern", match: "contains", operand: text, pattern: value, caseSensitive: true },
    }],
    otherwise: held,
    type: TYPES.boolean,
  };
}
