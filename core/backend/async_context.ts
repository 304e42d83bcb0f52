import { ConfigurationError } from "../errors.ts";

/** A value that follows asynchronous work from where it was set: what `AsyncLocalStorage` of `node:async_hooks` is. */
export interface AsyncContext<T> {
  /** The value of the calling code. */
  getStore(): T | undefined;
  /** Runs a function, and the asynchronous work that it starts, with another value. */
  run<R, Args extends unknown[]>(store: T, fn: (...args: Args) => R, ...args: Args): R;
  /** Sets the value for the rest of the calling scope. */
  enterWith(store: T): void;
}

interface Runtime {
  readonly process?: {
    getBuiltinModule?(name: "node:async_hooks"): { readonly AsyncLocalStorage: new () => AsyncContext<never> };
  };
}

/**
 * Makes an asynchronous context. Its module is loaded here and not by an import: it costs a fifth of the start-up of this
 * library, which programs that open no database should not pay.
 */
export function asyncContext<T>(): AsyncContext<T> {
  // The global is known to Deno, Node and Bun, but not to the types of each.
  const hooks = (globalThis as Runtime).process?.getBuiltinModule?.("node:async_hooks");
  if (hooks === undefined) {
    throw new ConfigurationError(
      "This runtime is too old: it has no process.getBuiltinModule() to load node:async_hooks",
    );
  }
  return new hooks.AsyncLocalStorage() as unknown as AsyncContext<T>; // the class has no type of its own here
}
