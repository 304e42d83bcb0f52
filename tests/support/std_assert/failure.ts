import { inspect } from "node:util";

/** Any class, as the assertions about errors and instances take it. */
export type Class<T> = abstract new (...args: never[]) => T;

/** What every failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws the {@linkcode AssertionError}. */
export function refuse(
  message: string,
  note?: string,
  options?: ErrorOptions,
): never {
  throw new AssertionError(note ? `${message}: ${note}` : message, options);
}

/** The class of an object, else the value itself. */
export function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null ? `"${value.constructor?.name ?? "Object"}"` : show(value);
}

/** The value as it is shown in messages. */
export function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: 100 });
}
