import type { Shape } from "../meta/shape.ts";

/** Fields, with what they do, to be added to a model by `define()`. */
export interface Mixin<S extends Shape> {
  /** Name for messages. */
  readonly name: string;
  /** The fields that it adds. */
  readonly shape: S;
}

/** The fields of several mixins together. */
export type MixinShape<X extends readonly Mixin<Shape>[]> = X extends
  readonly [Mixin<infer S>, ...infer Rest extends readonly Mixin<Shape>[]] ? S & MixinShape<Rest>
  : unknown;
