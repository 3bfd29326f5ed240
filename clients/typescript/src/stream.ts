// Events for programs that read them one after another, at their own speed. Each reader has a bounded buffer. When one
// is full the connection waits, unless the application waits for an answer, which stands behind the events; what does
// not even fit then, and what cannot be had any more, is told as a gap in its place.

import type { Epoch, Event, Expected, Seq, UnknownEvent } from './frames.js';
import { tell } from './tell.js';

/** Events that a reader's buffer holds. */
const EVENTS_MAX = 1_024;

/**
 * Events after `after` up to `seq` were not told: the client could not go on where it was and began anew (`reason` is the
 * server's), or this reader was `slow` while an answer was waited for. What is folded (`queue` and the like) is whole; a
 * program that acts on events asks for what it missed.
 */
export interface Gap {
  readonly type: 'gap';
  readonly after: Seq;
  readonly seq: Seq;
  readonly reason: string;
}

/** What a reader reads. */
export type Told = Event | UnknownEvent | Gap;

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

  /** One more; where there is no room a gap that grows. */
  put(told: Told): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) return waiting({ done: false, value: told });
    const last = this.#events.at(-1);
    if (this.room !== 'none' || last === undefined) return void this.#events.push(told);
    const grows = last.type === 'gap' && last.reason === 'slow';
    if (grows) this.#events.pop();
    this.#events.push({ type: 'gap', after: grows ? last.after : last.seq, seq: told.seq, reason: 'slow' });
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
  readonly #waits: () => boolean;
  readonly #roomAgain: () => void;
  #stopped = false;
  #over = false;
  /** Up to where everything was told. */
  #told: { readonly epoch: Epoch; seq: Seq } | undefined;
  #reset = 'too_old';

  /** `waits` says whether the application waits for an answer; `roomAgain` is called when reading may go on. */
  constructor(waits: () => boolean, roomAgain: () => void) {
    this.#waits = waits;
    this.#roomAgain = roomAgain;
  }

  open(max = EVENTS_MAX): AsyncIterableIterator<Told> {
    const stream = new Stream(Math.max(1, max), (drained) => this.#drained(drained));
    if (this.#over) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  handle(run: (event: Told) => void): () => void {
    const own = (event: Told): void => run(event);
    this.#handlers.add(own);
    return () => void this.#handlers.delete(own);
  }

  /** Whether an event can be taken now. */
  room(): Room {
    if (this.#waits()) return 'room';
    const rooms = [...this.#streams].map((stream) => stream.room);
    const worst = (['none', 'full'] as const).find((room) => rooms.includes(room)) ?? 'room';
    this.#stopped ||= worst !== 'room';
    return worst;
  }

  put(told: Told): void {
    if (this.#told !== undefined) this.#told.seq = told.seq;
    for (const run of [...this.#handlers]) tell(run, told);
    for (const stream of this.#streams) stream.put(told);
  }

  /** The server will begin anew. */
  resetFor(reason: string): void {
    this.#reset = reason;
  }

  /** A snapshot is whole: what lies between it and what was told before is a gap. */
  began(now: Expected | undefined): void {
    const before = this.#told;
    this.#told = now === undefined ? undefined : { ...now };
    if (before === undefined || now === undefined) return;
    if (before.epoch === now.epoch && before.seq === now.seq) return;
    this.put({ type: 'gap', after: before.seq, seq: now.seq, reason: this.#reset });
  }

  /** The application begins to wait for an answer: what stands before it is read, whether there is room or not. */
  stir(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#roomAgain();
  }

  end(): void {
    this.#over = true;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#handlers.clear();
  }

  #drained(stream: Stream): void {
    if (stream.over) this.#streams.delete(stream);
    if ([...this.#streams].every((other) => other.room === 'room')) this.stir();
  }
}
