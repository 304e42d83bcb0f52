/** Arguments of functions: what goes in as text comes out as the same text. */

import { assert, assertEquals } from "@std/assert";
import { type Expression, fn, type Selected } from "@rhosocial/activerecord";
import { type Position, takes, untyped } from "../position.ts";
import { Item } from "../world.ts";

const { c } = Item;

async function valueOf<V>(expression: Expression<V>): Promise<Selected<V>> {
  return (await Item.where({ id: 1 }).select({ v: expression }))[0]!.v;
}

function gives(
  name: string,
  make: (text: string) => Expression<unknown>,
  expected: (text: string) => unknown,
): Position {
  return takes(name, async (text) => assertEquals(await valueOf(make(text)), expected(text)));
}

/** Argument of functions. */
export const FUNCTION_POSITIONS: readonly Position[] = [
  gives("coalesce", (text) => fn.coalesce(c.note, text), (text) => text),
  gives("case", (text) => fn.case().when(c.name.eq(text), "no").else(text), (text) => text),
  gives("nullif", (text) => fn.nullif(c.name, text), () => "Ada"),
  gives("concat", (text) => fn.concat(c.name, text, "."), (text) => `Ada${text}.`),
  gives("replace by", (text) => fn.replace(c.name, "d", text), (text) => `A${text}a`),
  gives("replace what", (text) => fn.replace(fn.concat(c.name, text), text, ""), () => "Ada"),
  gives("trim", (text) => fn.trim(fn.concat(c.name, `|${text}|`)), (text) => `Ada|${text}|`),
  gives("position", (text) => fn.position(fn.concat(c.name, `|${text}`), `|${text}`), () => 4),
  gives("length", (text) => fn.length(fn.concat(c.name, text)), (text) => 3 + [...text].length),
  gives("repeat", (text) => fn.repeat(fn.concat(text, "."), 2), (text) => `${text}.${text}.`),
  gives("padEnd", (text) => fn.padEnd(c.name, 4, text), (text) => `Ada${[...text][0]}`),
  gives("left", (text) => fn.left(fn.concat(c.name, text), 3), () => "Ada"),
  gives("fallback of lag", (text) => fn.lag(c.name, 1, text).over({ orderBy: c.id }), (text) => text),
  takes("greatest", async (text) => void (await valueOf(fn.greatest(c.name, text)))),
  takes("lower and upper", async (text) => {
    assert((await valueOf(fn.upper(fn.lower(fn.concat(c.name, text))))).startsWith("ADA"));
  }),
  takes("reverse", async (text) => assert((await valueOf(fn.reverse(fn.concat(text, "."))))?.startsWith("."))),
  takes("separator of groupConcat", async (text) => {
    const [row] = await Item.where({ id__in: [1, 2] }).select({ v: fn.groupConcat(c.name, { separator: text }) });
    assert([`Ada${text}Bob`, `Bob${text}Ada`].includes(row!.v!));
  }),
  takes("filter of an aggregate", async (text) => {
    assertEquals(await Item.select({ v: fn.count(c.id, { filter: c.name.eq(text) }) }), [{ v: 0 }]);
  }),
  takes("dateDiff", (text) => valueOf(fn.dateDiff("day", c.born, untyped(text)))),
  takes("amount of dateAdd", (text) => valueOf(fn.dateAdd(c.born, untyped(text), "day"))),
  takes("power", (text) => valueOf(fn.power(untyped(text), 2))),
];
