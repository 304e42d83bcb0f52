/** What a test does. */
export type TestBody = (t: Deno.TestContext) => void | Promise<void>;

/** What runs before or after tests. */
export type Hook = () => void | Promise<void>;

/** How a test or a group of tests runs. */
export interface TestOptions {
  /** Reports the test as ignored instead of running it. */
  ignore?: boolean;
  /** Runs only this one among its siblings; the whole run then counts as failed. */
  only?: boolean;
  /** Fails when an operation outlives the test. */
  sanitizeOps?: boolean;
  /** Fails when a resource outlives the test. */
  sanitizeResources?: boolean;
  /** Fails when the test ends the process. */
  sanitizeExit?: boolean;
}

type HookName = "beforeAll" | "afterAll" | "beforeEach" | "afterEach";

interface Case {
  readonly name: string;
  readonly options: TestOptions;
  readonly run: TestBody;
}

interface Suite {
  readonly name: string;
  readonly options: TestOptions;
  readonly parent: Suite | undefined;
  readonly hooks: Record<HookName, Hook[]>;
  readonly children: (Suite | Case)[];
}

let current: Suite | undefined;
let isRegistered = false;
let isRunning = false;

/** Adds a group with what `fn` registers. */
export function addGroup(
  name: string,
  options: TestOptions,
  fn: () => void,
): void {
  const outer = current;
  const suite = openSuite(name, options, outer);
  current = suite;
  try {
    const result: unknown = fn();
    if (result instanceof Promise) {
      throw new TypeError(
        `Cannot describe "${name}" with an async function: its tests would come too late`,
      );
    }
  } finally {
    current = outer;
  }
  add(suite);
}

function openSuite(
  name: string,
  options: TestOptions,
  parent: Suite | undefined,
): Suite {
  const hooks = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
  return { name, options, parent, hooks, children: [] };
}

/** Adds a hook to the group being described, or to the file. */
export function addHook(name: HookName, fn: Hook): void {
  if (!current) {
    if (isRegistered) {
      throw new Error(
        `Cannot add a top-level ${name}: a test is already registered`,
      );
    }
    // A hook outside of every group belongs to the file, so the file becomes the group.
    current = openSuite("global", {}, undefined);
    register(current);
  }
  current.hooks[name].push(fn);
}

/** Adds a test or a group to the group being described, or to the file. */
export function add(node: Suite | Case): void {
  if (isRunning) {
    throw new Error(
      `Cannot register "${node.name}": tests are already running`,
    );
  }
  if (current) current.children.push(node);
  else register(node);
}

function register(node: Suite | Case): void {
  isRegistered = true;
  const only = hasOnly(node) ? { only: true } : {};
  Deno.test({
    ...node.options,
    ...only,
    name: node.name,
    fn: (t) => {
      isRunning = true;
      return runNode(node, t, undefined);
    },
  });
}

function hasOnly(node: Suite | Case): boolean {
  return node.options.only === true ||
    ("children" in node && node.children.some(hasOnly));
}

async function runNode(
  node: Suite | Case,
  t: Deno.TestContext,
  parent: Suite | undefined,
): Promise<void> {
  if ("children" in node) return await runSuite(node, t);
  const inner = ancestorsOf(parent);
  await runThenCleanUp(
    async () => {
      for (const { hooks } of inner.toReversed()) {
        await runHooks(hooks.beforeEach);
      }
      await node.run(t);
    },
    async () => {
      for (const { hooks } of inner) await runHooks(hooks.afterEach);
    },
  );
}

async function runSuite(suite: Suite, t: Deno.TestContext): Promise<void> {
  const chosen = suite.children.filter(hasOnly);
  await runThenCleanUp(
    async () => {
      await runHooks(suite.hooks.beforeAll);
      for (const child of suite.children) {
        const { only: _, ...options } = child.options;
        const isLeftOut = chosen.length > 0 && !chosen.includes(child);
        await t.step({
          ...options,
          name: child.name,
          ignore: options.ignore === true || isLeftOut,
          fn: (step) => runNode(child, step, suite),
        });
      }
    },
    () => runHooks(suite.hooks.afterAll),
  );
}

/** A plain `finally` would let an error of the cleanup hide the one that matters. */
async function runThenCleanUp(
  run: () => Promise<void>,
  cleanUp: () => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const part of [run, cleanUp]) {
    await part().catch((error) => errors.push(error));
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    throw new AggregateError(errors, "The test and its cleanup both failed");
  }
}

/** The suite and those around it, the innermost first. */
function ancestorsOf(suite: Suite | undefined): Suite[] {
  return suite ? [suite, ...ancestorsOf(suite.parent)] : [];
}

async function runHooks(hooks: readonly Hook[]): Promise<void> {
  for (const hook of hooks) await hook();
}
