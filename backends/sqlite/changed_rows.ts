import { queriesIn, useOfOwnTable } from "../../core/ast/own_table.ts";
import type { UpdateNode } from "../../core/ast/statement.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";

/** SQLite changes row by row: a value from other rows of the table would come from some that are changed and some that are not. */
export function refuseChangedRows({ set, table }: UpdateNode): void {
  for (const { value } of set) {
    for (const query of queriesIn(value)) {
      const { reads, refers } = useOfOwnTable(query, table);
      if (!reads || !refers) continue;
      throw new UnsupportedFeatureError("sqlite", {
        feature: "a new value from a subquery of the changed table that uses columns of the changed row",
        instead: "read the values first, and use updateMany()",
      });
    }
  }
}
