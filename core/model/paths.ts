import type { StorageBackend } from "../backend/storage_backend.ts";
import { RelationError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import type { QueryState } from "../query/query_state.ts";
import type { RelationDefinition } from "../relations/definition.ts";
import { preload } from "../relations/preload.ts";
import { relationNames, relationOf } from "./relation_getters.ts";

/** A refined query: its state, and the relations that it loads itself. */
export interface RefinedQuery {
  readonly state: QueryState;
  readonly paths: PathTree;
}

/** Refines the query of one relation. */
export type Modifier = (relation: RelationDefinition) => RefinedQuery;

/** The relations to load, by name, with what is to be loaded behind each. */
export interface PathNode {
  readonly modifier: Modifier | null;
  readonly children: PathTree;
}

/** Relations to load, as a tree. Immutable. */
export type PathTree = ReadonlyMap<string, PathNode>;

/** The tree of no paths. */
export const NO_PATHS: PathTree = new Map();

/**
 * Adds a path to a tree, with a modifier for its last relation.
 *
 * @throws {RelationError} for a path that is malformed or names something that is not a relation
 */
export function addPath(tree: PathTree, meta: ModelMeta, path: string, modifier: Modifier | null): PathTree {
  const names = path.split(".");
  if (names.includes("")) {
    throw new RelationError(
      `Invalid relation path ${JSON.stringify(path)} of ${meta.model}: ${valid(meta)}`,
    );
  }
  return insert(tree, meta, names, { path, modifier });
}

function insert(
  tree: PathTree,
  meta: ModelMeta,
  [name, ...rest]: readonly string[],
  added: { readonly path: string; readonly modifier: Modifier | null },
): PathTree {
  const relation = relationOf(meta, name!); // the callers pass at least one name
  if (relation === null) {
    throw new RelationError(
      `Unknown relation ${JSON.stringify(name)} of ${meta.model} in path ${JSON.stringify(added.path)}: ${valid(meta)}`,
    );
  }
  const node = tree.get(name!) ?? { modifier: null, children: NO_PATHS };
  const changed: PathNode = rest.length === 0
    ? { modifier: added.modifier ?? node.modifier, children: node.children }
    : {
      modifier: node.modifier,
      children: insert(node.children, relation.target, rest, added),
    };
  return new Map(tree).set(name!, changed);
}

function valid(meta: ModelMeta): string {
  const names = relationNames(meta);
  return names.length === 0 ? "it has no relations" : `its relations are ${names.join(", ")}`;
}

/** Loads a tree of relations: one query for each, however many owners there are. */
export async function loadPaths(
  records: readonly object[],
  meta: ModelMeta,
  tree: PathTree,
  backend: StorageBackend,
): Promise<void> {
  if (records.length === 0) return;
  for (const [name, { modifier, children }] of tree) {
    const relation = relationOf(meta, name)!; // addPath() has looked
    const refined = modifier === null ? undefined : modifier(relation);
    const fresh = await preload(records, relation, refined?.state);
    for (const paths of [refined?.paths ?? NO_PATHS, children]) {
      if (paths.size > 0) await loadPaths(behind(records, relation, fresh), relation.target, paths, backend);
    }
  }
}

/** The records that a relation leads to: those just loaded, and those that were there before. */
function behind(owners: readonly object[], relation: RelationDefinition, fresh: readonly object[]): object[] {
  const found = new Set(fresh);
  for (const owner of owners) {
    const loaded = relation.owner.host.loaded(owner, relation.name) as
      | { readonly value: object | null | object[] }
      | undefined; // kept by preload()
    if (Array.isArray(loaded?.value)) {
      for (const record of loaded.value) found.add(record);
    } else if (loaded?.value) found.add(loaded.value);
  }
  return [...found];
}
