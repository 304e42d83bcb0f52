import { execute } from "./feature/backend/execute.ts";
import { outcome } from "./feature/backend/outcome.ts";
import { transaction } from "./feature/backend/transaction.ts";
import { transactionOptions } from "./feature/backend/transaction_options.ts";
import { bulk } from "./feature/basic/bulk.ts";
import { modelDefinition } from "./feature/basic/definition.ts";
import { dirty } from "./feature/basic/dirty.ts";
import { find } from "./feature/basic/find.ts";
import { generated } from "./feature/basic/generated.ts";
import { keys } from "./feature/basic/keys.ts";
import { ownCode } from "./feature/basic/own_code.ts";
import { save } from "./feature/basic/save.ts";
import { shapes } from "./feature/basic/shapes.ts";
import { validation } from "./feature/basic/validation.ts";
import { events } from "./feature/events/events.ts";
import { mixins } from "./feature/mixins/mixins.ts";
import { aggregate } from "./feature/query/aggregate.ts";
import { badInput } from "./feature/query/bad_input.ts";
import { combined } from "./feature/query/combined.ts";
import { ctes } from "./feature/query/ctes.ts";
import { dates } from "./feature/query/dates.ts";
import { expressions } from "./feature/query/expressions.ts";
import { hiddenColumns } from "./feature/query/hidden_columns.ts";
import { keptQueries } from "./feature/query/kept_queries.ts";
import { joins } from "./feature/query/joins.ts";
import { jsonPaths } from "./feature/query/json_paths.ts";
import { lists } from "./feature/query/lists.ts";
import { cache } from "./feature/query/cache.ts";
import { coalesce } from "./feature/query/coalesce.ts";
import { explain } from "./feature/query/explain.ts";
import { fullText } from "./feature/query/full_text.ts";
import { findBySql } from "./feature/query/find_by_sql.ts";
import { hostile } from "./feature/query/hostile.ts";
import { locks } from "./feature/query/locks.ts";
import { lookups } from "./feature/query/lookups.ts";
import { mixedKinds } from "./feature/query/mixed_kinds.ts";
import { rowTerminals } from "./feature/query/row_terminals.ts";
import { sameDecimals } from "./feature/query/same_decimals.ts";
import { order } from "./feature/query/order.ts";
import { outerJoins } from "./feature/query/outer_joins.ts";
import { relationConditions } from "./feature/query/relation_conditions.ts";
import { setOperations } from "./feature/query/set_operations.ts";
import { ownTable } from "./feature/query/own_table.ts";
import { paging } from "./feature/query/paging.ts";
import { scopes } from "./feature/query/scopes.ts";
import { stream } from "./feature/query/stream.ts";
import { subqueries } from "./feature/query/subqueries.ts";
import { texts } from "./feature/query/texts.ts";
import { tags } from "./feature/query/tags.ts";
import { upserts } from "./feature/query/upserts.ts";
import { views } from "./feature/query/views.ts";
import { where } from "./feature/query/where.ts";
import { windows } from "./feature/query/windows.ts";
import { writes } from "./feature/query/writes.ts";
import { zones } from "./feature/query/zones.ts";
import { access } from "./feature/relation/access.ts";
import { definition } from "./feature/relation/definition.ts";
import { eager } from "./feature/relation/eager.ts";
import { write } from "./feature/relation/write.ts";
import { roundTrips } from "./feature/types/round_trip.ts";
import { values } from "./feature/types/values.ts";
import { ledger } from "./realworld/ledger.ts";
import { realShop } from "./realworld/shop.ts";
import type { SuiteGroup } from "./suite.ts";

/** All groups of the suite, in the order in which they run. */
export const groups: readonly SuiteGroup[] = [
  ...[save, find, validation, shapes, dirty, bulk, keys, modelDefinition, ownCode, generated],
  ...[where, badInput, lookups, order, aggregate, stream, views],
  ...[joins, outerJoins, relationConditions, subqueries, ctes, setOperations],
  ...[expressions, texts, dates, zones, lists, windows, jsonPaths, mixedKinds, sameDecimals, hiddenColumns],
  ...[
    paging,
    rowTerminals,
    writes,
    upserts,
    ownTable,
    locks,
    explain,
    cache,
    tags,
    scopes,
    keptQueries,
    coalesce,
    findBySql,
    fullText,
    hostile,
    combined,
  ],
  ...[access, eager, write, definition],
  ...[events, mixins, transaction, transactionOptions, outcome, execute],
  ...[roundTrips, values],
  ...[realShop, ledger],
];
