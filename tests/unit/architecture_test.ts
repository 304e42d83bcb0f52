/** Holds the layers apart: first the table, then what the real sources must keep, then that each rule can fail. */

import { assert, assertEquals } from "@std/assert";
import {
  backendNameChecks,
  cyclesOf,
  dynamicPackageImports,
  entryPointImports,
  forbiddenReach,
  foreignImports,
  importsOf,
  type ImportTable,
  layerViolations,
  longFiles,
  type Sources,
} from "./architecture.ts";
import { readTree } from "../support/source_tree.ts";

const contract = ["core/ast", "core/types", "core/errors", "core/capabilities"];
const withoutModel = [
  ...contract,
  "core/events",
  "core/backend",
  "core/sql",
  "core/meta",
];

const table: ImportTable = {
  "core/errors": [],
  "core/capabilities": [],
  "core/events": [],
  "core/types": ["core/errors"],
  "core/ast": ["core/types"],
  "core/backend": ["core/events", ...contract],
  "core/sql": ["core/backend", ...contract],
  "core/meta": ["core/backend", "core/ast", "core/types", "core/errors"],
  "core/schema": ["core/meta", "core/backend", ...contract],
  "core/query": ["core/meta", "core/backend", ...contract],
  "core/relations": ["core/query", "core/meta", "core/ast", "core/errors"],
  "core/model": [
    ...withoutModel,
    "core/schema",
    "core/query",
    "core/relations",
  ],
  "core/mixins": [
    ...withoutModel,
    "core/schema",
    "core/query",
    "core/relations",
    "core/model",
  ],
  "core/cli": ["core/*"],
  "backends/*": ["core/sql", "core/backend", ...contract],
  "backends/mariadb": ["backends/mysql"],
  "tests/testsuite": ["entry points"],
  "mod.ts": ["core/*"],
};

/**
 * Packages of the suite, which needs zod to declare models. `@std/…` is none of them: the suite is
 * published, the stand-ins behind that name are not, and `deno publish` refuses the gap.
 */
const suitePackages = ["zod"];

const backendNames = [
  "sqlite",
  "mysql",
  "mariadb",
  "postgres",
  "postgresql",
  "pgsql",
  "oracle",
  "mssql",
  "sqlserver",
];

const sources = await readSources();

Deno.test("the rules look at the entry point, core, a backend and the suite", () => {
  for (
    const start of [
      "mod.ts",
      "core/",
      "backends/",
      "tests/testsuite/",
      "deno.json",
    ]
  ) {
    assert([...sources.keys()].some((path) => path.startsWith(start)), start);
  }
});

Deno.test("every layer imports only what the table lists for it", () => {
  assertEquals(layerViolations(sources, table), []);
});

Deno.test("no imports form a cycle, types included", () => {
  assertEquals(cyclesOf(sources), []);
});

Deno.test("no file of the package imports a mod.ts", () => {
  assertEquals(entryPointImports(sources), []);
});

Deno.test("mod.ts reaches no backend, no driver, no zod and no package at all", () => {
  assertEquals(forbiddenReach(sources, "mod.ts"), []);
});

Deno.test("only driver files import packages or node:sqlite", () => {
  assertEquals(foreignImports(sources, suitePackages), []);
});

Deno.test("core names no package in a literal import()", () => {
  assertEquals(dynamicPackageImports(sources), []);
});

Deno.test("core asks for capabilities and never for the name of a backend", () => {
  assertEquals(backendNameChecks(sources, backendNames), []);
});

Deno.test("files that near 400 lines are pointed out", () => {
  for (const finding of longFiles(sources, 400)) {
    console.warn(`${finding}: which second idea moved in?`);
  }
});

Deno.test("importsOf() finds every form of import", () => {
  const source = `
    import "./effect.ts";
    import one from "./default.ts";
    import * as two from './namespace.ts';
    import type { Three } from "./type.ts";
    import four, { type Five, "six-6" as six } from "./mixed.ts";
    import data from "./data.json" with { type: "json" };
    import from from "./from.ts";
    export * from "./all.ts";
    export * as seven from "./named.ts";
    export { eight } from "./list.ts";
    export type { Nine } from "./type_list.ts";
    const ten = await import("./dynamic.ts");
    const eleven = await import(\`./template.ts\`);
    type Twelve = import("./in_type.ts").Twelve;
    const inside = \`\${await import("./inside.ts")}\`;
    const after = total / 2; import "./after_division.ts";
  `;
  assertEquals(importsOf(source).map(({ specifier }) => specifier), [
    "./effect.ts",
    "./default.ts",
    "./namespace.ts",
    "./type.ts",
    "./mixed.ts",
    "./data.json",
    "./from.ts",
    "./all.ts",
    "./named.ts",
    "./list.ts",
    "./type_list.ts",
    "./dynamic.ts",
    "./template.ts",
    "./in_type.ts",
    "./inside.ts",
    "./after_division.ts",
  ]);
});

Deno.test("importsOf() is not misled by comments, texts, patterns and computed specifiers", () => {
  const source = `
    // import "./comment.ts";
    /** @example import "./doc.ts"; */
    const text = 'import "./text.ts"';
    const template = \`import "./template.ts" \${"} import './nested.ts'"} import "./rest.ts"\`;
    const pattern = /"import ['"].[/"]/;
    const computed = await import(specifier);
    const joined = await import("./" + name);
    const filled = await import(\`./\${name}.ts\`);
    const here = import.meta.url;
    const object = { import: "./key.ts", from: "./value.ts" };
    loader.import("./method.ts");
    export const from = "./constant.ts";
    export enum Kind { One, Two }
    export default text;
  `;
  assertEquals(importsOf(source), []);
});

Deno.test("importsOf() gives the line of an import", () => {
  assertEquals(
    importsOf('/*\n\n*/\n`\n${1}\n`;\nimport "a";\n').map(({ line }) => line),
    [7],
  );
});

Deno.test("layerViolations() reports imports upwards, sideways and out of the package", () => {
  const bad = sourcesOf({
    "mod.ts": 'export * from "./core/model/record.ts"; import "./backends/sqlite/mod.ts";',
    "core/errors.ts": 'import type { Type } from "./types/type.ts";',
    "core/types/type.ts": 'import "../errors.ts"; import "./other.ts";',
    "core/types/other.ts": "",
    "core/query/query.ts": 'import "../model/record.ts"; import "../../tests/support/tool.ts";',
    "core/model/record.ts": 'import "../query/query.ts"; import "../mixins/stamp.ts";',
    "core/mixins/stamp.ts": "",
    "core/cli/main.ts": 'import "../model/record.ts"; import "../../backends/sqlite/driver.ts";',
    "core/nook/thing.ts": "",
    "backends/sqlite/mod.ts": 'import "../../core/sql/dialect.ts";',
    "backends/sqlite/driver.ts": 'import "../../core/meta/meta.ts"; import "../mysql/driver.ts";',
    "backends/mysql/driver.ts": "",
    "backends/mariadb/driver.ts": 'import "../mysql/driver.ts"; import "../../core/sql/dialect.ts";',
    "core/sql/dialect.ts": "",
    "core/meta/meta.ts": "",
    "tests/testsuite/mod.ts": 'import "../../mod.ts"; import "./case.ts";',
    "tests/testsuite/case.ts": 'import "@rhosocial/activerecord/backends/sqlite"; import "../../core/errors.ts";',
  });
  assertEquals(
    layerViolations(bad, table).map((finding) => finding.split(", ")[0]),
    [
      "core/nook has no row in the table",
      'mod.ts:1 imports "./backends/sqlite/mod.ts"',
      'core/errors.ts:1 imports "./types/type.ts"',
      'core/query/query.ts:1 imports "../model/record.ts"',
      'core/query/query.ts:1 imports "../../tests/support/tool.ts"',
      'core/model/record.ts:1 imports "../mixins/stamp.ts"',
      'core/cli/main.ts:1 imports "../../backends/sqlite/driver.ts"',
      'backends/sqlite/driver.ts:1 imports "../../core/meta/meta.ts"',
      'backends/sqlite/driver.ts:1 imports "../mysql/driver.ts"',
      'tests/testsuite/case.ts:1 imports "../../core/errors.ts"',
    ],
  );
});

Deno.test("cyclesOf() reports each cycle once, of types and of a file with itself too", () => {
  const bad = sourcesOf({
    "core/types/a.ts": 'import "./b.ts"; import "./c.ts";',
    "core/types/b.ts": 'import type { C } from "./c.ts";',
    "core/types/c.ts": 'export type { A } from "./b.ts";',
    "core/types/self.ts": 'import "./self.ts";',
  });
  assertEquals(cyclesOf(bad), [
    "core/types/b.ts → core/types/c.ts → core/types/b.ts",
    "core/types/self.ts → core/types/self.ts",
  ]);
});

Deno.test("entryPointImports() reports a mod.ts named by path or by specifier", () => {
  const bad = sourcesOf({
    "mod.ts": "",
    "core/types/a.ts": 'import "../../mod.ts";',
    "core/types/b.ts": 'import type { X } from "@rhosocial/activerecord";',
    "core/types/c.ts": 'import "jsr:@rhosocial/activerecord@^0.1/backends/sqlite";',
    "backends/sqlite/mod.ts": 'import "./backend.ts";',
    "backends/sqlite/backend.ts": "",
    "tests/testsuite/mod.ts": 'import "../../mod.ts";',
  });
  assertEquals(entryPointImports(bad), [
    'core/types/a.ts:1 imports "../../mod.ts"',
    'core/types/b.ts:1 imports "@rhosocial/activerecord"',
    'core/types/c.ts:1 imports "jsr:@rhosocial/activerecord@^0.1/backends/sqlite"',
  ]);
});

Deno.test("forbiddenReach() shows the way to each driver and package", () => {
  const bad = sourcesOf({
    "mod.ts": 'export * from "./core/model/a.ts";',
    "core/model/a.ts": 'import "node:async_hooks"; import type { z } from "zod"; import "./b.ts";',
    "core/model/b.ts": 'import "node:sqlite"; await import("../../backends/mysql/driver.ts");',
    "core/model/unused.ts": 'import "postgres";',
  });
  assertEquals(forbiddenReach(bad, "mod.ts"), [
    "mod.ts → core/model/a.ts → zod",
    "mod.ts → core/model/a.ts → core/model/b.ts → node:sqlite",
    "mod.ts → core/model/a.ts → core/model/b.ts → ../../backends/mysql/driver.ts",
  ]);
});

Deno.test("foreignImports() reports packages outside of driver files", () => {
  const bad = sourcesOf({
    "core/types/a.ts": 'import "node:crypto"; import "npm:zod";',
    "backends/sqlite/backend.ts": 'import "node:sqlite";',
    "backends/sqlite/driver.ts": 'import "node:sqlite";',
    "backends/sqlite/drivers/other.ts": 'import "jsr:@db/sqlite@^0.13";',
    "backends/sqlite/drivers.ts": 'import "https://example.com/mod.ts";',
    "tests/testsuite/mod.ts": 'import "zod"; import "@std/assert";',
  });
  assertEquals(foreignImports(bad, suitePackages), [
    'core/types/a.ts:1 imports "npm:zod"',
    'backends/sqlite/backend.ts:1 imports "node:sqlite"',
    'backends/sqlite/drivers.ts:1 imports "https://example.com/mod.ts"',
    'tests/testsuite/mod.ts:1 imports "@std/assert"',
  ]);
});

Deno.test("dynamicPackageImports() reports literal packages only", () => {
  const bad = sourcesOf({
    "core/backend/registry.ts": `
      await import("npm:mysql2");
      await import("postgres");
      await import(new URL("../../backends/x/mod.ts", import.meta.url).href);
      await import("node:os");
      await import("./local.ts");`,
  });
  assertEquals(dynamicPackageImports(bad), [
    'core/backend/registry.ts:2 imports "npm:mysql2"',
    'core/backend/registry.ts:3 imports "postgres"',
  ]);
});

Deno.test("backendNameChecks() reports comparisons and leaves data alone", () => {
  const bad = sourcesOf({
    "core/sql/compile.ts": `
      if (dialect.name === "mysql") {}
      if ("sqlite" != dialect.name) {}
      switch (name) { case "postgres": }
      if (["mysql", "mariadb"].includes(name)) {}
      const loaders = { "sqlite": load, aliases: ["pgsql", "postgres"] };
      // name === "mysql"
      const message = 'name === "mysql"';`,
    "backends/mysql/dialect.ts": 'if (name === "mysql") {}',
  });
  assertEquals(backendNameChecks(bad, backendNames), [
    'core/sql/compile.ts:2 compares with "mysql"',
    'core/sql/compile.ts:3 compares with "sqlite"',
    'core/sql/compile.ts:4 compares with "postgres"',
    'core/sql/compile.ts:5 compares with "mysql"',
    'core/sql/compile.ts:5 compares with "mariadb"',
  ]);
});

Deno.test("longFiles() counts the lines of core and the backends", () => {
  const bad = sourcesOf({
    "core/types/long.ts": "\n".repeat(3) + "x\n",
    "core/types/short.ts": "x\ny\nz\n",
    "tests/testsuite/long.ts": "\n".repeat(9),
  });
  assertEquals(longFiles(bad, 3), ["core/types/long.ts has 4 lines"]);
});

function sourcesOf(files: Record<string, string>): Sources {
  const manifest = {
    name: "@rhosocial/activerecord",
    exports: {
      ".": "./mod.ts",
      "./backends/sqlite": "./backends/sqlite/mod.ts",
      "./testsuite": "./tests/testsuite/mod.ts",
    },
  };
  return new Map([
    ["deno.json", JSON.stringify(manifest)],
    ...Object.entries(files),
  ]);
}

async function readSources(): Promise<Sources> {
  const root = new URL("../../", import.meta.url);
  const wanted = /^(deno\.json|mod\.ts|(core|backends|tests\/testsuite)\/.*\.ts)$/;
  return await readTree(root, (path) => wanted.test(path));
}
