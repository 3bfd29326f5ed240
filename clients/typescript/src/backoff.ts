// How long to wait before the next try to connect: a random time under a ceiling that doubles. It never waits itself.

const DOUBLINGS_MAX = 16;

/** Full jitter between a floor and a ceiling that doubles. */
export class Backoff {
  readonly #floorMs: number;
  readonly #ceilingMs: number;
  #failures = 0;

  constructor(floorMs = 500, ceilingMs = 10_000) {
    this.#floorMs = floorMs;
    this.#ceilingMs = Math.max(ceilingMs, floorMs);
  }

  /** The pause before the next try; `chance` is anything from 0 up to 1. */
  pause(chance: number): number {
    this.#failures = Math.min(this.#failures + 1, DOUBLINGS_MAX);
    const ceiling = Math.min(this.#floorMs * 2 ** this.#failures, this.#ceilingMs);
    return Math.round(this.#floorMs + (ceiling - this.#floorMs) * chance);
  }

  /** A connection stands: the next pause is short again. */
  reset(): void {
    this.#failures = 0;
  }
}
