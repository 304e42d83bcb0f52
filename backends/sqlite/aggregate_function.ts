/** An aggregate that SQLite feeds row by row. */
export interface AggregateFunction<State = unknown> {
  /** The state before the first row. */
  readonly start: () => State;
  /** The state after one more row. */
  readonly step: (state: State, ...args: unknown[]) => State;
  /** What the state amounts to. */
  readonly result: (state: State) => string | null;
}
