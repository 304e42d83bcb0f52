/** What a condition gives: true, false, or NULL where it cannot be said, as of a comparison with NULL. */
export type Truth = boolean | null | undefined;

/** NULL, where a value may be NULL. */
export type Missing<V> = V & (null | undefined);

/** A value as plain rows hold it: NULL is null there, also in a column that a record reads as undefined. */
export type Selected<V> = undefined extends V ? Exclude<V, undefined> | null : V;

/** Values of which no database makes a number. */
export type NoNumber =
  | boolean
  | Date
  | Uint8Array
  | readonly unknown[]
  | Temporal.Instant
  | Temporal.PlainDate
  | Temporal.PlainTime
  | Temporal.PlainDateTime
  | Temporal.Duration;

/** What is asked of a value that is summed or calculated with; never where it cannot be a number. Decimals are text. */
export type IfNumber<V, T> = unknown extends V ? T : NonNullable<V> extends NoNumber ? never : T;

/** What is asked of a value that is looked at as text; never where it is none. */
export type IfText<V, T> = unknown extends V ? T : NonNullable<V> extends string ? T : never;

/** The fields of which there is a sum. */
export type NumberField<C> = { [K in keyof C]: IfNumber<C[K], K> }[keyof C] & string;

/** Values that are times with a date. */
export type Moment = Date | Temporal.Instant | Temporal.PlainDate | Temporal.PlainDateTime | null | undefined;
