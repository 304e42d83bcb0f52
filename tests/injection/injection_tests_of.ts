import { ActiveRecordError, QueryError } from "@rhosocial/activerecord";
import { HOSTILE_STRINGS, type HostileString } from "./hostile_strings.ts";
import type { Position } from "./position.ts";
import { POSITIONS } from "./positions/mod.ts";
import { makeWorld, type ProbedBackend, type World } from "./world.ts";

/** A database of its own for the tests of one provider. */
export interface InjectionProvider {
  readonly name: string;
  readonly ignore?: boolean;
  /** Opens it; what is opened is closed by the stack. */
  open(stack: AsyncDisposableStack): Promise<ProbedBackend>;
}

/** Shorter texts, and single words, stand in any message by chance. */
const SHORTEST_SECRET = 6;

/** Most failures of one position that are printed. */
const MOST_SHOWN = 8;

/** Everything that an error says, with its causes. */
function saidBy(error: unknown): string {
  const parts: string[] = [];
  for (let next = error; next instanceof Error && parts.length < 5; next = next.cause) {
    parts.push(next.message, String("sql" in next ? next.sql : ""));
    if ("issues" in next) parts.push(JSON.stringify(next.issues));
  }
  return parts.join("\n");
}

function leaks(error: unknown, text: string): boolean {
  if (text.length < SHORTEST_SECRET || /^\w{1,30}$/.test(text)) return false;
  const said = saidBy(error);
  return said.includes(text) || said.includes(JSON.stringify(text).slice(1, -1));
}

/** What is wrong with how a text was refused; null when nothing is. */
function faultOf(
  error: unknown,
  { takes, mayBeMissing = false, mayBeMalformed = false }: Position,
  text: string,
): string | null {
  if (!(error instanceof ActiveRecordError)) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const isQueryError = error instanceof QueryError;
  if (isQueryError && !mayBeMalformed && (!mayBeMissing || /syntax/i.test(error.message))) {
    return `refused by the server: ${error.message} (${error.code}) ${error.sql?.slice(0, 200)}`;
  }
  if (takes === "value" && leaks(error, text)) {
    return `the message holds the value: ${error.name} ${error.message.slice(0, 200)}`;
  }
  return null;
}

interface Count {
  used: number;
  refused: number;
  readonly faults: string[];
}

async function attempt(position: Position, { family, text }: HostileString, world: World, count: Count): Promise<void> {
  try {
    await position.attempt(text, world);
    count.used++;
  } catch (error) {
    const fault = faultOf(error, position, text);
    if (fault === null) count.refused++;
    else count.faults.push(`${family} ${JSON.stringify(text).slice(0, 60)}: ${fault.slice(0, 400)}`);
  }
}

async function tryAll(position: Position, world: World): Promise<Count> {
  const count: Count = { used: 0, refused: 0, faults: [] };
  const { every = 1 } = position;
  for (const [i, string] of HOSTILE_STRINGS.entries()) {
    if (i % every === 0) await attempt(position, string, world, count);
  }
  await world.check();
  return count;
}

/** Registers a test in which every hostile text comes into every position. */
export function injectionTestsOf({ name, ignore = false, open }: InjectionProvider): void {
  Deno.test({
    name: `${name}: no hostile text is taken for SQL in any position`,
    ignore,
    async fn(t) {
      await using stack = new AsyncDisposableStack();
      const world = await makeWorld(await open(stack));
      for (const position of POSITIONS) {
        const { requires, on } = position;
        const isOut = on !== undefined && !on.includes(world.backend.name) ||
          requires !== undefined && !world.backend.supports(requires);
        await t.step({
          name: position.name,
          ignore: isOut,
          fn: async () => {
            const { faults } = await tryAll(position, world);
            if (faults.length === 0) return;
            throw new Error(`${faults.length} texts were not safe:\n${faults.slice(0, MOST_SHOWN).join("\n")}`);
          },
        });
      }
    },
  });
}
