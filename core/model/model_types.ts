import type { Input, Output, Shape } from "../meta/shape.ts";

/** A model class, as far as types look at it. */
export type ModelClass = (abstract new (...args: never) => object) & {
  readonly shape: Shape;
};

/** A record of a model class. */
export type Instance<M> = M extends abstract new (...args: never) => infer I ? I extends object ? I : never : never;

/** The values of a model's fields, as they are read. */
export type Attributes<M> = M extends { readonly shape: infer S extends Shape } ? Output<S>
  : never;

/** The values that a new record of a model is made of. */
export type Values<M> = M extends { readonly shape: infer S extends Shape } ? Input<S>
  : never;

/** The brand by which types find relations: small, so that matching it is fast. */
export interface RelationBrand<M> {
  /** For types only: it does not exist at run time. */
  readonly _target: M;
}

/** The names of the relations of a record. */
export type RelationKeys<I> =
  & {
    [K in keyof I]-?: I[K] extends RelationBrand<unknown> ? K : never;
  }[keyof I]
  & string;

/** The model class that a relation leads to. */
export type TargetOf<R> = R extends RelationBrand<infer M> ? M : never;

/** Paths of relations, such as `"posts.author"`, to a depth of four. */
export type RelationPath<I, Depth extends readonly 0[] = []> = Depth["length"] extends 3 ? RelationKeys<I>
  : {
    [K in RelationKeys<I>]:
      | K
      | `${K}.${RelationPath<Instance<TargetOf<I[K]>>, [...Depth, 0]>}`;
  }[RelationKeys<I>];

/** The model class at the end of a path of relations. */
export type TargetAt<I, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof I ? TargetAt<Instance<TargetOf<I[K]>>, Rest> : never
  : P extends keyof I ? TargetOf<I[P]>
  : never;
