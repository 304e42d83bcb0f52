import type { ExplainNode, StatementNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { SQLBuilder } from "./builder.ts";
import { beginsAsQuery, plainlyReads } from "./statement_kind.ts";

/** What statements that change something are called. */
const WRITES: Readonly<Record<string, string>> = {
  insert: "an INSERT",
  update: "an UPDATE",
  updateRows: "an UPDATE",
  delete: "a DELETE",
  createTable: "a CREATE TABLE",
  createIndex: "a CREATE INDEX",
  createFullText: "what creates an index",
  dropTable: "a DROP TABLE",
  dropFullText: "what removes an index",
};

/** The first write in a statement, by its name, wherever it stands; null where there is none. */
function writeIn(node: unknown): string | null {
  if (typeof node !== "object" || node === null) return null;
  if ("kind" in node) {
    if (node.kind === "value") return null;
    const name = WRITES[String(node.kind)];
    if (name !== undefined) return name;
  }
  for (const part of Object.values(node)) {
    const name = writeIn(part);
    if (name !== null) return name;
  }
  return null;
}

/** To say what really happens a statement is run, so it may be no write. */
function refuseWrite(statement: StatementNode, sql: string): void {
  const write = writeIn(statement);
  if (write !== null) {
    throw new QueryBuildError(
      `Cannot explain ${write} with "analyze": it would be run, and change the database; leave "analyze" out`,
    );
  }
  if (statement.kind !== "rawStatement" || plainlyReads(sql)) return;
  if (statement.reads === true && beginsAsQuery(sql)) return;
  throw new QueryBuildError(
    'Cannot explain SQL text with "analyze" that is not plainly a query: it would be run; leave "analyze" out, or say ' +
      '"reads: true" of a query that only reads',
  );
}

/**
 * Writes an EXPLAIN in the words of the dialect.
 *
 * @throws {QueryBuildError} for a write with `analyze`
 */
export function writeExplain({ statement, analyze }: ExplainNode, builder: SQLBuilder): void {
  builder.need("explain");
  if (analyze) builder.need("explain.analyze");
  builder.sql += builder.dialect.plans?.prefix(analyze) ?? "EXPLAIN ";
  const start = builder.sql.length;
  builder.statement(statement);
  if (analyze) refuseWrite(statement, builder.sql.slice(start));
}
