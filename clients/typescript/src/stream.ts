// Events for programs that read them one after another, at their own speed. Each reader has a bounded buffer; the
// streams say when reading has to wait, and when even that was too late.

import type { Event, UnknownEvent } from './frames.js';
import { tell } from './tell.js';

/** Events that a reader's buffer holds. */
const EVENTS_MAX = 1_024;

/** What a reader reads. */
export type Told = Event | UnknownEvent;

/** How full the fullest buffer is. */
export type Room = 'room' | 'full' | 'none';

class Stream implements AsyncIterableIterator<Told> {
  readonly #max: number;
  readonly #drained: (stream: Stream) => void;
  readonly #events: Told[] = [];
  #waiting: ((result: IteratorResult<Told>) => void) | undefined;
  #over = false;

  constructor(max: number, drained: (stream: Stream) => void) {
    this.#max = max;
    this.#drained = drained;
  }

  /** Beyond `full` it takes as much again of what was read already; then there is no room. */
  get room(): Room {
    if (this.#events.length >= this.#max * 2) return 'none';
    return this.#events.length >= this.#max ? 'full' : 'room';
  }

  get over(): boolean {
    return this.#over;
  }

  put(event: Told): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) waiting({ done: false, value: event });
    else this.#events.push(event);
  }

  end(): void {
    this.#over = true;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<Told>> {
    const event = this.#events.shift();
    if (event !== undefined) {
      this.#drained(this);
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Told>> {
    this.#events.length = 0;
    this.end();
    this.#drained(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export class Streams {
  readonly #streams = new Set<Stream>();
  readonly #handlers = new Set<(event: Told) => void>();
  readonly #roomAgain: () => void;
  #stopped = false;

  /** `roomAgain` is called when reading may go on. */
  constructor(roomAgain: () => void) {
    this.#roomAgain = roomAgain;
  }

  open(max = EVENTS_MAX): AsyncIterableIterator<Told> {
    const stream = new Stream(Math.max(1, max), (drained) => this.#drained(drained));
    this.#streams.add(stream);
    return stream;
  }

  handle(run: (event: Told) => void): () => void {
    const own = (event: Told): void => run(event);
    this.#handlers.add(own);
    return () => void this.#handlers.delete(own);
  }

  /** Whether an event can be taken now. */
  room(): Room {
    const rooms = [...this.#streams].map((stream) => stream.room);
    const worst = (['none', 'full'] as const).find((room) => rooms.includes(room)) ?? 'room';
    this.#stopped ||= worst !== 'room';
    return worst;
  }

  put(event: Told): void {
    for (const run of [...this.#handlers]) tell(run, event);
    for (const stream of this.#streams) stream.put(event);
  }

  end(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#handlers.clear();
  }

  #drained(stream: Stream): void {
    if (stream.over) this.#streams.delete(stream);
    const full = [...this.#streams].some((other) => other.room !== 'room');
    if (!this.#stopped || full) return;
    this.#stopped = false;
    this.#roomAgain();
  }
}
