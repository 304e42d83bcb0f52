/** Names that are asked of any object: by `await`, by JSON, by what every object has. */
function isAskedOfAll(name: string | symbol): boolean {
  return typeof name === "symbol" || name === "then" || name === "toJSON" || name in Object.prototype;
}

/**
 * An object whose unknown names are refused where they are read, instead of giving undefined for a strange error later. The known
 * ones are its own and cost nothing more.
 *
 * @throws whatever `refuse` throws
 */
export function knownNames<T extends object>(known: T, refuse: (name: string) => unknown): T {
  const guard = new Proxy({}, {
    get: (target, name) => isAskedOfAll(name) ? Reflect.get(target, name) : refuse(name as string), // no symbol, as asked
  });
  return Object.freeze(Object.assign(Object.create(guard), known));
}
