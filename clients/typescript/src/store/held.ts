// Events kept while an answer is on its way, so that an answer older than the store can be brought up to date.
// They are kept only as long as something is asked, and never more than a bound.

import type { Event, Seq } from '../frames.js';

/** Events that may be kept; an answer that would need more is asked for again. */
const EVENTS_MAX = 8_192;

/** Something that was asked, to be shown with its answer. */
export type Ticket = number;

export class Held {
  #events: Event[] = [];
  /** How many were ever kept before the first of `#events`. */
  #dropped = 0;
  /** Per ticket, how many were ever kept when it was given out. */
  readonly #asked = new Map<Ticket, number>();
  #tickets = 0;

  ask(): Ticket {
    this.#tickets += 1;
    this.#asked.set(this.#tickets, this.#dropped + this.#events.length);
    return this.#tickets;
  }

  keep(event: Event): void {
    if (this.#asked.size === 0) return;
    if (this.#events.length === EVENTS_MAX) {
      this.#events.shift();
      this.#dropped += 1;
    }
    this.#events.push(event);
  }

  /** The kept events after `seq`; nothing when the ticket is not good any more. */
  redeem(ticket: Ticket, seq: Seq): readonly Event[] | undefined {
    const from = this.#asked.get(ticket);
    if (from === undefined) return undefined;
    this.#asked.delete(ticket);
    const events = from >= this.#dropped ? this.#events.filter((event) => event.seq > seq) : undefined;
    this.#letGo();
    return events;
  }

  release(ticket: Ticket): void {
    this.#asked.delete(ticket);
    this.#letGo();
  }

  /** Everything asked before is void; numbers go on, so that an old ticket is never taken for a new one. */
  void(): void {
    this.#asked.clear();
    this.#letGo();
  }

  #letGo(): void {
    const needed = Math.min(...this.#asked.values(), this.#dropped + this.#events.length);
    const gone = needed - this.#dropped;
    if (gone > 0) {
      this.#events = this.#events.slice(gone);
      this.#dropped = needed;
    }
  }
}
