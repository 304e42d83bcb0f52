/**
 * Makes a function from the text of its body; null where code cannot be made at run time, such as under a content security policy.
 * Texts are made by this library of positions and JSON literals only.
 */
export function compiled<T>(values: Readonly<Record<string, unknown>>, body: string): T | null {
  try {
    // What it gives is said by the body, which the caller has written.
    return new Function(...Object.keys(values), body)(...Object.values(values)) as T;
  } catch (error) {
    // What V8 throws where code from text is forbidden.
    if (error instanceof EvalError) return null;
    throw error;
  }
}
