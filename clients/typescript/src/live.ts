// A value that changes, as screens follow it. Whoever subscribes hears of changes once per batch, never in between.

import { tell } from './tell.js';

/** A value that can be read at any time and followed. It is a store in the sense of Svelte as well. */
export interface Live<T> {
  /** As it is now. The same object until it changes. */
  readonly value: T;
  /** Calls `run` with the value at once and after every batch that changed it, until the returned function is called. */
  subscribe(run: (value: T) => void): () => void;
}

/** A value of its own that somebody sets. Subscribers hear at once. */
export class Cell<T> implements Live<T> {
  #value: T;
  readonly #subscribers = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  get followed(): boolean {
    return this.#subscribers.size > 0;
  }

  set(value: T): void {
    this.#value = value;
    for (const run of [...this.#subscribers]) tell(run, value);
  }

  subscribe(run: (value: T) => void): () => void {
    const own = (value: T): void => run(value);
    this.#subscribers.add(own);
    run(this.#value);
    return () => void this.#subscribers.delete(own);
  }
}
