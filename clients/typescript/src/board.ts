// Who follows what in the store. It tells them once per batch, when the value that they read is another one.

import type { Live } from './live.js';
import type { Store, Topic } from './store.js';
import { tell } from './tell.js';

/** Calls `run` once, soon. */
export type Schedule = (run: () => void) => void;

/** Until subscribers of a page that is not painted are told. */
const HIDDEN_MS = 50;

/** Before the next paint; where nothing is painted, soon. */
export const perFrame: Schedule = (run) => {
  const painted = typeof requestAnimationFrame === 'function' && globalThis.document?.hidden === false;
  if (painted) requestAnimationFrame(run);
  else setTimeout(run, HIDDEN_MS);
};

export class Board {
  readonly #store: Store;
  readonly #schedule: Schedule;
  readonly #followers = new Map<Topic, Set<() => void>>();
  readonly #touched = new Set<Topic>();
  #scheduled = false;

  constructor(store: Store, schedule: Schedule) {
    this.#store = store;
    this.#schedule = schedule;
  }

  /** Takes note of what changed in the store. */
  look(): void {
    for (const topic of this.#store.takeChanges()) {
      if (this.#followers.has(topic)) this.#touched.add(topic);
    }
    if (this.#touched.size === 0 || this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.#tell());
  }

  follow(topic: Topic, run: () => void): () => void {
    const followers = this.#followers.get(topic) ?? new Set();
    this.#followers.set(topic, followers);
    followers.add(run);
    return () => {
      followers.delete(run);
      if (followers.size === 0 && this.#followers.get(topic) === followers) this.#followers.delete(topic);
    };
  }

  #tell(): void {
    this.#scheduled = false;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const topic of touched) {
      for (const run of [...(this.#followers.get(topic) ?? [])]) tell(run, undefined);
    }
  }
}

/** What is done when the first one begins to follow, and when the last one stops. */
export interface Hold {
  readonly take: () => void;
  readonly leave: () => void;
}

const NO_HOLD: Hold = { take: () => undefined, leave: () => undefined };

/** A part of the store as a value. */
export class Part<T> implements Live<T> {
  readonly #board: Board;
  readonly #topic: Topic;
  readonly #read: () => T;
  readonly #hold: Hold;

  constructor(board: Board, topic: Topic, read: () => T, hold: Hold = NO_HOLD) {
    this.#board = board;
    this.#topic = topic;
    this.#read = read;
    this.#hold = hold;
  }

  get value(): T {
    return this.#read();
  }

  subscribe(run: (value: T) => void): () => void {
    this.#hold.take();
    let last = this.#read();
    run(last);
    const stop = this.#board.follow(this.#topic, () => {
      const value = this.#read();
      if (value === last) return;
      last = value;
      run(value);
    });
    let following = true;
    return () => {
      if (!following) return;
      following = false;
      stop();
      this.#hold.leave();
    };
  }
}
