/**
 * Names of what a backend may be able to do. A backend declares the ones it has; the default answer is no.
 *
 * @module
 */

/** Everything that a backend can be asked about, by group. */
export type Capability =
  | "returning"
  | "returning.update"
  | "returning.delete"
  | "upsert"
  | "upsert.where"
  | "savepoints"
  | "transactions.readOnly"
  | "transactions.deferrable"
  | "transactions.survivesErrors"
  | "isolation.readUncommitted"
  | "isolation.readCommitted"
  | "isolation.repeatableRead"
  | "isolation.serializable"
  | "stream"
  | "cte"
  | "cte.recursive"
  | "cte.materialized"
  | "windowFunctions"
  | "window.groups"
  | "window.exclude"
  | "aggregate.orderBy"
  | "groupingSets"
  | "rollup"
  | "cube"
  | "intersect"
  | "except"
  | "intersectAll"
  | "exceptAll"
  | "lateral"
  | "timeZones"
  | "regex"
  | "json"
  | "json.path"
  | "join.right"
  | "join.full"
  | "distinctFrom"
  | "partialIndexes"
  | "foreignKeys"
  | "checkConstraints"
  | "generatedColumns"
  | "fullText"
  | "fullText.excerpt"
  | "fullText.native"
  | "locks"
  | "locks.nowait"
  | "locks.skipLocked"
  | "locks.of"
  | "explain"
  | "explain.analyze"
  | "hints.index"
  | "hints.indexList"
  | "hints.ignoreIndex"
  | "hints.optimizer"
  | "hints.joinOrder"
  | "schemas";

/** A capability with the version that brought it, for a clear refusal. */
export interface CapabilityRule {
  /** The capability. */
  readonly capability: Capability;
  /** Lowest version that has it, compared number by number; left out when every supported version has it, `never` when none has. */
  readonly since?: readonly number[] | "never";
  /** What to use where it is missing. */
  readonly instead?: string;
}

/** The set of capabilities of one connected database. Immutable. */
export class Capabilities {
  readonly #has: ReadonlySet<Capability>;
  readonly #rules: ReadonlyMap<Capability, CapabilityRule>;
  /** Applies the rules of a backend to the version of a server. */
  constructor(rules: readonly CapabilityRule[], version: readonly number[]) {
    this.#rules = new Map(rules.map((rule) => [rule.capability, rule]));
    this.#has = new Set(
      rules.filter(({ since }) => since === undefined || (since !== "never" && compareVersions(version, since) >= 0))
        .map((rule) => rule.capability),
    );
  }
  /** Whether the capability is there. */
  has(capability: Capability): boolean {
    return this.#has.has(capability);
  }
  /** The rule that decided, if the backend knows the capability at all. */
  ruleOf(capability: Capability): CapabilityRule | undefined {
    return this.#rules.get(capability);
  }
  /** All capabilities that are there. */
  list(): Capability[] {
    return [...this.#has].sort();
  }
}

/** Compares two versions number by number: negative, zero or positive like a sort function. */
export function compareVersions(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Reads the leading numbers of a version text: `"8.0.36-debian"` gives `[8, 0, 36]`. */
export function parseVersion(text: string): readonly number[] {
  const match = /\d+(?:\.\d+)*/.exec(text);
  return match === null ? [] : match[0].split(".").map(Number);
}
