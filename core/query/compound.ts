import type { CompoundNode, QueryNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import type { TableQuery } from "./common_table.ts";
import { isSameKind } from "./same_kind.ts";
import type { OutputColumn } from "./source.ts";

/** How the rows of queries are put together. */
export type SetOperation = "union" | "unionAll" | "intersect" | "intersectAll" | "except" | "exceptAll";

const OPERATIONS: { readonly [K in SetOperation]: Pick<CompoundNode, "operator" | "all"> } = {
  union: { operator: "union", all: false },
  unionAll: { operator: "union", all: true },
  intersect: { operator: "intersect", all: false },
  intersectAll: { operator: "intersect", all: true },
  except: { operator: "except", all: false },
  exceptAll: { operator: "except", all: true },
};

/** A query for plain rows, as an operand of a set operation. */
export interface RowOperand<R> extends TableQuery<R> {
  /**
   * The same query with its columns in the order of another's.
   *
   * @internal
   */
  ordered(columns: readonly OutputColumn[], operation: SetOperation): { toNode(): QueryNode };
}

/** An operand whose columns are those of the first query, no more and no fewer. */
export interface SameColumns<R> extends RowOperand<R> {
  /** For types only: it does not exist at run time. */
  readonly _key: keyof R;
}

/** What is known of a column that is put together with another. */
export interface CompoundColumn {
  /** Its name. */
  readonly key: string;
  /** Its type. */
  readonly type: LogicalType | undefined;
}

/** Refuses columns of one name whose values are of different kinds: all are read as those of the first. */
export function requireSameKind(operation: SetOperation, { key, type }: CompoundColumn, other: CompoundColumn): void {
  if (isSameKind(type, other.type)) return;
  throw new QueryBuildError(
    `Cannot ${operation} columns of different types: ${
      JSON.stringify(key)
    } is ${type?.kind} in one query and ${other.type?.kind} in another; fn.cast() makes them alike`,
  );
}

/** Queries put together from left to right. */
export function compoundNode(operation: SetOperation, operands: readonly QueryNode[]): QueryNode {
  if (operands.length < 2) throw new QueryBuildError(`${operation}() needs another query`);
  if (operands.some((operand) => operand.kind === "select" && operand.lock !== undefined)) {
    throw new QueryBuildError(`${operation}() takes no query that locks: read the locked rows by a query of their own`);
  }
  return { kind: "compound", ...OPERATIONS[operation], operands };
}
