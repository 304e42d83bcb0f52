import { groups as allGroups } from "./groups.ts";
import type { TestProvider } from "./provider.ts";
import type { Requirement, SuiteBackend, SuiteCase, SuiteContext, SuiteGroup, SuiteModel } from "./suite.ts";

/** The functions of a test runner, such as those of `jsr:@std/testing/bdd`. */
export interface SuiteRunner {
  /** Registers a test; an ignored one is only reported. */
  it(name: string, options: { readonly ignore: boolean }, run: () => Promise<void>): void;
  /** Registers what follows the last test. */
  afterAll(run: () => Promise<void>): void;
}

/** Options of {@linkcode runTestsuite}. */
export interface SuiteOptions {
  /** Where the tests are registered. @default `Deno.test` */
  readonly runner?: SuiteRunner;
  /** Runs only the groups whose title starts with this, such as `query/`. @default all */
  readonly only?: string;
}

const denoRunner: SuiteRunner = {
  // A pool keeps its connections from one test to the next, so what a test leaves open is no leak.
  it: (name, { ignore }, fn) => Deno.test({ name, ignore, fn, sanitizeOps: false, sanitizeResources: false }),
  afterAll: (run) => Deno.test.afterAll(run),
};

/**
 * Registers every case of the suite for one backend. A case that needs what the backend lacks is ignored, and its name says why.
 *
 * @example
 * ```ts ignore
 * import { runTestsuite } from "@rhosocial/activerecord/testsuite";
 *
 * await runTestsuite({
 *   name: "mine",
 *   open: () => Promise.resolve(new MyBackend({ database: "test" })),
 *   cleanUp: (backend) => backend.disconnect(),
 * });
 * ```
 */
export async function runTestsuite(provider: TestProvider, options: SuiteOptions = {}): Promise<void> {
  const { runner = denoRunner, only = "" } = options;
  const backend = await provider.open();
  await backend.connect();
  const stage = new Stage(provider, backend);
  for (const group of allGroups) {
    if (!group.title.startsWith(only)) continue;
    for (const item of group.cases) {
      const reason = missing(item, provider, backend);
      const name = `${provider.name} ${group.title}: ${item.name}`;
      runner.it(
        reason === null ? name : `${name} (${reason})`,
        { ignore: reason !== null },
        () => stage.play(group, item),
      );
    }
  }
  runner.afterAll(() => stage.close());
}

/** Why a case cannot run, or null. */
function missing({ requires }: SuiteCase, provider: TestProvider, backend: SuiteBackend): string | null {
  for (const requirement of requires) {
    const lack = provider.lacks?.[requirement];
    if (lack !== undefined) return `not tested: ${lack}`;
    if (!has(requirement, provider, backend)) return `${provider.name} lacks "${requirement}"`;
  }
  return null;
}

function has(requirement: Requirement, provider: TestProvider, backend: SuiteBackend): boolean {
  return requirement === "sharedDatabase" ? provider.openSecond !== undefined : backend.supports(requirement);
}

/** The database of one run: it holds the tables of the group whose cases are running. */
class Stage {
  readonly #provider: TestProvider;
  readonly #backend: SuiteBackend;
  #group: SuiteGroup | null = null;

  constructor(provider: TestProvider, backend: SuiteBackend) {
    this.#provider = provider;
    this.#backend = backend;
  }

  /** Runs a case on empty tables. */
  async play(group: SuiteGroup, { run }: SuiteCase): Promise<void> {
    await this.#enter(group);
    const created: SuiteModel[] = [];
    const seconds: SuiteBackend[] = [];
    const context: SuiteContext = {
      backend: this.#backend,
      create: async (...models) => {
        created.push(...models);
        await this.#create(models);
      },
      openSecond: async () => {
        const second = await this.#provider.openSecond!(); // a case that needs it requires "sharedDatabase"
        seconds.push(second);
        return second;
      },
    };
    try {
      await run(context);
    } finally {
      for (const second of seconds) await second.disconnect();
      await drop(created);
    }
  }

  async #enter(group: SuiteGroup): Promise<void> {
    if (this.#group === group) {
      for (const model of group.models.toReversed()) await model.unscoped().deleteAll();
      return;
    }
    if (this.#group !== null) await drop(this.#group.models);
    this.#group = null;
    await this.#create(group.models);
    this.#group = group;
  }

  async #create(models: readonly SuiteModel[]): Promise<void> {
    for (const model of models) model.configure(this.#backend);
    if (this.#provider.setup !== undefined) return await this.#provider.setup(this.#backend, models);
    for (const model of models) await model.createTable();
  }

  async close(): Promise<void> {
    if (this.#group !== null) await drop(this.#group.models);
    await this.#provider.cleanUp(this.#backend);
  }
}

async function drop(models: readonly SuiteModel[]): Promise<void> {
  for (const model of models.toReversed()) await model.dropTable({ ifExists: true });
}
