import type { ExpressionNode, PatternNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "./builder.ts";
import { aggregateExpressions } from "./compile_aggregate.ts";
import { dateExpressions } from "./compile_date.ts";
import { fullTextExpressions } from "./compile_full_text.ts";
import { jsonExpressions } from "./compile_json.ts";
import { valueExpressions } from "./compile_value.ts";
import { windowExpressions } from "./compile_window.ts";

/** Puts `%` and `_` out of action with an escape character that needs no escape itself in any database. */
function escapeLike(text: string): string {
  return text.replace(/[!%_]/g, "!$&");
}

/** The LIKE pattern for a match that takes its text literally, with `!` as the escape character. */
export function likePattern(match: PatternNode["match"], text: string): string {
  switch (match) {
    case "contains":
      return `%${escapeLike(text)}%`;
    case "startsWith":
      return `${escapeLike(text)}%`;
    case "endsWith":
      return `%${escapeLike(text)}`;
    default:
      // A pattern of the user escapes with a backslash; the text sent escapes with "!", so its own "!" is doubled.
      return text.replace(/\\([\s\S])|!/g, (_, escaped?: string) => {
        if (escaped === undefined) return "!!";
        return /[!%_]/.test(escaped) ? `!${escaped}` : escaped;
      });
  }
}

const OPERATORS: ReadonlySet<string> = new Set([
  "=",
  "<>",
  ">",
  ">=",
  "<",
  "<=",
  "+",
  "-",
  "*",
  "/",
  "%",
]);
/** Words that end up in the text must be known ones, whatever the types were told. */
function known(words: ReadonlySet<string>, word: string): string {
  if (!words.has(word)) {
    throw new QueryBuildError(
      `Unknown operator or function ${JSON.stringify(word)}`,
    );
  }
  return word;
}

function infix(left: ExpressionNode, operator: string, right: ExpressionNode, builder: SQLBuilder): void {
  builder.operand(left);
  builder.sql += ` ${known(OPERATORS, operator)} `;
  builder.operand(right);
}

/** How standard SQL writes each kind of expression. */
export const standardExpressions: ExpressionCompilers = {
  column(node, builder) {
    const name = builder.dialect.quoteIdentifier(node.name);
    builder.sql += node.table === undefined || node.table === builder.scope
      ? name
      : `${builder.dialect.quoteIdentifier(node.table)}.${name}`;
  },
  value: (node, builder) => builder.bind(node.value, node.type, node.label),
  slot: (node, builder) => builder.slot(node.index, node.type, node.label),
  comparison: (node, builder) => infix(node.left, node.operator, node.right, builder),
  arithmetic(node, builder) {
    const { operator, left, right } = node;
    if (operator !== "/" && operator !== "%") return infix(left, operator, right, builder);
    // Databases differ in what they make of a division of integers and of a division by 0.
    if (operator === "/" && node.type?.kind !== "decimal") {
      builder.expression({ kind: "cast", operand: left, type: { kind: "number" } });
    } else builder.operand(left);
    builder.sql += ` ${operator} nullif(`;
    builder.expression(right);
    builder.sql += ", 0)";
  },
  logic(node, builder) {
    const { operands, operator } = node;
    if (operands.length === 0) {
      builder.sql += operator === "and" ? "1 = 1" : "1 = 0";
      return;
    }
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!;
      if (i > 0) builder.sql += operator === "and" ? " AND " : " OR ";
      if (
        operand.kind === "logic" && operand.operator !== operator && operand.operands.length > 0 ||
        operand.kind === "raw"
      ) {
        builder.sql += "(";
        builder.expression(operand);
        builder.sql += ")";
      } else builder.expression(operand);
    }
  },
  not(node, builder) {
    builder.sql += "NOT (";
    builder.expression(node.operand);
    builder.sql += ")";
  },
  nullTest(node, builder) {
    builder.operand(node.operand);
    builder.sql += node.negated ? " IS NOT NULL" : " IS NULL";
  },
  in(node, builder) {
    if (Array.isArray(node.items) && node.items.length === 0) {
      builder.sql += node.negated ? "1 = 1" : "1 = 0";
      return;
    }
    builder.operand(node.operand);
    builder.sql += node.negated ? " NOT IN (" : " IN (";
    if ("kind" in node.items) builder.statement(node.items);
    else builder.list(node.items);
    builder.sql += ")";
  },
  between(node, builder) {
    builder.operand(node.operand);
    builder.sql += " BETWEEN ";
    builder.operand(node.low);
    builder.sql += " AND ";
    builder.operand(node.high);
  },
  pattern(node, builder) {
    const fold = !node.caseSensitive;
    if (node.match === "regex") throw new QueryBuildError("This database has no regular expressions");
    if (fold) builder.sql += "lower(";
    builder.operand(node.operand);
    builder.sql += fold ? ") LIKE " : " LIKE ";
    builder.bind(fold ? likePattern(node.match, node.pattern).toLowerCase() : likePattern(node.match, node.pattern), {
      kind: "string",
    }, undefined);
    builder.sql += " ESCAPE '!'";
  },
  function(node, builder) {
    const { functions } = builder.dialect;
    if (!Object.hasOwn(functions, node.name)) {
      throw new QueryBuildError(`Unknown function ${JSON.stringify(node.name)}`);
    }
    functions[node.name](node, builder);
  },
  // The text is made again with the conditions in place: so a statement without such pays nothing for the question.
  defaultScope(_node, builder) {
    builder.hasScopes = true;
  },
  exists(node, builder) {
    builder.sql += "EXISTS (";
    builder.statement(node.query);
    builder.sql += ")";
  },
  subquery(node, builder) {
    builder.sql += "(";
    builder.statement(node.query);
    builder.sql += ")";
  },
  identifier(node, builder) {
    builder.sql += node.path.map((name) => builder.dialect.quoteIdentifier(name)).join(".");
  },
  raw(node, builder) {
    builder.sql += node.parts[0]!;
    for (let i = 0; i < node.nodes.length; i++) {
      const inner = node.nodes[i]!;
      if (inner.kind === "raw" && inner.isFragment) builder.expression(inner);
      else builder.operand(inner);
      builder.sql += node.parts[i + 1]!;
    }
  },
  ...fullTextExpressions,
  excluded(node, builder) {
    builder.sql += `excluded.${builder.dialect.quoteIdentifier(node.name)}`;
  },
  ...aggregateExpressions,
  ...windowExpressions,
  ...valueExpressions,
  ...dateExpressions,
  ...jsonExpressions,
};
