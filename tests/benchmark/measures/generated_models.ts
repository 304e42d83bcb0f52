/**
 * The text of a module with models that refer to each other, and queries over them with conditions, nested relations,
 * an order and a limit. Each query is typed by itself, as those of an application are.
 */
export function generateModels(entry: string, models: number, queriesEach: number): string {
  const numbers = Array.from({ length: models }, (_, i) => i);
  return [
    'import { z } from "zod";',
    `import { ActiveRecord, column, primaryKey, timestamps } from ${JSON.stringify(entry)};`,
    ...numbers.map((number) => modelText(number, models)),
    ...numbers.flatMap((number) => Array.from({ length: queriesEach }, (_, query) => queryText(number, query))),
    "",
  ].join("\n");
}

function modelText(number: number, models: number): string {
  const name = (at: number) => `Model${(at + models) % models}`;
  return `
export class ${name(number)} extends ActiveRecord.define("model_${number}", {
  id: primaryKey(),
  title: z.string().max(100),
  slug: column(z.string(), { unique: true }),
  views: z.int().nullable().default(null),
  rating: z.number(),
  isPublic: z.boolean(),
  settings: z.object({ theme: z.string(), tags: z.array(z.string()) }).optional(),
  parentId: z.int(),
}, timestamps()) {
  get parent() {
    return this.belongsTo(() => ${name(number + 1)}, { foreignKey: "parentId" });
  }
  get children() {
    return this.hasMany(() => ${name(number - 1)}, { foreignKey: "parentId" });
  }
  get related() {
    return this.hasMany(() => ${name(number * 5 + 2)}, { foreignKey: "parentId" });
  }
}`;
}

function queryText(number: number, query: number): string {
  const found = `found${number}_${query}`;
  return `
const ${found} = await Model${number}.where({ views__gte: ${query}, isPublic: true })
  .with("parent", "children.parent", "related.children").orderBy("-createdAt").limit(${query + 1});
export const title${number}_${query}: string | undefined = ${found}[0]?.title;`;
}
