import { assertEquals, assertThrows } from "@std/assert";
import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../backends/mysql/mod.ts";
import { UnsupportedFeatureError } from "../../mod.ts";
import type { StatementNode } from "../../core/ast/statement.ts";
import type { PlanNode } from "../../core/backend/query_plan.ts";

const STATEMENT: StatementNode = {
  kind: "select",
  distinct: false,
  columns: [],
  from: { kind: "table", name: "m" },
  where: null,
  groupBy: [],
  having: null,
  orderBy: [],
  limit: null,
  offset: null,
};

function planOf({ dialect }: MySQLBackend, answer: string, statement = STATEMENT): readonly PlanNode[] {
  const result = { rows: [[answer]], columns: ["EXPLAIN"], affectedRows: 0, lastInsertId: null };
  return dialect.plans.read(result, { kind: "explain", statement, analyze: true });
}

/** A step in one line, those below it in brackets. */
function short({ operation, access, table, index, cost, rows, actualRows, actualMs, children }: PlanNode): string {
  const parts = [operation, access, table, index === null ? "key" : index].filter((part) => part !== undefined);
  const numbers = [cost, rows, actualRows, actualMs].map((number) => number ?? "-");
  const below = children.length === 0 ? "" : ` [${children.map(short).join(", ")}]`;
  return `${parts.join(" ")} ${numbers.join("/")}${below}`;
}

const mysql = new MySQLBackend({ database: "unused" });
const mariadb = new MariaDBBackend({ database: "unused" });

const TREES: Readonly<Record<string, readonly [text: string, plan: string[]]>> = {
  "a condition that looks like a step": [
    String
      .raw`-> Filter: (m.note <> 'a\n -> Table scan on x  (cost=1 rows=1)')  (cost=0.34 rows=0.9) (actual time=0.0255..0.5 rows=0 loops=1)
    -> Index lookup on m using m_place_idx (place = 'pl\nace 1')  (cost=0.34 rows=1) (actual time=0.0236..0.25 rows=0 loops=1)
`,
    ["other 0.34/0.9/0/0.5 [read index m m_place_idx 0.34/1/0/0.25]"],
  ],
  "joins, whose steps run many times": [
    `-> Limit: 3 row(s)  (actual time=1.63..1.75 rows=3 loops=1)
    -> Sort: m.note DESC, limit input to 3 row(s) per chunk  (actual time=1.63..1.75 rows=3 loops=1)
        -> Nested loop inner join  (cost=60.3 rows=200) (actual time=0.759..1.5 rows=286 loops=1)
            -> Table scan on a b  (cost=248..253 rows=200) (actual time=0.739..0.75 rows=286 loops=1)
            -> Single-row covering index lookup on m using PRIMARY (id = \`a b\`.m_id)  (cost=0.35 rows=1) (actual time=0.0019..0.5 rows=1 loops=2)
            -> Index range scan on c using c x over (NULL < x)  (cost=1 rows=1) (never executed)
`,
    [
      "limit -/-/3/1.75 [sort -/-/3/1.75 [join 60.3/200/286/1.5 [read full a b 253/200/286/0.75, " +
      "read key m key 0.35/1/2/1, read index c c x 1/1/-/-]]]",
    ],
  ],
  "results of other steps, which are no tables": [
    `-> Table scan on <temporary>  (cost=663..690 rows=2000) (actual time=0.82..0.82 rows=7 loops=1)
    -> Temporary table with deduplication  (cost=663..663 rows=2000) (actual time=0.8..0.8 rows=7 loops=1)
        -> Index lookup on d using <auto_key0> (m_id = m.id)  (cost=0.283..2.83 rows=10) (actual time=2..2 rows=1.5 loops=2)
            -> Materialize  (cost=0..0 rows=0) (actual time=6..6 rows=2000 loops=1)
                -> Covering index scan on n using x  (cost=202 rows=2000) (actual time=9e-6..5e-1 rows=2e+3 loops=1)
-> Select #2 (subquery in projection; dependent)
    -> Count rows in m  (actual time=0.457..0.5 rows=1 loops=1)
`,
    [
      "subquery 690/2000/7/0.82 [aggregate 663/2000/7/0.8 [subquery 2.83/10/3/4 " +
      "[subquery 0/0/2000/6 [read fullIndex n x 202/2000/2000/0.5]]]]",
      "subquery -/-/-/- [read full m -/-/1/0.5]",
    ],
  ],
  "set operations and windows": [
    `-> Window aggregate: row_number() OVER (ORDER BY n.id )   (cost=0 rows=5) (actual time=1..1 rows=2 loops=1)
    -> Union materialize with deduplication  (cost=2..2 rows=5) (actual time=0..0 rows=3 loops=1)
        -> Rows fetched before execution  (cost=0..0 rows=1) (actual time=80e-6..0 rows=1 loops=1)
        -> Full-text index search on t using words (body='+a')  (cost=0.35 rows=1) (actual time=0.01..0.25 rows=1 loops=1)
`,
    ["aggregate 0/5/2/1 [union 2/5/3/0 [subquery 0/1/1/0, read index t words 0.35/1/1/0.25]]"],
  ],
};

for (const [name, [text, plan]] of Object.entries(TREES)) {
  Deno.test(`EXPLAIN ANALYZE of MySQL is read: ${name}`, () => {
    assertEquals(planOf(mysql, text).map(short), plan);
  });
}

Deno.test("a statement that MySQL has not run is refused", () => {
  assertThrows(
    () => planOf(mysql, "-> <not executable by iterator executor>\n"),
    UnsupportedFeatureError,
    "leave analyze out",
  );
});

const table = {
  table_name: "m",
  access_type: "ALL",
  r_loops: 1,
  rows: 2000,
  r_rows: 2000,
  r_table_time_ms: 1,
  filtered: 50,
};

const DOCUMENTS: Readonly<Record<string, readonly [document: unknown, plan: string[]]>> = {
  "one table": [
    {
      query_block: {
        select_id: 1,
        cost: 3.5,
        r_total_time_ms: 2,
        nested_loop: [{ table: { ...table, r_filtered: 0.1 } }],
      },
    },
    ["subquery 3.5/1000/2/2 [read full m -/1000/2/1]"],
  ],
  "a join by blocks": [
    {
      query_block: {
        r_total_time_ms: 2,
        nested_loop: [
          { table: { ...table, access_type: "range", key: "PRIMARY", r_rows: 2, rows: 2 } },
          { "block-nl-join": { table, join_type: "BNL", r_loops: 2, r_filtered: 0.05, r_effective_rows: 2000 } },
        ],
      },
    },
    ["subquery -/1000/2/2 [join -/-/-/- [read key m key -/1/2/1, join -/1000/2/- [read full m -/1000/2000/1]]]"],
  ],
  "an order": [
    {
      query_block: {
        nested_loop: [{
          read_sorted_file: {
            r_rows: 3,
            filesort: { sort_key: "m.note", r_loops: 1, r_output_rows: 9, r_limit: 3, table },
          },
        }],
      },
    },
    ["subquery -/1000/3/- [other -/-/3/- [sort -/-/3/- [read full m -/1000/2000/1]]]"],
  ],
  "a row that was found before, and one that there is not": [
    {
      query_block: {
        nested_loop: [{
          table: { table_name: "m", access_type: "const", key: "PRIMARY", rows: 1, r_loops: 0, r_rows: null },
        }],
        subqueries: [{ expression_cache: { query_block: { table: { message: "Impossible WHERE" } } } }],
      },
    },
    ["subquery -/1/1/- [read key m key -/1/1/-, subquery -/-/-/- [subquery -/-/0/-]]"],
  ],
  "a union, and a table that is made": [
    {
      query_block: {
        select_id: 1,
        nested_loop: [{
          table: {
            table_name: "<derived2>",
            access_type: "ALL",
            r_loops: 1,
            r_rows: 4,
            materialized: {
              query_block: {
                union_result: { r_loops: 1, r_rows: 4, query_specifications: [{ query_block: { table } }] },
              },
            },
          },
        }],
      },
    },
    ["subquery -/-/4/- [subquery <derived2> -/-/4/- [subquery -/-/-/- [union -/-/4/- [subquery -/-/-/- [read full m -/1000/2000/1]]]]]"],
  ],
  "several indexes side by side": [
    {
      query_block: {
        nested_loop: [{
          table: {
            ...table,
            access_type: "index_merge",
            index_merge: { union: [{ range: { key: "a" } }, { range: { key: "b" } }] },
          },
        }],
      },
    },
    ["subquery -/1000/2000/- [read index m a,b -/1000/2000/1]"],
  ],
};

for (const [name, [document, plan]] of Object.entries(DOCUMENTS)) {
  Deno.test(`ANALYZE FORMAT=JSON of MariaDB is read: ${name}`, () => {
    assertEquals(planOf(mariadb, JSON.stringify(document)).map(short), plan);
  });
}

Deno.test("MariaDB does not say how many rows a group, an outer join or an offset leaves, and nobody guesses", () => {
  const answer = JSON.stringify({ query_block: { nested_loop: [{ table }] } });
  const outer = { kind: "left", table: { kind: "table", name: "n" }, on: null } as const;
  const count = { kind: "aggregate", name: "count", operand: null, distinct: false } as const;
  for (
    const more of [
      { distinct: true },
      { offset: 1 },
      { joins: [outer] },
      { columns: [{ expression: count }] },
      { groupBy: [{ kind: "column", name: "a" }] },
    ] as const
  ) {
    assertEquals(planOf(mariadb, answer, { ...STATEMENT, ...more })[0]!.actualRows, undefined);
  }
  assertEquals(planOf(mariadb, answer)[0]!.actualRows, 2000);
});
