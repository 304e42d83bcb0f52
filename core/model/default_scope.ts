import { defineScope, resolveScopes } from "../ast/default_scope.ts";
import { renamed } from "../ast/rename.ts";
import { ConfigurationError } from "../errors.ts";
import { aliased } from "../query/model_source.ts";
import { initialState } from "../query/query_state.ts";
import { ModelQuery } from "./model_query.ts";
import { type AnyModel, metaOf, staticValue } from "./registry.ts";

/** What stands for the condition of `static defaultScope(query)`, which is found out each time a query runs; null where there is none. */
export function defaultScope(model: AnyModel): symbol | null {
  const scope = staticValue(model, "defaultScope");
  if (scope === undefined) return null;
  if (typeof scope !== "function") {
    throw new ConfigurationError(`Invalid defaultScope of ${model.name}: expected a function that refines a query`);
  }
  let isRunning = false;
  return defineScope(model.name, (alias) => {
    const meta = metaOf(model);
    if (isRunning) {
      throw new ConfigurationError(`The defaultScope of ${meta.model} uses itself: make queries in it unscoped()`);
    }
    isRunning = true;
    try {
      const before = initialState(meta, aliased(meta, alias));
      const state = ModelQuery.stateOf(scope.call(model, new ModelQuery<object, unknown>(before)));
      if (state === null || state.meta !== meta) {
        throw new ConfigurationError(`The defaultScope of ${meta.model} must return the query it was given, refined`);
      }
      for (const [clause, value] of Object.entries(state)) {
        const same = before[clause as keyof typeof before]; // the keys of a state
        const isEmpty = Array.isArray(value) && value.length === 0;
        if (clause === "where" || value === same || isEmpty) continue;
        throw new ConfigurationError(`The defaultScope of ${meta.model} may only add conditions, not ${clause}`);
      }
      // The columns of the class, as in `where(User.c.age.gt(5))`, have the name of the table.
      return state.where === null ? null : resolveScopes(renamed(state.where, meta.table.name, alias));
    } finally {
      isRunning = false;
    }
  });
}
