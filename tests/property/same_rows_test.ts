import fc from "fast-check";
import { databaseOf, expectSameRows } from "./comparison.ts";
import { fill, openDatabases } from "./databases.ts";
import { queries } from "./generate/queries.ts";
import { tables } from "./rows.ts";
import { runsOr, seed } from "./seed.ts";

/** Queries that are asked of the same rows. */
const PER_TABLES = 50;

const runs = runsOr(2_000);

Deno.test(`${runs} random queries give the rows of a plain evaluation on every database`, async () => {
  await using stack = new AsyncDisposableStack();
  const databases = await openDatabases(stack);
  console.log(`TEST_SEED=${seed}: ${runs} queries on ${databases.map(({ name }) => name).join(", ")}`);
  const rounds = Math.ceil(runs / PER_TABLES);
  for (const [round, rows] of fc.sample(tables, { numRuns: rounds, seed }).entries()) {
    await Promise.all(databases.map((database) => fill(database, rows)));
    const read = databaseOf(databases[0]!, rows); // SQLite is always there
    await fc.assert(
      fc.asyncProperty(queries, (recipe) => expectSameRows(databases, read, recipe)),
      { numRuns: Math.min(PER_TABLES, runs - round * PER_TABLES), seed: seed + round },
    );
  }
});
