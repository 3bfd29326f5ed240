// How many frames may be sent now, so that the server never has to end the connection for sending too fast.

/** The part of the burst that is left to what goes out unasked, and to frames that arrive closer together than they were sent. */
const BURST_SPARED = 0.1;
/** The part of the rate that makes up for pongs and for clocks that do not run alike. */
const RATE_SPARED = 0.02;

/** A bucket of frames that fills with time. */
export class Pace {
  readonly #perMs: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#burst = Math.max(1, burst * (1 - BURST_SPARED));
    this.#perMs = (Math.max(1, perSecond) * (1 - RATE_SPARED)) / 1_000;
    this.#left = this.#burst;
    this.#at = now;
  }

  /** Takes one frame's place: 0, or the milliseconds until there will be one. */
  take(now: number): number {
    this.#left = Math.min(this.#burst, this.#left + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return Math.ceil((1 - this.#left) / this.#perMs);
    this.#left -= 1;
    return 0;
  }
}
