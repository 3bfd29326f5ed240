// The way in: where a token comes from, and when another one is due. It keeps no token longer than it works.

import type { Token, TokenProvider } from './options.js';

/** Before the end of a token another one is asked for. */
const LEAD_MS = 60_000;
/** The longest timer that a platform keeps to. */
const TIMER_MS_MAX = 2_000_000_000;

export class Tokens {
  readonly #source: string | Token | TokenProvider | undefined;
  #given: Token | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: string | Token | TokenProvider | undefined) {
    this.#source = source;
  }

  /** Whether asking again may give another token. */
  get provided(): boolean {
    return typeof this.#source === 'function';
  }

  /** From now on this one, unless a provider gives another. */
  put(token: Token): void {
    this.#given = token;
  }

  /** A token that should work now; nothing where a cookie says who comes in. */
  async take(): Promise<Token | undefined> {
    if (typeof this.#source !== 'function') return this.#given ?? plain(this.#source);
    this.#given = plain(await this.#source());
    return this.#given;
  }

  /** The token that was given last, or another one where that has expired. */
  async current(now: number): Promise<Token | undefined> {
    const ends = this.#given?.expires_at;
    const works = this.#given !== undefined && (ends === undefined || Date.parse(ends) > now);
    return works ? this.#given : this.take();
  }

  /** Calls `run` before the current token ends, when a provider can give another one. */
  beforeEnd(now: number, run: () => void): void {
    this.stop();
    const ends = this.#given?.expires_at;
    if (ends === undefined || !this.provided) return;
    const left = Date.parse(ends) - now;
    const wait = Math.max(1_000, left - Math.min(LEAD_MS, left / 2));
    this.#timer = setTimeout(run, Math.min(wait, TIMER_MS_MAX));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function plain(token: string | Token | undefined): Token | undefined {
  return typeof token === 'string' ? { token } : token;
}
