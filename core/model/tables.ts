import type { StatementNode } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { UnsupportedFeatureError } from "../errors.ts";
import { createTableStatements } from "../schema/table.ts";
import { type AnyModel, backendLoaded, backendOf, metaOf } from "./registry.ts";

/** A backend that keeps tables. */
interface TableBackend extends StorageBackend {
  createTable(statements: readonly StatementNode[]): Promise<void>;
  changeSchema(statements: readonly StatementNode[]): Promise<void>;
  dropTable(name: string, options: { ifExists?: boolean; schema?: string }): Promise<void>;
  tableExists(name: string, schema?: string): Promise<boolean>;
}

async function tableBackend(model: AnyModel): Promise<TableBackend> {
  const backend = backendOf(model) ?? await backendLoaded(model);
  if (!("createTable" in backend)) {
    throw new UnsupportedFeatureError(backend.name, { feature: "tables" });
  }
  return backend as TableBackend; // a backend with one of the methods has them all
}

/** Creates the table of a model and its indexes. */
export async function createTable(model: AnyModel, options: { readonly ifNotExists?: boolean } = {}): Promise<void> {
  await (await tableBackend(model)).createTable(createTableStatements(metaOf(model), options));
}

/** Removes the table of a model. */
export async function dropTable(
  model: AnyModel,
  { ifExists = false }: { readonly ifExists?: boolean } = {},
): Promise<void> {
  const { table, fullText } = metaOf(model);
  const backend = await tableBackend(model);
  if (fullText.length > 0) {
    return await backend.changeSchema([
      ...fullText.map((index) => ({ kind: "dropFullText", table, index } as const)),
      { kind: "dropTable", table, ifExists },
    ]);
  }
  await backend.dropTable(table.name, {
    ifExists,
    ...table.schema === undefined ? {} : { schema: table.schema },
  });
}

/** Whether the table of a model exists. */
export async function tableExists(model: AnyModel): Promise<boolean> {
  const { table } = metaOf(model);
  return await (await tableBackend(model)).tableExists(table.name, table.schema);
}
