import type { LogicalType } from "../types/database_type.ts";

// The nodes are generic over expressions, whose file lists them: so the two files do not import each other.

/** A step into JSON: the key of an object, or the position in an array, counted from 0. */
export type JSONStep = string | number;

/** How a value inside JSON is taken: as JSON, or as a plain value, which is NULL where JSON holds another type. */
export type JSONForm = "json" | "string" | "number" | "boolean";

/** What is at a path inside JSON; NULL where there is nothing, and where there is JSON's null. */
export interface JSONPathNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "jsonPath";
  /** The JSON. */
  readonly operand: E;
  /** The steps from its root; none for the JSON itself. */
  readonly path: readonly JSONStep[];
  /** How the value is taken. */
  readonly form: JSONForm;
  /** Type by which it is read. */
  readonly type: LogicalType;
}

/** Whether what is at a path holds other JSON: an array its elements, an object its keys with their values. */
export interface JSONContainsNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "jsonContains";
  /** The JSON. */
  readonly operand: E;
  /** The steps from its root. */
  readonly path: readonly JSONStep[];
  /** The JSON to look for. */
  readonly value: E;
}

/** Whether there is anything at a path, JSON's null included. */
export interface JSONHasKeyNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "jsonHasKey";
  /** The JSON. */
  readonly operand: E;
  /** The steps from its root, the key last. */
  readonly path: readonly JSONStep[];
}

/** Number of elements of the array at a path; NULL where there is no array. */
export interface JSONLengthNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "jsonLength";
  /** The JSON. */
  readonly operand: E;
  /** The steps from its root. */
  readonly path: readonly JSONStep[];
}

/**
 * The JSON with another value at a path. A key is added where its object lacks it; where the object itself is missing, or an
 * array has no such element, nothing changes; NULL stays NULL.
 */
export interface JSONSetNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "jsonSet";
  /** The JSON. */
  readonly operand: E;
  /** The steps from its root. */
  readonly path: readonly JSONStep[];
  /** The new value, of type JSON. */
  readonly value: E;
  /** Type by which the whole is read. */
  readonly type: LogicalType;
}

/** A JSON object made of expressions. */
export interface JSONObjectNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "jsonObject";
  /** Its keys and values, in order. */
  readonly entries: readonly { readonly key: string; readonly value: E }[];
  /** Type by which it is read. */
  readonly type: LogicalType;
}
