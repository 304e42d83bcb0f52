import type { ExpressionNode, QueryNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { LogicalType } from "../../core/types/database_type.ts";

function kindOfType(type: LogicalType | undefined): string | undefined {
  return type?.converter === undefined ? type?.kind : undefined;
}

/** What two values that are compared mean: a decimal beside another number makes both decimals. */
export function commonKind(...nodes: readonly ExpressionNode[]): string | undefined {
  const kinds = nodes.map(kindOf);
  return kinds.find(isText) ?? kinds.find((kind) => kind !== undefined);
}

/** What the columns of a query mean. */
export function kindsOfQuery(query: QueryNode): readonly (string | undefined)[] {
  switch (query.kind) {
    case "select":
      return query.columns.map(({ expression }) => kindOf(expression));
    case "compound": {
      const [first, ...others] = query.operands.map(kindsOfQuery);
      return first!.map((kind, i) => [kind, ...others.map((kinds) => kinds[i])].find(isText) ?? kind); // two or more
    }
    case "values":
      return query.columns.map((_, i) =>
        query.types?.[i] === undefined ? query.rows[0] && kindOf(query.rows[0][i]!) : kindOfType(query.types[i])
      );
  }
}

/** Wraps what is stored as text but is not compared as text: decimals by value, JSON whatever the order of its keys. */
export function comparable(node: ExpressionNode, kind: string | undefined): ExpressionNode {
  if (kind === "decimal") return { kind: "raw", parts: ["decimal_key(", ")"], nodes: [node] };
  if (kind === "json") return { kind: "raw", parts: [JSON_KEY_START, JSON_KEY_END], nodes: [node] };
  return node;
}

/**
 * A text that is equal for equal JSON: every leaf with its path, in the order of the paths; NULL for NULL. The inner SELECT
 * keeps a column named like one of json_tree's own, such as `json` or `value`, from being taken for it.
 */
const JSON_KEY_START = "nullif((SELECT json_group_array(leaf) FROM (SELECT json_array(fullkey, " +
  "CASE WHEN type IN ('integer', 'real') THEN 'number' ELSE type END, atom + 0.0, CASE WHEN type = 'text' THEN atom END) AS leaf FROM (SELECT ";
const JSON_KEY_END = " AS document) AS source, json_tree(source.document) ORDER BY fullkey)), '[]')";

/** Whether values of a kind are stored as text that is not compared as text. */
export function isText(kind: string | undefined): boolean {
  return kind === "decimal" || kind === "json";
}
