import { type SelectNode, sourceName, sourceNames } from "../../core/ast/statement.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";

/** What an outer join may leave without a row, by the names of the query. */
function outerNames({ from, joins = [] }: SelectNode): ReadonlySet<string> {
  const read = from === null ? [] : [sourceName(from)];
  const outer = new Set<string>();
  for (const { kind, table } of joins) {
    if (kind === "right" || kind === "full") { for (const name of read) outer.add(name); }
    read.push(sourceName(table));
    if (kind === "left" || kind === "full") outer.add(sourceName(table));
  }
  return outer;
}

/** Refuses a lock of what an outer join may leave without a row: the server would refuse it. */
export function refuseOuterLock(node: SelectNode): void {
  const { lock, joins = [] } = node;
  if (lock === undefined || !joins.some(({ kind }) => kind !== "inner" && kind !== "cross")) return;
  const outer = outerNames(node);
  const read = sourceNames(node);
  const locked = (lock.of.length > 0 ? lock.of : read).filter((name) => outer.has(name));
  if (locked.length === 0) return;
  const inner = read.filter((name) => !outer.has(name));
  throw new UnsupportedFeatureError("postgresql", {
    feature: `a lock of ${locked.join(", ")}, which an outer join may leave without a row`,
    instead: inner.length === 0
      ? "lock the rows in a query of their own"
      : `name what is to be locked: of: ${JSON.stringify(inner)}`,
  });
}
