/**
 * Stand-ins for `jsr:@std/testing/bdd`: groups and hooks over `Deno.test` and its steps, with the same
 * names and meaning, so that the tests also run where only the npm registry can be reached.
 *
 * A top-level `describe` or `it` is one `Deno.test`; everything inside a `describe` is a step of it.
 *
 * @module
 */

import { add, addGroup, addHook, type Hook, type TestBody, type TestOptions } from "./suite.ts";

export type { Hook, TestBody, TestOptions } from "./suite.ts";

/** A test or a group as one object. */
export interface Definition<F> extends TestOptions {
  name: string;
  fn: F;
}

/** The ways to call `it` and `describe`. */
export type Args<F> =
  | [name: string, fn: F]
  | [name: string, options: TestOptions, fn: F]
  | [definition: Definition<F>];

/** `it` or `describe` with its variants. */
export interface Register<F> {
  (...args: Args<F>): void;
  /** Runs only this one. */
  only(...args: Args<F>): void;
  /** Reports this one as ignored. */
  ignore(...args: Args<F>): void;
  /** Reports this one as ignored. */
  skip(...args: Args<F>): void;
}

/** Groups the tests and hooks that its function registers. */
export const describe: Register<() => void> = withVariants(
  ({ name, fn, ...options }) => addGroup(name, options, fn),
);

/** Registers a test. */
export const it: Register<TestBody> = withVariants(
  ({ name, fn, ...options }) => add({ name, options, run: fn }),
);

/** The same as {@linkcode it}. */
export const test: Register<TestBody> = it;

/** Runs once before the tests of the group. */
export function beforeAll(fn: Hook): void {
  addHook("beforeAll", fn);
}

/** Runs once after the tests of the group, also when one failed. */
export function afterAll(fn: Hook): void {
  addHook("afterAll", fn);
}

/** Runs before each test of the group and of those inside it. */
export function beforeEach(fn: Hook): void {
  addHook("beforeEach", fn);
}

/** Runs after each test of the group and of those inside it, also when it failed. */
export function afterEach(fn: Hook): void {
  addHook("afterEach", fn);
}

function withVariants<F>(
  register: (definition: Definition<F>) => void,
): Register<F> {
  const variant = (preset: TestOptions) => (...args: Args<F>): void => register({ ...definitionOf(args), ...preset });
  return Object.assign(variant({}), {
    only: variant({ only: true }),
    ignore: variant({ ignore: true }),
    skip: variant({ ignore: true }),
  });
}

function definitionOf<F>(args: Args<F>): Definition<F> {
  if (args.length === 1) return args[0];
  if (args.length === 2) return { name: args[0], fn: args[1] };
  return { ...args[1], name: args[0], fn: args[2] };
}
