// The socket and its return: it connects, resumes, waits and comes back until it is told to stop. It knows the
// place in the log and the rate, and nothing of what frames mean to a screen.

import type { Backoff } from './backoff.js';
import { ABNORMAL, closeCode, reconnects, UNREADABLE } from './closes.js';
import { Position } from './cursor.js';
import { ownRefusal } from './errors.js';
import { type Codec, FrameError, frameBytes, readDown, subprotocol, writeFrame } from './frames/codec.js';
import {
  DEFAULT_LIMITS,
  type Down,
  type ErrorBody,
  type Goodbye,
  type Limits,
  type Up,
  type View,
  type Welcome,
} from './frames.js';
import { Cell } from './live.js';
import type { Socket } from './options.js';
import { Pace } from './pace.js';
import type { Sent } from './send.js';
import type { State } from './state.js';
import type { Tokens } from './token.js';

/** From the first packet to `welcome`. */
const CONNECT_MS = 10_000;
/** Until it is looked again whether a slow application has room. */
const SLOW_MS = 1_000;
const NORMAL = 1000;
const NO_STATUS = 1005;
const REFUSED_TOKEN: readonly number[] = [4501, 4504];

/** What a connection is made of. */
export interface Parts {
  readonly url: string;
  readonly client: string;
  readonly codec: Codec;
  readonly tokens: Tokens;
  readonly backoff: Backoff;
  readonly WebSocket: new (url: string, protocols: string[]) => Socket;
  /** Whose first page the next snapshot is to bring. */
  readonly view: () => View;
  /** A frame to be folded, in order; repeated events are left out. */
  readonly frame: (frame: Down) => void;
  /** Whether the application has room for another event. */
  readonly room: () => 'room' | 'full' | 'none';
  readonly lost: () => void;
  readonly ended: (code: number, reason: string) => void;
}

/** A frame to be sent, or why it cannot be. */
type Written =
  | { readonly data: ReturnType<typeof writeFrame>; readonly error?: undefined }
  | { readonly data?: undefined; readonly error: ErrorBody };

export class Connection {
  readonly state = new Cell<State>({ name: 'connecting' });
  readonly #parts: Parts;
  readonly #position = new Position();
  limits: Limits = DEFAULT_LIMITS;
  #socket: Socket | undefined;
  #welcomed = false;
  #goodbye: Goodbye | undefined;
  #pace = new Pace(1, 1, 0);
  #seen = 0;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** Whether another token was tried since the last welcome. */
  #renewed = false;
  /** Which try this is: what an earlier one brings is void. */
  #turn = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether frames can be sent. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  get over(): boolean {
    return this.state.value.name === 'closed';
  }

  /** Connects now, instead of after the pause. */
  open(): void {
    const { name } = this.state.value;
    if (name === 'closed' || this.#socket !== undefined) return;
    clearTimeout(this.#again);
    if (this.#parts.room() !== 'room') {
      this.#again = setTimeout(() => this.open(), SLOW_MS);
      return;
    }
    this.#turn += 1;
    this.state.set({ name: this.#position.cursor === undefined ? 'connecting' : 'resuming' });
    void this.#begin(this.#turn);
  }

  /** Ends it for good. */
  close(): void {
    if (this.over) return;
    this.#drop(NORMAL);
    this.#end(NORMAL, 'the client left');
  }

  /** Drops the socket, as a broken network would; the connection comes back by itself. */
  cut(reason: string): void {
    if (this.#socket === undefined) return;
    this.#drop(NORMAL);
    this.#lost(ABNORMAL, reason);
  }

  /** Stops and begins to read, where the platform can. */
  pause(reading: 'stop' | 'go'): void {
    const socket = this.#socket as (Socket & { pause?: () => void; resume?: () => void }) | undefined;
    if (reading === 'stop') socket?.pause?.();
    else socket?.resume?.();
    this.#seen = Date.now();
  }

  /** Sends a frame within the rate. What would end the connection is not sent. */
  send(frame: Up): Sent {
    if (!this.#welcomed || this.#socket === undefined) return { name: 'away' };
    const { data, error } = this.written(frame);
    if (error !== undefined) return { name: 'refused', error };
    const ms = this.#pace.take(Date.now());
    if (ms > 0) return { name: 'wait', ms };
    this.#socket.send(data);
    return { name: 'sent' };
  }

  /** A frame as it is sent; or why it cannot be: it is no document, or longer than the server takes. */
  written(frame: Up): Written {
    try {
      if (!isWhole(frame)) throw new TypeError('a text ends within a character');
      const data = writeFrame(this.#parts.codec, frame);
      const [actual, max] = [frameBytes(data), this.limits.frame_bytes_max];
      if (actual <= max) return { data };
      return { error: ownRefusal('frame_too_large', `${actual} bytes, ${max} at most`, { actual, max }) };
    } catch (error) {
      return { error: ownRefusal('invalid_params', `it cannot be written: ${String(error)}`) };
    }
  }

  async #begin(turn: number): Promise<void> {
    this.#watch(turn, CONNECT_MS, 'connecting took too long');
    try {
      const token = await this.#parts.tokens.take();
      if (turn === this.#turn && !this.over) this.#connect(turn, token?.token);
    } catch (error) {
      if (turn === this.#turn) this.#lost(ABNORMAL, `there is no token or no socket: ${String(error)}`);
    }
  }

  #connect(turn: number, token: string | undefined): void {
    const { WebSocket, url, codec } = this.#parts;
    const socket = new WebSocket(url, [subprotocol(codec)]);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    const mine = (): boolean => turn === this.#turn && this.#socket === socket;
    socket.onopen = (): void => {
      if (mine()) this.#hello(token);
    };
    socket.onmessage = (event: { data: string | ArrayBuffer }): void => {
      if (mine()) this.#message(turn, event.data);
    };
    socket.onclose = (event: { code: number; reason: string }): void => {
      if (mine()) this.#lost(event.code, event.reason);
    };
    // `close` follows and says as much.
    socket.onerror = (): void => undefined;
  }

  #hello(token: string | undefined): void {
    const { cursor } = this.#position;
    this.#write({
      type: 'hello',
      ...(token === undefined ? {} : { token }),
      client: this.#parts.client,
      ...(cursor === undefined ? {} : { resume: { cursor } }),
      view: this.#parts.view(),
    });
  }

  #write(frame: Up): void {
    this.#socket?.send(writeFrame(this.#parts.codec, frame));
  }

  #message(turn: number, data: string | ArrayBuffer): void {
    this.#seen = Date.now();
    let frame: Down;
    try {
      frame = readDown(this.#parts.codec, data);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#drop(NORMAL);
      return this.#lost(UNREADABLE, `a frame cannot be read: ${error.message}`);
    }
    const happened = frame.type === 'event' || frame.type === 'unknown_event';
    if (happened && this.#parts.room() === 'none') return this.cut('the application is slow');
    if (!this.#note(turn, frame)) return;
    this.#parts.frame(frame);
    const whole = frame.type === 'welcome' ? frame.resumed : frame.type === 'snapshot' && frame.last;
    if (whole) this.state.set({ name: 'live' });
  }

  /** What a frame means to the connection; whether it is to be folded. */
  #note(turn: number, frame: Down): boolean {
    switch (frame.type) {
      case 'welcome':
        this.#welcome(turn, frame);
        return true;
      case 'snapshot':
        if (frame.last) this.#position.snapshot(frame.seq);
        return true;
      case 'event':
      case 'unknown_event':
        return this.#position.advance(frame.seq);
      case 'checkpoint':
        this.#position.reached(frame.cursor, frame.seq);
        return true;
      case 'ping':
        this.#position.reached(frame.cursor);
        this.#write({ type: 'pong' });
        return false;
      case 'reset':
        this.#position.forget();
        return true;
      case 'goodbye':
        this.#goodbye = frame;
        return false;
      case 'reply':
      case 'change':
      case 'signal':
      case 'counters':
        return true;
      case 'unknown':
        return false;
    }
  }

  #welcome(turn: number, welcome: Welcome): void {
    this.#welcomed = true;
    this.#renewed = false;
    this.limits = { ...DEFAULT_LIMITS, ...welcome.limits };
    const { frames_per_second, frames_burst, heartbeat_ms, pong_timeout_ms } = this.limits;
    this.#pace = new Pace(frames_per_second, frames_burst, Date.now());
    this.#parts.backoff.reset();
    if (!welcome.resumed) this.#position.offer(welcome.cursor, welcome.seq);
    this.#watch(turn, heartbeat_ms + pong_timeout_ms, 'the server is silent');
  }

  /** Leaves a server that says nothing for `ms`. */
  #watch(turn: number, ms: number, reason: string): void {
    clearTimeout(this.#watchdog);
    this.#seen = Date.now();
    const look = (): void => {
      if (turn !== this.#turn) return;
      const left = this.#seen + ms - Date.now();
      if (left > 0) {
        this.#watchdog = setTimeout(look, left);
        return;
      }
      this.#drop(NORMAL);
      this.#lost(ABNORMAL, reason);
    };
    this.#watchdog = setTimeout(look, ms);
  }

  /** Lets go of the socket without waiting for its end. */
  #drop(code: number): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#turn += 1;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }

  #lost(code: number, reason: string): void {
    const named = this.#named(code);
    const why = this.#goodbye?.reason ?? (reason === '' ? 'the connection was lost' : reason);
    const after = this.#goodbye?.retry_after_ms ?? 0;
    this.#socket = undefined;
    this.#turn += 1;
    this.#welcomed = false;
    this.#goodbye = undefined;
    clearTimeout(this.#watchdog);
    this.#parts.tokens.stop();
    const renews = REFUSED_TOKEN.includes(named) && this.#parts.tokens.provided && !this.#renewed;
    if (!renews && !reconnects(named)) return this.#end(named, why);
    if (renews) this.#renewed = true;
    this.#parts.lost();
    const pause = Math.max(after, this.#parts.backoff.pause(Math.random()));
    this.state.set({ name: 'offline', reason: why, retryMs: pause });
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.open(), pause);
  }

  /** A connection that broke right after `goodbye` ended for the reason given there. */
  #named(code: number): number {
    const plain = code === NORMAL || code === NO_STATUS ? ABNORMAL : code;
    const said = this.#goodbye === undefined ? undefined : closeCode(this.#goodbye.code);
    return plain === ABNORMAL ? (said ?? ABNORMAL) : plain;
  }

  #end(code: number, reason: string): void {
    clearTimeout(this.#again);
    clearTimeout(this.#watchdog);
    this.#parts.tokens.stop();
    this.#welcomed = false;
    this.state.set({ name: 'closed', code, reason });
    this.#parts.ended(code, reason);
  }
}

/** Whether every text in it is one: for half of a surrogate pair, which is no UTF-8, a server ends the connection. */
function isWhole(value: unknown): boolean {
  if (typeof value === 'string') return !/\p{Cs}/u.test(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isWhole);
}
