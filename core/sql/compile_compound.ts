import type { CommonTableNode, CompoundNode, QueryNode, ValuesNode } from "../ast/statement.ts";
import type { Compiler, SQLBuilder } from "./builder.ts";

/** Writes WITH and its queries, with a space behind. */
export function writeWith(tables: readonly CommonTableNode[], builder: SQLBuilder): void {
  builder.need("cte");
  const isRecursive = tables.some((table) => table.recursive);
  if (isRecursive) builder.need("cte.recursive");
  builder.sql += isRecursive ? "WITH RECURSIVE " : "WITH ";
  for (let i = 0; i < tables.length; i++) {
    const { name, columns, query, materialized } = tables[i]!;
    if (i > 0) builder.sql += ", ";
    builder.sql += `${builder.dialect.quoteIdentifier(name)} (`;
    builder.identifiers(columns);
    builder.sql += ") AS ";
    if (materialized !== undefined) {
      builder.need("cte.materialized");
      builder.sql += materialized ? "MATERIALIZED " : "NOT MATERIALIZED ";
    }
    builder.sql += "(";
    builder.statement(query);
    builder.sql += ")";
  }
  builder.sql += " ";
}

const OPERATORS: { readonly [K in CompoundNode["operator"]]: string } = {
  union: " UNION ",
  intersect: " INTERSECT ",
  except: " EXCEPT ",
};

/** Whether a query can be an operand of a set operation without parentheses. */
function isBare(query: QueryNode): boolean {
  return query.kind === "select" && query.orderBy.length === 0 && query.limit === null && query.offset === null &&
    (query.with === undefined || query.with.length === 0);
}

/** Writes a set operation; `wrapped` writes an operand that cannot stand there as it is. */
export function compileCompound(wrapped: (query: QueryNode, builder: SQLBuilder) => void): Compiler<CompoundNode> {
  return ({ operator, all, operands }, builder) => {
    if (operator !== "union") builder.need(all ? `${operator}All` : operator);
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!;
      if (i > 0) builder.sql += `${OPERATORS[operator]}${all ? "ALL " : ""}`;
      if (isBare(operand)) builder.statement(operand);
      else wrapped(operand, builder);
    }
  };
}

/** Rows of literal values as a chain of queries without a table, which every database takes. */
export function writeValues({ columns, rows }: ValuesNode, builder: SQLBuilder): void {
  const { dialect } = builder;
  if (rows.length === 0) {
    builder.sql += `SELECT ${columns.map((name) => `NULL AS ${dialect.quoteIdentifier(name)}`).join(", ")} WHERE 1 = 0`;
    return;
  }
  rows.forEach((row, i) => {
    builder.sql += i === 0 ? "SELECT " : " UNION ALL SELECT ";
    row.forEach((value, at) => {
      if (at > 0) builder.sql += ", ";
      builder.expression(value);
      if (i === 0) builder.sql += ` AS ${dialect.quoteIdentifier(columns[at]!)}`;
    });
  });
}

/** How standard SQL writes the queries that are no SELECT. */
export const compoundStatements: {
  readonly compound: Compiler<CompoundNode>;
  readonly values: Compiler<ValuesNode>;
} = {
  compound: compileCompound((query, builder) => {
    builder.sql += "(";
    builder.statement(query);
    builder.sql += ")";
  }),
  values: writeValues,
};
