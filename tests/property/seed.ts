/** The seed is the same for all who set none, so that a checkout is not found wrong by chance; `random` looks for what nobody has found yet. */
export const seed = Deno.env.get("TEST_SEED") === "random"
  ? crypto.getRandomValues(new Int32Array(1))[0]!
  : wholeNumber("TEST_SEED") ?? 20_261_128;

/** How many queries are asked: `TEST_PROPERTY_RUNS`, or this many. */
export function runsOr(usual: number): number {
  return wholeNumber("TEST_PROPERTY_RUNS") ?? usual;
}

function wholeNumber(variable: string): number | null {
  const text = Deno.env.get(variable);
  if (text === undefined || text === "") return null;
  if (!Number.isSafeInteger(Number(text))) throw new RangeError(`Invalid ${variable}: expected a whole number`);
  return Number(text);
}
