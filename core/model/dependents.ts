import type { StorageBackend } from "../backend/storage_backend.ts";
import { RelationError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { updateRows } from "../query/bulk.ts";
import { initialState, selectNode } from "../query/query_state.ts";
import type { RelationDefinition } from "../relations/definition.ts";
import { belongsCondition } from "../relations/handle.ts";
import { relationsOf } from "./relation_getters.ts";

const KEY = Symbol("dependents");

function dependentRelations(meta: ModelMeta): readonly RelationDefinition[] {
  let relations = meta.kept.get(KEY) as
    | readonly RelationDefinition[]
    | undefined; // only set here
  if (relations === undefined) {
    meta.kept.set(KEY, relations = relationsOf(meta).filter((relation) => relation.dependent !== undefined));
  }
  return relations;
}

/** What has to happen to the rows that depend on a record before it is deleted; null when nothing depends on it. */
export function dependentsOf(record: object, meta: ModelMeta): ((backend: StorageBackend) => Promise<void>) | null {
  const relations = dependentRelations(meta);
  if (relations.length === 0) return null;
  return async (backend) => {
    // First those that may refuse, so that nothing has happened when they do.
    for (const relation of relations) {
      if (relation.dependent === "restrict") await refuseIfAny(record, relation, backend);
    }
    for (const relation of relations) {
      if (relation.dependent === "delete") {
        await deleteEach(record, relation, backend);
      } else if (relation.dependent === "nullify") await nullify(record, relation);
    }
  };
}

function stateFor(record: object, relation: RelationDefinition) {
  return {
    ...initialState(relation.target),
    where: belongsCondition(record, relation),
  };
}

async function refuseIfAny(record: object, relation: RelationDefinition, backend: StorageBackend): Promise<void> {
  const { rows } = await backend.run(
    selectNode({ ...stateFor(record, relation), limit: 1 }, relation.target.selection),
  );
  if (rows.length > 0) {
    throw new RelationError(
      `Cannot delete ${relation.owner.model}: it still has ${relation.name} (dependent: "restrict")`,
    );
  }
}

/** One by one, so that their own events and dependents are dealt with. */
async function deleteEach(record: object, relation: RelationDefinition, backend: StorageBackend): Promise<void> {
  const { rows } = await backend.run(selectNode(stateFor(record, relation), relation.target.selection));
  for (const dependent of relation.target.host.instantiate(rows, backend)) {
    await relation.target.host.delete(dependent);
  }
}

async function nullify(record: object, relation: RelationDefinition): Promise<void> {
  await updateRows(stateFor(record, relation), {
    [relation.targetColumn.field]: null,
  }, {});
}
