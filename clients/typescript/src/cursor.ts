// A client's place in the log: the newest seq it folded and the cursor it resumes with. It decides which events
// are repeated; it never talks to anybody.

import type { Cursor, Seq } from './frames.js';

/** Where a client stands, over all its connections. */
export class Position {
  #seq: Seq = 0;
  #cursor: Cursor | undefined;
  /** From `welcome`: of use once everything up to its seq was folded. */
  #offered: { readonly cursor: Cursor; readonly seq: Seq } | undefined;
  /** Whether a snapshot was folded to its end. */
  #whole = false;

  /** What to resume from; nothing when that is not possible. */
  get cursor(): Cursor | undefined {
    return this.#cursor;
  }

  /** Nothing of what was is known any more. */
  forget(): void {
    this.#seq = 0;
    this.#cursor = undefined;
    this.#offered = undefined;
    this.#whole = false;
  }

  /** A snapshot begins that leads to `cursor`. */
  offer(cursor: Cursor, seq: Seq): void {
    this.forget();
    this.#offered = { cursor, seq };
  }

  /** The snapshot is whole. */
  snapshot(seq: Seq): void {
    this.#seq = seq;
    this.#whole = true;
    this.#takeOffer();
  }

  /** Whether an event with this seq is new. */
  advance(seq: Seq): boolean {
    if (seq <= this.#seq) return false;
    this.#seq = seq;
    this.#takeOffer();
    return true;
  }

  /** Everything visible up to `cursor` was sent; `seq` where it is known. */
  reached(cursor: Cursor, seq: Seq = 0): void {
    if (!this.#whole) return;
    this.#seq = Math.max(this.#seq, seq);
    this.#cursor = cursor;
    this.#offered = undefined;
  }

  #takeOffer(): void {
    if (this.#offered !== undefined && this.#offered.seq <= this.#seq) {
      this.#cursor = this.#offered.cursor;
      this.#offered = undefined;
    }
  }
}
