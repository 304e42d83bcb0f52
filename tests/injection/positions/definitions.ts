/** Names and texts of which tables are made. */

import { assertEquals } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, column, primaryKey } from "@rhosocial/activerecord";
import { names, type Position, takes, untyped } from "../position.ts";
import type { World } from "../world.ts";

/** A model with a key, a word and what is tested. */
function made(table: string, shape: object, options: object = {}) {
  return class Made extends ActiveRecord.define(
    table,
    { id: primaryKey(), word: z.string(), ...shape },
    untyped(options),
  ) {};
}

type Made = ReturnType<typeof made>;

const some = (...args: Parameters<typeof made>) => () => made(...args);

/** Makes a table, runs, and removes it. */
async function withModel({ backend }: World, define: () => Made, run: (model: Made) => Promise<void>): Promise<void> {
  const model = define();
  model.configure(backend);
  await model.createTable();
  try {
    await run(model);
  } finally {
    await model.dropTable();
  }
}

async function roundTrip(model: Made, values: object = {}): Promise<void> {
  const record = await model.create({ word: "w", ...values });
  record.word = "x";
  await record.save();
  assertEquals((await model.find(record.id))?.word, "x");
  assertEquals(await model.where({ word: "x" }).orderBy("-id").pluck("word"), ["x"]);
  await record.delete();
}

const EVERY = 7;

/** Definitions. */
export const DEFINITION_POSITIONS: readonly Position[] = [
  names("name of a table", (name, world) => withModel(world, some(name, {}), roundTrip), { every: EVERY }),
  names(
    "name of a column",
    (name, world) =>
      withModel(world, some("made", { more: column(z.string().optional(), { name }) }), async (model) => {
        await roundTrip(model, { more: "m" });
        assertEquals((await world.backend.getColumns("made")).some((one) => one.name === name), true);
      }),
    { every: EVERY },
  ),
  names(
    "name of a field",
    (name, world) =>
      withModel(world, some("made", { [name]: z.string().optional() }), (model) => roundTrip(model, { [name]: "m" })),
    {
      every: EVERY,
    },
  ),
  names(
    "name of an index and a check",
    (name, world) => withModel(world, some("made", {}, { indexes: [{ fields: ["word"], name }] }), roundTrip),
    { every: EVERY },
  ),
  names(
    "field of an index",
    (name, world) => withModel(world, some("made", {}, { indexes: [{ fields: [name], name: "made_idx" }] }), roundTrip),
    { every: EVERY },
  ),
  names(
    "field of the primary key",
    (name, world) => withModel(world, some("made", {}, { primaryKey: name }), roundTrip),
    { every: EVERY },
  ),
  names("naming", (name, world) => withModel(world, some("made", {}, { naming: name }), roundTrip), { every: EVERY }),
  names("option of a model", (name, world) => withModel(world, some("made", {}, { [name]: 1 }), roundTrip), {
    every: EVERY,
  }),
  names("schema of a model", (schema, world) => withModel(world, some("made", {}, { schema }), roundTrip), {
    every: EVERY,
    mayBeMissing: true,
  }),
  names(
    "table of a reference",
    (table, world) =>
      withModel(world, some("made", { other: column(z.int().optional(), { references: { table } }) }), roundTrip),
    {
      every: EVERY,
      mayBeMissing: true,
    },
  ),
  names("action of a reference", (onDelete, world) =>
    withModel(
      world,
      some("made", {
        other: column(z.int().optional(), { references: { table: "sentinel", onDelete: untyped(onDelete) } }),
      }),
      roundTrip,
    ), { every: EVERY }),
  names(
    "type of a column",
    (kind, world) =>
      withModel(world, some("made", { more: column(z.string().optional(), { type: untyped(kind) }) }), roundTrip),
    {
      every: EVERY,
    },
  ),
  takes("default of a column", (text, world) =>
    withModel(
      world,
      some("made", { more: column(z.string(), { default: text, type: { kind: "string", length: 255 } }) }),
      async (model) => {
        const { id } = await model.create({ word: "w" });
        assertEquals((await model.find(id) as { more?: unknown } | null)?.more, text);
      },
    ), { every: EVERY }),
  takes(
    "value of an enum",
    (text, world) =>
      withModel(world, some("made", { more: z.enum([text, "other"]) }), async (model) => {
        const { id } = await model.create(untyped({ word: "w", more: text }));
        assertEquals((await model.find(id) as { more?: unknown } | null)?.more, text);
      }),
    { every: EVERY },
  ),
];
