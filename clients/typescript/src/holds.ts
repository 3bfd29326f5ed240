// How many follow each thing, and which things are kept a little longer though nobody does: going back to a
// conversation costs no question then. The one left first gives way.

export class Holds {
  readonly #counts = new Map<string, number>();
  /** Those that nobody follows, the one left first in front. */
  readonly #idle = new Map<string, () => void>();
  readonly #idleMax: number;

  constructor(idleMax: number) {
    this.#idleMax = idleMax;
  }

  /** One more follows; `open` is called when nothing is there yet. */
  take(key: string, open: () => void): void {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    if (count === 0 && !this.#idle.delete(key)) open();
  }

  /** One fewer follows; `drop` is called once the thing gives way. */
  leave(key: string, drop: () => void): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) {
      this.#counts.set(key, count - 1);
      return;
    }
    this.#counts.delete(key);
    this.#idle.set(key, drop);
    while (this.#idle.size > this.#idleMax) {
      const [first, dropFirst] = this.#idle.entries().next().value as [string, () => void];
      this.#idle.delete(first);
      dropFirst();
    }
  }
}
