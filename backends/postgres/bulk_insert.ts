import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { RawStatementNode, StatementNode, TableNode } from "../../core/ast/statement.ts";
import {
  type BulkInsert,
  type BulkInsertPlan,
  QueryOptimizer,
  type RowLimit,
} from "../../core/backend/query_optimizer.ts";
import type { MaybePromise, RunResult } from "../../core/backend/result.ts";
import { arrayText } from "./array_text.ts";
import { valueText } from "./values.ts";

/** What the optimizer asks of its backend. */
export interface BulkBackend extends RowLimit {
  /** Runs a statement in the ambient transaction. */
  run(statement: StatementNode): MaybePromise<RunResult>;
  /** How names are written. */
  readonly dialect: { quoteIdentifier(name: string): string };
}

/** Fewest rows for which it pays to ask for the types of the columns. */
const FEWEST_ROWS = 256;

/** Rows of one statement; more of them are not faster. */
const MOST_ROWS = 1_000;

/** How PostgreSQL runs statements faster. */
export class PostgreSQLOptimizer extends QueryOptimizer {
  readonly #backend: BulkBackend;

  /** Made by the backend. */
  constructor(backend: BulkBackend) {
    super(backend);
    this.#backend = backend;
  }

  /**
   * Many rows are inserted from one array for each column: the text of the statement, and so its plan, is the same for any number
   * of rows.
   */
  override optimizeBulkInsert(insert: BulkInsert): BulkInsertPlan {
    if (insert.count < FEWEST_ROWS || insert.columns.length === 0) return super.optimizeBulkInsert(insert);
    let types: Promise<string[]> | undefined;
    return {
      method: "unnest",
      rowsPerStatement: MOST_ROWS,
      send: async (rows) => {
        types ??= this.#typesOf(insert);
        await this.#backend.run(this.#statement(insert, await types, rows));
      },
    };
  }

  /**
   * The types of the columns without lengths: a cast would cut a text to the length, which an assignment refuses. They are asked
   * for each time, since with those of a table that has been changed meanwhile values could be rounded without a word.
   */
  async #typesOf({ table, columns }: BulkInsert): Promise<string[]> {
    const { rows } = await this.#backend.run(raw(
      [
        "SELECT attname::text, format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = ",
        "::text::regclass AND attnum > 0",
      ],
      [text(this.#nameOf(table))],
    ));
    const types = new Map(rows.map(([name, type]) => [String(name), String(type)]));
    // A column that is not there is refused by the INSERT, in the words of the server.
    return columns.map((column) => types.get(column) ?? "text");
  }

  /** Every value goes as text, also an array, whose elements `unnest` would take for rows; its type makes a value of it. */
  #statement(
    { table, columns }: BulkInsert,
    types: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): RawStatementNode {
    const { dialect } = this.#backend;
    const names = columns.map((column) => dialect.quoteIdentifier(column)).join(", ");
    const items = types.map((type, i) => `c${i}::${type}`).join(", ");
    const arrays = columns.map((_, column) => text(arrayText(rows.map((row) => valueText(row[column])))));
    const parts = columns.map((_, i) =>
      i === 0 ? `INSERT INTO ${this.#nameOf(table)} (${names}) SELECT ${items} FROM unnest(` : "::text[], "
    );
    return raw([...parts, `::text[]) AS u (${columns.map((_, i) => `c${i}`).join(", ")})`], arrays);
  }

  #nameOf({ schema, name }: TableNode): string {
    const { dialect } = this.#backend;
    return (schema === undefined ? "" : `${dialect.quoteIdentifier(schema)}.`) + dialect.quoteIdentifier(name);
  }
}

function text(value: string): ExpressionNode {
  return { kind: "value", value, type: { kind: "string" } };
}

function raw(parts: readonly string[], nodes: readonly ExpressionNode[]): RawStatementNode {
  return { kind: "rawStatement", raw: { kind: "raw", parts, nodes } };
}
