import type { CompoundNode, QueryNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { TableQuery } from "./common_table.ts";
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

/** Queries put together from left to right. */
export function compoundNode(operation: SetOperation, operands: readonly QueryNode[]): QueryNode {
  if (operands.length < 2) throw new QueryBuildError(`${operation}() needs another query`);
  if (operands.some((operand) => operand.kind === "select" && operand.lock !== undefined)) {
    throw new QueryBuildError(`${operation}() takes no query that locks: read the locked rows by a query of their own`);
  }
  return { kind: "compound", ...OPERATIONS[operation], operands };
}
