import fc from "fast-check";
import { databaseOf, expectSameRows } from "./comparison.ts";
import { fill, openDatabases } from "./databases.ts";
import { queries } from "./generate/queries.ts";
import { tables } from "./rows.ts";

/** Queries that are asked of the same rows. */
const PER_TABLES = 50;

/**
 * `TEST_PROPERTY_RUNS` queries, from the seed `TEST_SEED`. The seed is the same for all who set none, so that a checkout is not found
 * wrong by chance; `TEST_SEED=random` looks for what nobody has found yet.
 */
const runs = wholeNumber("TEST_PROPERTY_RUNS") ?? 2_000;
const seed = Deno.env.get("TEST_SEED") === "random"
  ? crypto.getRandomValues(new Int32Array(1))[0]!
  : wholeNumber("TEST_SEED") ?? 20_261_128;

function wholeNumber(variable: string): number | null {
  const text = Deno.env.get(variable);
  if (text === undefined || text === "") return null;
  if (!Number.isSafeInteger(Number(text))) throw new RangeError(`Invalid ${variable}: expected a whole number`);
  return Number(text);
}

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
