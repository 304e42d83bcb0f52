import type { IndexHint, LockClause, PlannerHints } from "../ast/clauses.ts";
import type { ExpressionNode, FunctionName, FunctionNode, NamedWindowNode, RawNode } from "../ast/expression.ts";
import { type SelectNode, sourceNames, type StatementNode } from "../ast/statement.ts";
import type { Capability } from "../capabilities.ts";
import { QueryBuildError, TypeConversionError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import type { PlanReader } from "./plan_reader.ts";

/** Writes one kind of node. */
export type Compiler<Node> = (node: Node, builder: SQLBuilder) => void;

/** A function for each kind of expression. */
export type ExpressionCompilers = {
  readonly [K in ExpressionNode["kind"]]: Compiler<Extract<ExpressionNode, { kind: K }>>;
};

/** A function for each kind of statement. */
export type StatementCompilers = {
  readonly [K in StatementNode["kind"]]: Compiler<Extract<StatementNode, { kind: K }>>;
};

/** A function for each function of SQL. */
export type FunctionCompilers = {
  readonly [K in FunctionName]: Compiler<FunctionNode>;
};

/** The part of a query that is being written, as far as it matters for what may stand in it. */
export type Clause = "where" | "on" | "group by" | "having" | "an aggregate";

/** What the builder asks of a dialect. */
export interface BuilderDialect {
  /** How each kind of expression is written. */
  readonly expressions: ExpressionCompilers;
  /** How each kind of statement is written. */
  readonly statements: StatementCompilers;
  /** How each function is written. */
  readonly functions: FunctionCompilers;
  /** SQL of a type, as CAST takes it. */
  castType(type: LogicalType): string;
  /** Writes an expression as a term of an order. */
  orderTerm(node: ExpressionNode, builder: SQLBuilder): void;
  /** Writes an expression as a term by which rows are put together, in GROUP BY or PARTITION BY. */
  groupTerm(node: ExpressionNode, builder: SQLBuilder): void;
  /** Writes which indexes are to be used, behind the name of a table. */
  writeIndexHint(hint: IndexHint, builder: SQLBuilder): void;
  /** Writes what the planner is told, behind SELECT. */
  writeHints(hints: PlannerHints, builder: SQLBuilder): void;
  /** Writes how rows are locked, at the end of a query. */
  writeLock(lock: LockClause, builder: SQLBuilder): void;
  /** How statements are explained; undefined where they cannot be. */
  readonly plans?: PlanReader | undefined;
  /** Quotes a name. */
  quoteIdentifier(name: string): string;
  /** The placeholder of the parameter with this position, counted from 1. */
  getPlaceholder(index: number): string;
}

/** What a query reads, and what the queries around it read: the tables whose columns it may use. */
export interface Sight {
  /** What stands behind FROM and JOIN. */
  readonly query: Pick<SelectNode, "from" | "joins">;
  /** The same of the query around. */
  readonly outer: Sight | null;
}

/** A parameter whose value is given when the statement runs. */
export interface SlotBinding {
  /** Position among the parameters. */
  readonly position: number;
  /** Position among the values of the slots. */
  readonly index: number;
  /** Encodes the value; null stays null. */
  readonly encode: (value: unknown) => unknown;
}

/** Collects the text and the encoded parameters of one statement, in one pass. */
export class SQLBuilder {
  /** The text so far. */
  sql = "";
  /** The parameters so far, encoded. */
  readonly params: unknown[] = [];
  /** The parameters that are still open. */
  readonly slots: SlotBinding[] = [];
  /** The only table whose columns are in sight, so that they need no qualifier; null where all columns are qualified. */
  scope: string | null = null;
  /** The query that is being written and those around it; null outside of queries. */
  sight: Sight | null = null;
  /** The table that the statement writes, whose columns are in sight everywhere; null where it only reads. */
  target: string | null = null;
  #inText = false;
  /** The clause that is being written; null where everything may stand. */
  clause: Clause | null = null;
  /** The windows with a name that the query has. */
  windows: readonly NamedWindowNode[] = [];
  /** What the database must be able to do; null when nothing is asked of it. */
  needs: Set<Capability> | null = null;
  /** Whether a query locks its rows, the statement itself or one inside of it. */
  locks = false;
  /** Whether there are default scopes in it whose conditions are still to be found out. */
  hasScopes = false;
  /** How this statement is written. */
  readonly dialect: BuilderDialect;
  readonly #types: TypeRegistry;

  /** A builder serves one statement. */
  constructor(dialect: BuilderDialect, types: TypeRegistry) {
    this.dialect = dialect;
    this.#types = types;
  }

  /** The placeholder of a parameter (the seeds' `get_placeholder`); of the next one when no position is given. */
  getPlaceholder(index: number = this.params.length + 1): string {
    return this.dialect.getPlaceholder(index);
  }

  /** Writes a whole statement. */
  statement(node: StatementNode): this {
    // The table pairs each kind with its own function, which TypeScript cannot follow through an index.
    (this.dialect.statements[node.kind] as Compiler<StatementNode>)(node, this);
    return this;
  }

  /** Writes an expression. */
  expression(node: ExpressionNode): void {
    // As above.
    (this.dialect.expressions[node.kind] as Compiler<ExpressionNode>)(node, this);
  }

  /**
   * Refuses a column of a table that is not read there. A server would say that there is no such column, or no such table.
   *
   * @throws {QueryBuildError} which names the column and the tables that are read
   */
  expectInSight(column: string, table: string): void {
    if (this.#inText || table === this.target || this.sight === null && this.target === null) return;
    const read: string[] = this.target === null ? [] : [this.target];
    for (let { sight } = this; sight !== null; sight = sight.outer) read.push(...sourceNames(sight.query));
    if (read.includes(table)) return;
    throw new QueryBuildError(
      `The column ${JSON.stringify(column)} of ${JSON.stringify(table)} is not there for a query that reads ${
        read.map((name) => JSON.stringify(name)).join(", ")
      }: join ${JSON.stringify(table)}, or take the column from what a callback of the query is given`,
    );
  }

  /** Notes that the database must be able to do something, which is asked before the statement is sent. */
  need(capability: Capability): void {
    (this.needs ??= new Set()).add(capability);
  }

  /** Writes with another clause around. */
  within(clause: Clause | null, write: () => void): void {
    const outer = this.clause;
    this.clause = clause;
    write();
    this.clause = outer;
  }

  /** Writes an expression in parentheses where it could otherwise join with what is beside it. */
  operand(node: ExpressionNode): void {
    if (ATOMS.has(node.kind)) return this.expression(node);
    this.sql += "(";
    this.expression(node);
    this.sql += ")";
  }

  /**
   * Writes SQL text with what stands between its parts. The text may read tables that nobody here knows of: a column is not
   * looked for, and beside a query in the text it says its table, since the query may have a column of that name.
   */
  rawText(
    { parts, nodes }: RawNode,
    writeValue: (node: ExpressionNode, next: string) => void = (node) => this.operand(node),
  ): void {
    const [inText, scope] = [this.#inText, this.scope];
    this.#inText = true;
    if (nodes.length > 0 && parts.some((part) => QUERY.test(part))) this.scope = null;
    this.sql += parts[0]!;
    for (let i = 0; i < nodes.length; i++) {
      const inner = nodes[i]!;
      if (inner.kind === "raw" && inner.isFragment) this.expression(inner);
      else writeValue(inner, parts[i + 1]!);
      this.sql += parts[i + 1]!;
    }
    this.#inText = inText;
    this.scope = scope;
  }

  /** Writes expressions with commas between them. */
  list(nodes: readonly ExpressionNode[]): void {
    for (let i = 0; i < nodes.length; i++) {
      if (i > 0) this.sql += ", ";
      this.expression(nodes[i]!);
    }
  }

  /** Writes names with commas between them. */
  identifiers(names: readonly string[]): void {
    this.sql += names.map((name) => this.dialect.quoteIdentifier(name)).join(", ");
  }

  /** Writes a placeholder for a value. */
  bind(value: unknown, type: LogicalType | undefined, label: string | undefined): void {
    if (value === undefined) {
      throw new QueryBuildError(
        `Cannot bind undefined${label === undefined ? "" : ` for ${label}`}: use null for NULL`,
      );
    }
    this.sql += this.dialect.getPlaceholder(this.params.length + 1);
    this.params.push(this.encode(value, type, label));
  }

  /** Writes a placeholder for text that is no value of a column: a pattern, a zone, a list as JSON. */
  bindText(text: string): void {
    this.bind(text, TEXT, undefined);
  }

  /** Encodes a value by its type, naming its place when that fails. */
  encode(value: unknown, type: LogicalType | undefined, label: string | undefined): unknown {
    try {
      return this.#types.encode(value, type);
    } catch (error) {
      throw labelled(error, label);
    }
  }

  /** Writes a placeholder for a value that comes later. */
  slot(index: number, type: LogicalType | undefined, label: string | undefined): void {
    this.sql += this.dialect.getPlaceholder(this.params.length + 1);
    const codec = type === undefined ? null : this.#types.codec(type);
    const types = this.#types;
    const encode = codec === null ? (value: unknown) => types.encode(value) : codec.encode;
    this.slots.push({
      position: this.params.length,
      index,
      encode: (value) => {
        if (value === null || value === undefined) return null;
        try {
          return encode(value);
        } catch (error) {
          throw labelled(error, label);
        }
      },
    });
    this.params.push(null);
  }
}

/** One object, since what is known about a type is kept by it. */
const TEXT: LogicalType = { kind: "string" };

/** Where SQL text has a query of its own. */
const QUERY = /\bselect\b/i;

/** Kinds that bind tighter than any operator. */
const ATOMS: ReadonlySet<ExpressionNode["kind"]> = new Set(
  [
    "column",
    "value",
    "slot",
    "function",
    "aggregate",
    "case",
    "cast",
    "tuple",
    "quantified",
    "window",
    "jsonObject",
    "exists",
    "subquery",
    "identifier",
    "excluded",
    "matchRank",
    "matchExcerpt",
  ] as const,
);

/** Puts the place of a value in front of why it was refused. */
function labelled(error: unknown, label: string | undefined): unknown {
  if (
    label !== undefined && error instanceof TypeConversionError &&
    !error.message.startsWith(label)
  ) {
    error.message = `${label}: ${error.message}`;
  }
  return error;
}
