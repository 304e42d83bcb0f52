import type { Contender, MaybePromise } from "./contenders/contender.ts";
import { checks } from "./checks.ts";
import type { Store } from "./store.ts";
import { type Source, USERS } from "./users.ts";

/** Operations whose input is made beforehand, so that only the contender is timed. */
type Batch = (contender: Contender) => Promise<void>;

/** Work that contenders do in turns, timed per operation. */
export interface Workload {
  /** What `--only` selects: one workload, or several that belong together. */
  readonly group: string;
  /** Names it within a run, such as `w3` or `rows.1000`. */
  readonly id: string;
  readonly title: string;
  /** What a time is divided by: rows of an operation where their number is what varies. */
  readonly per: number;
  /** Whether it adds users, which have to be removed again. */
  readonly inserts: boolean;
  /** Users that the table must hold. */
  readonly users: number;
  /** Whether it needs a server, as several flows have nothing to wait for on SQLite. */
  readonly onlyServers: boolean;
  /** Fewest operations of a batch. */
  readonly atLeast: number;
  /** Prepares so many operations. */
  batch(source: Source, operations: number): Batch;
  /** Does it once and throws unless it did what it should. */
  check(contender: Contender, source: Source, store: Store): MaybePromise<void>;
  /** Whether a contender does this at all. */
  isFor(contender: Contender): boolean;
}

const WHOLE = { per: 1, inserts: false, users: USERS, onlyServers: false, atLeast: 1, isFor: () => true } as const;

/** The ten workloads, then building SQL, then what grows: concurrent flows and rows of one query. */
export function listWorkloads(mostRows: number): Workload[] {
  return [
    {
      ...WHOLE,
      group: "w1",
      id: "w1",
      title: "insert one row",
      inserts: true,
      batch: repeat((source) => source.newUser(), (contender, user) => contender.insert(user)),
      check: checks.insert,
    },
    {
      ...WHOLE,
      group: "w2",
      id: "w2",
      title: "insert 1,000 rows",
      inserts: true,
      batch: repeat((source) => source.newUsers(1_000), (contender, users) => contender.insertMany(users)),
      check: checks.insertMany,
    },
    {
      ...WHOLE,
      group: "w3",
      id: "w3",
      title: "find by key",
      batch: repeat((source) => source.id(), (contender, id) => contender.find(id)),
      check: checks.find,
    },
    readRows("w4", "w4", 1_000),
    readRows("w5", "w5", 10_000),
    {
      ...WHOLE,
      group: "w6",
      id: "w6",
      title: "filter, order, limit 20",
      batch: repeat(() => 70, (contender, age) => contender.filter(age, 20)),
      check: checks.filter,
    },
    {
      ...WHOLE,
      group: "w7",
      id: "w7",
      title: "load, change, save",
      batch: repeat((source) => source.id(), (contender, id) => contender.raiseAge(id)),
      check: checks.raiseAge,
    },
    {
      ...WHOLE,
      group: "w8",
      id: "w8",
      title: "100 owners with 10 children each",
      batch: repeat((source) => source.firstOwner(), (contender, first) => contender.owners(first, first + 99)),
      check: checks.owners,
    },
    {
      ...WHOLE,
      group: "w9",
      id: "w9",
      title: "transaction of 10 inserts",
      inserts: true,
      batch: repeat((source) => source.newUsers(10), (contender, users) => contender.insertEach(users)),
      check: checks.insertEach,
    },
    { ...concurrentFinds("w10", "w10", 64), onlyServers: true },
    {
      ...WHOLE,
      group: "sql",
      id: "sql.find",
      title: "build the SQL of a find by key",
      batch: repeat((source) => source.id(), (contender, id) => contender.findSQL?.(id)),
      check: checks.findSQL,
      isFor: ({ findSQL }) => findSQL !== undefined,
    },
    {
      ...WHOLE,
      group: "sql",
      id: "sql.page",
      title: "build the SQL of a medium query",
      batch: repeat(() => 18, (contender, age) => contender.queryPageSQL?.(age)),
      check: checks.queryPageSQL,
      isFor: ({ queryPageSQL }) => queryPageSQL !== undefined,
    },
    ...[1, 10, 100, 1_000].map((flows) => concurrentFinds("flows", `flows.${flows}`, flows)),
    ...powersOfTen(mostRows).map((rows) => ({ ...readRows("rows", `rows.${rows}`, rows), per: rows, users: mostRows })),
  ];
}

function readRows(group: string, id: string, rows: number): Workload {
  return {
    ...WHOLE,
    group,
    id,
    title: group === "rows" ? `a row of ${rows.toLocaleString("en")}` : `read ${rows.toLocaleString("en")} rows`,
    batch: repeat(() => rows, (contender, count) => contender.read(count)),
    check: (contender) => checks.read(contender, rows),
  };
}

function concurrentFinds(group: string, id: string, flows: number): Workload {
  return {
    ...WHOLE,
    group,
    id,
    title: `a find by key, ${flows.toLocaleString("en")} at a time`,
    atLeast: flows,
    batch: inFlows(flows),
    check: (contender) => checks.concurrentFinds(contender, flows),
  };
}

/** From 10 to the number itself. */
function powersOfTen(most: number): number[] {
  const powers: number[] = [];
  for (let rows = 10; rows <= most; rows *= 10) powers.push(rows);
  return powers;
}

/** One operation after the other. */
function repeat<Input>(
  make: (source: Source) => Input,
  run: (contender: Contender, input: Input) => unknown,
): Workload["batch"] {
  return (source, operations) => {
    const inputs = Array.from({ length: operations }, () => make(source));
    return async (contender) => {
      for (const input of inputs) {
        const result = run(contender, input);
        // What answers at once is not made to wait for a turn of the event loop.
        if (result instanceof Promise) await result;
      }
    };
  };
}

/** Finds in several flows, each of which starts its next when it has its answer. */
function inFlows(flows: number): Workload["batch"] {
  return (source, operations) => {
    const ids = Array.from({ length: operations }, () => source.id());
    return async (contender) => {
      const left = ids.values();
      await Promise.all(Array.from({ length: flows }, async () => {
        for (const id of left) await contender.find(id);
      }));
    };
  };
}
