/**
 * Anything that types a field: a zod schema or one of our columns. Only this much of zod is known to the types, which keeps
 * zod out of the graph and the type check fast.
 */
export interface Field<Output = unknown, Input = unknown> {
  /** Where zod keeps its types; our own columns declare the same. */
  readonly _zod: { readonly output: Output; readonly input: Input };
}

/** A zod schema, as far as this library looks at it. */
export interface ZodSchema<Output = unknown, Input = unknown> extends Field<Output, Input> {}

/** The fields of a model by name. */
export type Shape = Readonly<Record<string, Field>>;

/** Values of a record as they are read. */
export type Output<S extends Shape> = {
  -readonly [K in keyof S]: S[K]["_zod"]["output"];
};

/** The fields that a new record may leave out. */
export type OptionalKeys<S extends Shape> = {
  [K in keyof S]: S[K] extends { readonly optionalInput: true } ? K
    : undefined extends S[K]["_zod"]["input"] ? K
    : never;
}[keyof S];

/** Values that a new record is made of: what has a default, is generated or may be undefined can be left out. */
export type Input<S extends Shape> =
  & { [K in Exclude<keyof S, OptionalKeys<S>>]: S[K]["_zod"]["input"] }
  & { [K in OptionalKeys<S>]?: S[K]["_zod"]["input"] | undefined };
