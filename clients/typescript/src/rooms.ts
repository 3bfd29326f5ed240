// The handles on queues and timelines: a value to follow, and a way to ask for more of it.

import type { View } from './frames.js';
import type { Live } from './live.js';
import type { Queue, QueueValue, Thread, ThreadValue } from './screen.js';

interface Extended {
  readonly extending: boolean;
}

/** Wants one more page and waits until it is there; `end` when there is none. */
async function extended<T extends Extended>(
  part: Live<T>,
  wish: () => Promise<'more' | 'end'>,
): Promise<'more' | 'end'> {
  if ((await wish()) === 'end') return 'end';
  await new Promise<void>((resolve) => {
    let stop: (() => void) | undefined;
    let settled = false;
    stop = part.subscribe((value) => {
      if (value.extending || settled) return;
      settled = true;
      resolve();
      queueMicrotask(() => stop?.());
    });
  });
  return 'more';
}

export class QueueHandle implements Queue {
  readonly view: View;
  readonly #part: Live<QueueValue>;
  readonly #wish: () => Promise<'more' | 'end'>;

  constructor(view: View, part: Live<QueueValue>, wish: () => Promise<'more' | 'end'>) {
    this.view = view;
    this.#part = part;
    this.#wish = wish;
  }

  get value(): QueueValue {
    return this.#part.value;
  }

  subscribe(run: (value: QueueValue) => void): () => void {
    return this.#part.subscribe(run);
  }

  more(): Promise<'more' | 'end'> {
    return extended(this.#part, this.#wish);
  }
}

export class ThreadHandle implements Thread {
  readonly #part: Live<ThreadValue>;
  readonly #wish: () => Promise<'more' | 'end'>;

  constructor(part: Live<ThreadValue>, wish: () => Promise<'more' | 'end'>) {
    this.#part = part;
    this.#wish = wish;
  }

  get value(): ThreadValue {
    return this.#part.value;
  }

  subscribe(run: (value: ThreadValue) => void): () => void {
    return this.#part.subscribe(run);
  }

  more(): Promise<'more' | 'end'> {
    return extended(this.#part, this.#wish);
  }
}
