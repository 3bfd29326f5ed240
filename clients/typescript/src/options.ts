// How a client is set up, and what holds where nothing is said.

import type { Time, View } from './frames.js';
import type { OutboxStore } from './outbox.js';

/** A way in. With `expires_at` the client asks for another one before that. */
export interface Token {
  readonly token: string;
  readonly expires_at?: Time;
}

/** Gives a token whenever one is needed: at every connection, and before the last one expires. */
export type TokenProvider = () => string | Token | Promise<string | Token>;

/** The part of a WebSocket that is used. */
export interface Socket {
  binaryType: string;
  readonly protocol: string;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** How a client is set up. */
export interface Options {
  /** The server: `https://desk.example`, or the page's own origin. */
  readonly url: string;
  /** A token, or what gives one. Absent where a cookie says who comes in. */
  readonly token?: string | Token | TokenProvider;
  /** Name and version of the program, for the operator. */
  readonly client?: string;
  /** MessagePack unless JSON is asked for. */
  readonly codec?: 'msgpack' | 'json';
  /** Whose first page comes with the snapshot: the queue that is shown first. */
  readonly view?: View;
  /** Where unanswered commands are kept; memory without. */
  readonly outbox?: OutboxStore;
  /** Where the platform has none. */
  readonly WebSocket?: new (
    url: string,
    protocols: string[],
  ) => Socket;
  /** Pauses between tries: from `floorMs` to a ceiling that doubles up to `ceilingMs`. */
  readonly backoff?: { readonly floorMs?: number; readonly ceilingMs?: number };
  /** Rows that one queue keeps. */
  readonly rowsMax?: number;
  /** Queues and timelines that are kept though nobody subscribes. */
  readonly idleMax?: number;
  /** `frame` tells subscribers once per animation frame, `microtask` sooner. */
  readonly batch?: 'microtask' | 'frame';
}
