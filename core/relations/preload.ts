import { allOf, type ExpressionNode, type ValueNode } from "../ast/expression.ts";
import type { SelectNode } from "../ast/statement.ts";
import { tracked } from "../query/execute.ts";
import { initialState, keyOrder, type QueryState, selectNode } from "../query/query_state.ts";
import { mapKey, type RelationDefinition, valueOf } from "./definition.ts";

/** Keys looked for with one query. */
const KEYS_PER_QUERY = 10_000;

/** What was loaded for one owner. */
export class LoadedRelation {
  /** The record or null, or the list of records. */
  readonly value: object | null | object[];
  /** The owner's key for which it was loaded. */
  readonly key: unknown;
  /** Keeps what it is given. */
  constructor(value: object | null | object[], key: unknown) {
    this.value = value;
    this.key = key;
  }
}

/** What was loaded for a relation of a record, unless the record has got another key since. */
export function loadedOf(record: object, relation: RelationDefinition): LoadedRelation | undefined {
  const loaded = relation.owner.host.loaded(record, relation.name) as
    | LoadedRelation
    | undefined; // only set below
  return loaded !== undefined &&
      loaded.key === mapKey(valueOf(record, relation.ownerColumn))
    ? loaded
    : undefined;
}

/** Keeps the value of a relation on its owner. */
export function setLoaded(record: object, relation: RelationDefinition, value: LoadedRelation | undefined): void {
  relation.owner.host.setLoaded(record, relation.name, value);
}

/** The rows that belong to the given keys, within the query of a modifier. */
function queryFor(relation: RelationDefinition, keys: readonly unknown[], state: QueryState): SelectNode {
  const { targetColumn, target } = relation;
  const items = keys.map((value): ValueNode => ({
    kind: "value",
    value,
    type: targetColumn.type,
    label: targetColumn.label,
  }));
  const belongs: ExpressionNode = {
    kind: "in",
    operand: targetColumn.node,
    items,
    negated: false,
  };
  const query = selectNode({ ...state, where: allOf([belongs, state.where]) }, target.selection);
  return state.limit === null && state.offset === null ? query : limitedPerOwner(relation, query);
}

/** A limit counts for each owner: the rows are numbered within their owner and then chosen by number. */
function limitedPerOwner({ target, targetColumn }: RelationDefinition, query: SelectNode): SelectNode {
  const { limit, offset } = query;
  const order = query.orderBy.length > 0 ? query.orderBy : keyOrder(target, "A limit per owner");
  const number: ExpressionNode = { kind: "column", name: "owner_row_number" };
  const numbered: SelectNode = {
    ...query,
    columns: [...target.selection, {
      expression: {
        kind: "window",
        function: { kind: "windowFunction", name: "rowNumber", args: [] },
        over: { partitionBy: [targetColumn.node], orderBy: order, frame: null },
      },
      alias: "owner_row_number",
    }],
    orderBy: [],
    limit: null,
    offset: null,
  };
  const bound = (operator: ">" | "<=", value: number): ExpressionNode => ({
    kind: "comparison",
    operator,
    left: number,
    right: { kind: "value", value, type: { kind: "int" } },
  });
  const from = offset ?? 0;
  return {
    ...query,
    // The name of the table, so that its columns are found in what is selected.
    from: { kind: "derivedTable", query: numbered, alias: target.table.name },
    where: allOf([
      bound(">", from),
      limit === null ? null : bound("<=", from + limit),
    ]),
    orderBy: [{ expression: number, descending: false }],
    limit: null,
    offset: null,
  };
}

/**
 * Loads a relation for all owners with one query and keeps it on each. Gives everything that was loaded.
 *
 * Owners that have it already are left alone, unless a modifier is given.
 */
export function preload(
  owners: readonly object[],
  relation: RelationDefinition,
  modified?: QueryState,
): Promise<object[]> {
  return tracked(relation.target, async (backend) => {
    const { ownerColumn, targetColumn, target } = relation;
    const waiting = modified === undefined ? owners.filter((owner) => loadedOf(owner, relation) === undefined) : owners;
    const keys = new Map<unknown, unknown>();
    for (const owner of waiting) {
      const value = valueOf(owner, ownerColumn);
      if (value !== null && value !== undefined) keys.set(mapKey(value), value);
    }
    const results: unknown[][][] = [];
    const all = [...keys.values()];
    for (let i = 0; i < all.length; i += KEYS_PER_QUERY) {
      const query = queryFor(relation, all.slice(i, i + KEYS_PER_QUERY), modified ?? initialState(target));
      results.push((await backend.run(query, modified?.clauses.options)).rows);
    }
    const records = target.host.instantiate(results.length === 1 ? results[0]! : results.flat(), backend);
    await target.host.afterLoad(records);
    distribute(waiting, relation, groupBy(records, (record) => mapKey(valueOf(record, targetColumn))));
    return records;
  });
}

function groupBy(records: readonly object[], key: (record: object) => unknown): Map<unknown, object[]> {
  const groups = new Map<unknown, object[]>();
  for (const record of records) {
    const value = key(record);
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [record]);
    else group.push(record);
  }
  return groups;
}

function distribute(
  owners: readonly object[],
  relation: RelationDefinition,
  groups: ReadonlyMap<unknown, object[]>,
): void {
  const many = relation.kind === "hasMany";
  for (const owner of owners) {
    const key = mapKey(valueOf(owner, relation.ownerColumn));
    const found = groups.get(key);
    // Two owners with the same key must not share a list that one of them may change.
    setLoaded(owner, relation, new LoadedRelation(many ? found?.slice() ?? [] : found?.[0] ?? null, key));
  }
}

/** Loads that are running now, by the group of records that they are for. */
const running = new WeakMap<object, Map<string, { readonly context: unknown; readonly load: Promise<unknown> }>>();

/** Loads a relation of one record, and with the same query that of the records which were loaded together with it. */
export async function loadLazily(owner: object, relation: RelationDefinition): Promise<LoadedRelation> {
  const { host } = relation.owner;
  const { group, records } = host.siblings(owner);
  const backend = host.backend() ?? await host.backendLoaded();
  const context = backend.transactions.ambient();
  let loads = running.get(group);
  if (loads === undefined) running.set(group, loads = new Map());
  const current = loads.get(relation.name);
  // A load of another transaction sees other rows, so it is not shared.
  if (current !== undefined && current.context === context) await current.load;
  else {
    const load = preload(records, relation);
    const entry = { context, load };
    loads.set(relation.name, entry);
    try {
      await load;
    } finally {
      if (loads.get(relation.name) === entry) loads.delete(relation.name);
    }
  }
  let loaded = loadedOf(owner, relation);
  if (loaded === undefined) {
    await preload([owner], relation);
    loaded = loadedOf(owner, relation)!;
  }
  return loaded;
}
