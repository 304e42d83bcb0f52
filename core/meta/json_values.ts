import type { ZodSchema } from "./shape.ts";

/** The parts of a schema's description that lead to the schemas inside it. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, ZodNode>>;
  readonly element?: ZodNode;
  readonly valueType?: ZodNode;
  readonly items?: readonly ZodNode[];
  readonly rest?: ZodNode | null;
  readonly options?: readonly ZodNode[];
  readonly left?: ZodNode;
  readonly right?: ZodNode;
  readonly innerType?: ZodNode;
  readonly out?: ZodNode;
}

interface ZodNode {
  readonly _zod: { readonly def: Definition };
}

/** Schemas whose values JSON would turn into something else, or drop. */
const CHANGED: ReadonlySet<string> = new Set([
  "date",
  "bigint",
  "map",
  "set",
  "file",
  "symbol",
  "function",
  "promise",
  "nan",
  "custom",
]);

/** The place and type of a value that would not come back from JSON as its schema says; null when there is none. */
export function changedByJSON(schema: ZodSchema): { readonly path: string; readonly type: string } | null {
  return look(schema as unknown as ZodNode, "", new Set()); // only `_zod.def` is read
}

function look(
  node: ZodNode | null | undefined,
  path: string,
  seen: Set<ZodNode>,
): { readonly path: string; readonly type: string } | null {
  // A schema may contain itself, through a getter or a lazy one.
  if (node === null || node === undefined || seen.has(node)) return null;
  seen.add(node);
  const { def } = node._zod;
  if (CHANGED.has(def.type)) return { path, type: def.type };
  for (const [key, inner] of Object.entries(def.shape ?? {})) {
    const found = look(inner, `${path}.${key}`, seen);
    if (found !== null) return found;
  }
  const indexed = [def.element, def.valueType, ...def.items ?? [], def.rest].map((inner) =>
    look(inner, `${path}[]`, seen)
  );
  const same = [...def.options ?? [], def.left, def.right, def.innerType, def.out].map((inner) =>
    look(inner, path, seen)
  );
  return [...indexed, ...same].find((found) => found !== null) ?? null;
}
