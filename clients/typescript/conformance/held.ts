// One client of the runner by name, with what its application has read, follows and watches.

import {
  Client,
  type CommandId,
  type ConversationId,
  type Done,
  MemoryOutbox,
  type Queue,
  type Socket,
  type Thread,
  type Told,
  type View,
  type Watching,
} from '@parloir/client';
import { WebSocket } from 'ws';
import { FileOutbox } from './file_outbox.js';
import { Wrong } from './wrong.js';

/** Events that are kept until `events` takes them. */
const EVENTS_MAX = 20_000;
const LOOK_MS = 5;

export interface ConnectRequest {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly codec: 'msgpack' | 'json';
  readonly view?: View;
  readonly rows?: number;
  readonly outbox?: string;
  readonly slow?: boolean;
}

type SocketClass = new (url: string, protocols: string[]) => Socket;

export class Held {
  readonly client: Client;
  readonly queue: Queue;
  readonly threads = new Map<ConversationId, Thread>();
  readonly watches: Watching[] = [];
  readonly outcomes = new Map<CommandId, Promise<Done>>();
  #events: Told[] = [];
  #readOn: () => void = () => undefined;

  constructor(asked: ConnectRequest) {
    const { tokens } = asked;
    let next = 0;
    const token = (): string => tokens[Math.min(next++, tokens.length - 1)] ?? '';
    const view = asked.view ?? { status: 'open', order: 'activity' };
    this.client = Client.connect({
      url: asked.url,
      token,
      codec: asked.codec,
      view,
      client: 'conformance-typescript/0.1.0',
      backoff: { floorMs: 50, ceilingMs: 500 },
      WebSocket: WebSocket as unknown as SocketClass,
      outbox: asked.outbox === undefined ? new MemoryOutbox() : new FileOutbox(asked.outbox),
      ...(asked.rows === undefined ? {} : { rowsMax: asked.rows }),
    });
    this.queue = this.client.queue(view);
    this.queue.subscribe(() => undefined);
    const begun = asked.slow === true ? new Promise<void>((go) => (this.#readOn = go)) : undefined;
    void this.#read(this.client.events(), begun);
  }

  /** The application reads its stream again. */
  readOn(): void {
    this.#readOn();
  }

  takeEvents(): Told[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  thread(id: ConversationId): Thread {
    const known = this.threads.get(id);
    if (known !== undefined) return known;
    const thread = this.client.thread(id);
    thread.subscribe(() => undefined);
    this.threads.set(id, thread);
    return thread;
  }

  watching(number: number): Watching {
    const watching = this.watches[number - 1];
    if (watching === undefined) throw new Wrong('no_watch', `no watch has the number ${number}`);
    return watching;
  }

  async #read(events: AsyncIterable<Told>, begun: Promise<void> | undefined): Promise<void> {
    await begun;
    for await (const event of events) {
      if (this.#events.length < EVENTS_MAX) this.#events.push(event);
    }
  }
}

/** Waits until `look` gives something. */
export async function until<T>(look: () => T | undefined, ms: number, what: () => string): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Wrong('timeout', `not in ${ms} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
