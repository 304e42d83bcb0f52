import { stripVTControlCharacters } from "node:util";
import { type Class, kindOf, refuse, show } from "./failure.ts";

/** Fails unless the function throws, and gives what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless the function throws an error of that class whose message contains the text, and gives the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    if (typeof classOrMsg === "function") {
      checkError(error, classOrMsg, msgIncludes, msg);
    }
    return error;
  }
  return refuse(
    "Expected function to throw",
    typeof classOrMsg === "string" ? classOrMsg : msg,
  );
}

/** Fails unless the promise of the function rejects, and gives what it rejected with. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Fails unless the promise rejects with an error of that class whose message contains the text, and gives the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const note = typeof classOrMsg === "string" ? classOrMsg : msg;
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    return refuse("Function throws when expected to reject", note);
  }
  if (typeof promise?.then !== "function") {
    refuse("Function returns no promise", note);
  }
  try {
    await promise;
  } catch (error) {
    if (typeof classOrMsg === "function") {
      checkError(error, classOrMsg, msgIncludes, msg);
    }
    return error;
  }
  return refuse("Expected function to reject", note);
}

function checkError(
  error: unknown,
  type: Class<Error>,
  text?: string,
  note?: string,
): void {
  if (!(error instanceof Error)) {
    refuse(`A non-Error object was thrown: ${show(error)}`, note);
  }
  const { message } = error;
  if (!(error instanceof type)) {
    refuse(
      `Expected error to be instance of "${type.name}", but was ${kindOf(error)} ${show(message)}`,
      note,
      { cause: error },
    );
  }
  if (text && !stripVTControlCharacters(message).includes(text)) {
    refuse(
      `Expected error message to include ${show(text)}, but got ${show(message)}`,
      note,
      { cause: error },
    );
  }
}
