// A value that changes, as screens follow it. Whoever subscribes hears of changes once per batch, never in between.

/** A value that can be read at any time and followed. It is a store in the sense of Svelte as well. */
export interface Live<T> {
  /** As it is now. The same object until it changes. */
  readonly value: T;
  /** Calls `run` with the value at once and after every batch that changed it, until the returned function is called. */
  subscribe(run: (value: T) => void): () => void;
}
