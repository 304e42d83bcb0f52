import type { ExpressionNode, LogicNode, PatternNode } from "../ast/expression.ts";
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

/** Most conditions that are written one after the other: a database may go one level deeper for each of them. */
const MOST_TERMS = 100;

/** The conditions of a logic, with those of parts that have the same operator in their places. */
function opened(node: LogicNode): readonly ExpressionNode[] {
  const { operands, operator } = node;
  if (!operands.some((operand) => isOpen(operand, operator))) return operands;
  const terms: ExpressionNode[] = [];
  const waiting = operands.toReversed();
  for (let operand = waiting.pop(); operand !== undefined; operand = waiting.pop()) {
    if (isOpen(operand, operator)) waiting.push(...operand.operands.toReversed());
    else terms.push(operand);
  }
  return terms;
}

function isOpen(operand: ExpressionNode, operator: LogicNode["operator"]): operand is LogicNode {
  return operand.kind === "logic" && operand.operator === operator && operand.operands.length > 0;
}

/** Writes conditions with AND or OR between them; many of them as halves in parentheses. */
function writeTerms(terms: readonly ExpressionNode[], operator: LogicNode["operator"], builder: SQLBuilder): void {
  const word = operator === "and" ? " AND " : " OR ";
  if (terms.length > MOST_TERMS) {
    const middle = terms.length >> 1;
    builder.sql += "(";
    writeTerms(terms.slice(0, middle), operator, builder);
    builder.sql += `)${word}(`;
    writeTerms(terms.slice(middle), operator, builder);
    builder.sql += ")";
    return;
  }
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i]!;
    if (i > 0) builder.sql += word;
    if (term.kind === "logic" && term.operands.length > 0 || term.kind === "raw") {
      builder.sql += "(";
      builder.expression(term);
      builder.sql += ")";
    } else builder.expression(term);
  }
}

/** How standard SQL writes each kind of expression. */
export const standardExpressions: ExpressionCompilers = {
  column(node, builder) {
    const name = builder.dialect.quoteIdentifier(node.name);
    if (node.table === undefined || node.table === builder.scope) {
      builder.sql += name;
      return;
    }
    builder.expectInSight(node.name, node.table);
    builder.sql += `${builder.dialect.quoteIdentifier(node.table)}.${name}`;
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
    writeTerms(opened(node), operator, builder);
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
  raw: (node, builder) => builder.rawText(node),
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
