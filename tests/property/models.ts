import { z } from "zod";
import { ActiveRecord, column, decimal, type ModelClass, plainDate, primaryKey } from "../../mod.ts";

/** What the JSON columns hold. */
const INFO = z.object({
  count: z.number().nullable().optional(),
  word: z.string().nullable().optional(),
  on: z.boolean().nullable().optional(),
  list: z.array(z.number()).optional(),
  deep: z.object({ word: z.string().optional(), count: z.number().optional() }).optional(),
});

/** The columns of every table: one or more of each kind, all of which may be NULL. */
const FIELDS = {
  tiny: z.int32().nullable(),
  size: z.int().nullable(),
  big: z.bigint().nullable(),
  price: decimal(12, 2, { nullable: true }),
  weight: z.number().nullable(),
  name: z.string().nullable(),
  title: column(z.string().max(40).nullable(), { index: true }),
  flag: z.boolean().nullable(),
  born: plainDate({ nullable: true }),
  seen: z.date().nullable(),
  info: INFO.nullable(),
};

/** The models of one database. They are made for each, since a class belongs to one backend. */
export interface Models {
  readonly Item: ReturnType<typeof makeModels>["Item"];
  readonly Note: ReturnType<typeof makeModels>["Note"];
}

/** Makes the models anew. */
export function makeModels() {
  class Item extends ActiveRecord.define("items", {
    id: primaryKey(),
    parentId: z.int().nullable(),
    ...FIELDS,
  }) {
    get parent() {
      return this.belongsTo(() => Item, { foreignKey: "parentId" });
    }
    get children() {
      return this.hasMany(() => Item, { foreignKey: "parentId" });
    }
    get notes() {
      return this.hasMany(() => Note, { foreignKey: "parentId" });
    }
  }
  class Note extends ActiveRecord.define("notes", {
    id: primaryKey(),
    parentId: z.int().nullable(),
    ...FIELDS,
  }) {
    get item() {
      return this.belongsTo(() => Item, { foreignKey: "parentId" });
    }
  }
  return { Item, Note } satisfies Record<string, ModelClass>;
}
