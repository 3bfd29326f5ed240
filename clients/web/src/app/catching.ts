// Tells what happens now from what is made up for after a lost line: the one is told as it comes, the other
// together once it is over. It reads no event and shows nothing.
import type { State } from './client.ts';

/** Quiet for so long after the line is back, everything missed has come. */
export const quietMs = 1_000;
/** On a desk that is never quiet, it counts as made up for after this. */
export const catchUpMsMax = 10_000;

/** Kept until they are told; more are not told. */
export const missedMax = 1_000;

export class CatchingUp<T> {
  readonly #tell: (happened: readonly T[]) => void;
  #missed: T[] | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (happened: readonly T[]) => void) {
    this.#tell = tell;
  }

  /** Where the connection is. */
  state({ name }: State): void {
    if (name === 'offline' || name === 'resuming') {
      this.#stop();
      this.#missed ??= [];
    }
    if (name !== 'live' || this.#missed === undefined) return;
    this.#wait();
    this.#end = setTimeout(() => this.#over(), catchUpMsMax);
  }

  happened(what: T): void {
    if (this.#missed === undefined) this.#tell([what]);
    else if (this.#missed.length < missedMax) this.#missed.push(what);
    if (this.#end !== undefined) this.#wait();
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#stop();
    this.#missed = undefined;
  }

  #wait(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#over(), quietMs);
  }

  #over(): void {
    const missed = this.#missed ?? [];
    this.stop();
    if (missed.length > 0) this.#tell(missed);
  }

  #stop(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#end);
    this.#end = undefined;
  }
}
