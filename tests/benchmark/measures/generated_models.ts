/**
 * The text of a module with models that refer to each other, and queries over them with conditions, nested relations,
 * an order and a limit. They stand in functions, since TypeScript follows no more than so much code in one body.
 */
export function generateModels(entry: string, models: number, queriesEach: number): string {
  const numbers = Array.from({ length: models }, (_, i) => i);
  return [
    'import { z } from "zod";',
    `import { ActiveRecord, column, primaryKey, timestamps } from ${JSON.stringify(entry)};`,
    ...numbers.map((number) => modelText(number, models)),
    ...numbers.map((number) => functionText(number, queriesEach)),
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

function functionText(number: number, queries: number): string {
  return `
export async function titlesOf${number}(): Promise<(string | undefined)[]> {${
    Array.from({ length: queries }, (_, query) => queryText(number, query)).join("")
  }
  return [${Array.from({ length: queries }, (_, query) => `found${query}[0]?.title`).join(", ")}];
}`;
}

function queryText(number: number, query: number): string {
  return `
  const found${query} = await Model${number}.where({ views__gte: ${query}, isPublic: true })
    .with("parent", "children.parent", "related.children").orderBy("-createdAt").limit(${query + 1});`;
}
