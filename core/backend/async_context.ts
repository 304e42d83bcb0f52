import { ConfigurationError } from "../errors.ts";

/** A value that follows asynchronous work from where it was set: what `AsyncLocalStorage` of `node:async_hooks` is. */
interface AsyncStorage<T> {
  getStore(): T | undefined;
  run<R, Args extends unknown[]>(store: T, fn: (...args: Args) => R, ...args: Args): R;
  enterWith(store: T): void;
}

interface AsyncHooks {
  readonly AsyncLocalStorage: new () => AsyncStorage<never>;
}

interface Runtime {
  readonly process?: { getBuiltinModule?(name: "node:async_hooks"): AsyncHooks };
}

let hooks: AsyncHooks | undefined;
let loading: Promise<void> | undefined;

/**
 * Loads what contexts are made of, where that has not happened yet. Who can wait calls it before the first value is set: the
 * module costs as much as half of this library, and asking for it at once makes the whole `process` of Node as well.
 */
export function loadAsyncContext(): Promise<void> | undefined {
  if (hooks !== undefined) return undefined;
  return loading ??= import("node:async_hooks").then((module) => {
    hooks = module as AsyncHooks; // the types of the runtimes differ in what surrounds this class
  });
}

function hooksNow(): AsyncHooks {
  // The global is known to Deno, Node and Bun, but not to the types of each.
  const found = (globalThis as Runtime).process?.getBuiltinModule?.("node:async_hooks");
  if (found === undefined) {
    throw new ConfigurationError(
      "This runtime is too old: it has no process.getBuiltinModule() to load node:async_hooks",
    );
  }
  return found;
}

/** A value that follows asynchronous work from where it was set. It costs nothing before it is set for the first time. */
export class AsyncContext<T> {
  #storage: AsyncStorage<T> | undefined;

  /** The value of the calling code. */
  getStore(): T | undefined {
    return this.#storage?.getStore();
  }

  /** Runs a function, and the asynchronous work that it starts, with another value. */
  run<R, Args extends unknown[]>(store: T, fn: (...args: Args) => R, ...args: Args): R {
    return this.#made().run(store, fn, ...args);
  }

  /** Sets the value for the rest of the calling scope. */
  enterWith(store: T): void {
    this.#made().enterWith(store);
  }

  #made(): AsyncStorage<T> {
    if (this.#storage !== undefined) return this.#storage;
    const { AsyncLocalStorage } = hooks ??= hooksNow();
    return this.#storage = new AsyncLocalStorage() as unknown as AsyncStorage<T>; // the class has no type of its own here
  }
}
