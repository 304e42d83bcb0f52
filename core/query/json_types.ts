/** Values that are objects in TypeScript but no objects in JSON. */
export type NotJSON = Date | Uint8Array | ((...args: never) => unknown);

/** The steps that a value inside JSON allows: keys of an object, positions of an array. */
export type JSONKey<V> = V extends null | undefined | NotJSON ? never
  : V extends readonly unknown[] ? number
  : V extends object ? keyof V & (string | number)
  : unknown extends V ? string | number
  : never;

/** NULL stands for what is missing. */
export type JSONRead<T> = undefined extends T ? Exclude<T, undefined> | null : T;

/** The value behind one step; null where what is before may be missing, or an array shorter. */
export type JSONAt<V, K> = V extends null | undefined ? null
  : V extends NotJSON ? never
  : V extends readonly (infer E)[] ? JSONRead<E> | null
  : V extends object ? K extends keyof V ? JSONRead<V[K]> : never
  : unknown extends V ? unknown
  : never;

/** What a value inside JSON can hold: a text its parts, an array its elements, an object some of its keys. */
export type Containable<V> = unknown extends V ? unknown
  : V extends null | undefined | NotJSON ? never
  : V extends string ? string
  : V extends readonly (infer E)[] ? E | readonly E[]
  : V extends object ? { readonly [K in keyof V]?: V[K] }
  : V;
