/** A function that is called for each event; a promise it returns is awaited before the next listener. */
export type Listener<E> = (event: E) => void | Promise<void>;

/** Stops delivery to one listener. Calling it again does nothing. */
export type Off = () => void;

/**
 * Typed listeners, called in the order in which they were added.
 *
 * `Events` maps an event's name to what its listeners receive.
 */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Listener<never>[]>();

  /** Adds a listener and returns the function that removes it. */
  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): Off {
    // A list is replaced, never changed in place, so that a listener may be removed while events are delivered.
    this.#listeners.set(name, [...this.#listeners.get(name) ?? [], listener]);
    let isOn = true;
    return () => {
      if (isOn) this.off(name, listener);
      isOn = false;
    };
  }

  /** Removes one registration of a listener. */
  off<K extends keyof Events>(name: K, listener: Listener<Events[K]>): void {
    const list = this.#listeners.get(name);
    if (list === undefined) return;
    const index = list.indexOf(listener);
    if (index < 0) return;
    if (list.length === 1) this.#listeners.delete(name);
    else this.#listeners.set(name, list.toSpliced(index, 1));
  }

  /** Whether anybody listens, so that building an event can be skipped. */
  has(name: keyof Events): boolean {
    return this.#listeners.has(name);
  }

  /** Whether anybody listens to anything. */
  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Calls the listeners one after the other; the first that throws ends the delivery. */
  async emit<K extends keyof Events>(name: K, event: Events[K]): Promise<void> {
    // The map's value type cannot depend on its key; `on` is the only way in and pairs them.
    for (const listener of (this.#listeners.get(name) ?? []) as Listener<Events[K]>[]) await listener(event);
  }

  /** Calls the listeners without waiting. What they throw or reject with goes to `failed`, never to the caller. */
  notify<K extends keyof Events>(name: K, event: Events[K], failed: (error: unknown) => void): void {
    for (const listener of (this.#listeners.get(name) ?? []) as Listener<Events[K]>[]) {
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }
}
