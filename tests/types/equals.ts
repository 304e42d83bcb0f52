/** Whether two types are exactly the same: `any` equals only itself, a union only the same union. */
export type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** The members of an intersection as one object type, so that it can be compared. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** Does nothing at run time; does not compile unless its parameter is true: `holds<Equals<A, B>>()`. */
export function holds<_T extends true>(): void {}
