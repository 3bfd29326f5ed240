// What waits for an answer: commands, questions, open searches. Everything is sent again after a reconnect, with
// the same id, until it is answered or nobody waits any more. It owns the order and the bounds, not the socket.

import type { ErrorBody, Reply, Up } from './frames.js';

/** Asks that may wait at once; one more is refused. */
export const ASKS_MAX = 4_096;
/** Until something that the server could not take now is sent again, where it names no time. */
const AGAIN_MS = 1_000;
/** Refusals after which the same thing is sent again. */
const REPEATED: readonly string[] = ['busy', 'read_only', 'unavailable'];

/** Something to be answered. */
export interface Ask {
  /** The command's id, or the number of a question. */
  readonly to: string | number;
  readonly frame: Up;
  /** An accepting reply. */
  readonly done: (ok: Readonly<Record<string, unknown>>) => void;
  /** A refusal that repeating does not help, the server's or this client's. */
  readonly refused: (error: ErrorBody) => void;
  /** The connection is over. */
  readonly ended: (code: number, reason: string) => void;
}

/** What became of trying to send a frame: sent, wait so long, there is nobody to send it to, or no server takes it. */
export type Sent =
  | { readonly name: 'sent' }
  | { readonly name: 'wait'; readonly ms: number }
  | { readonly name: 'away' }
  | { readonly name: 'refused'; readonly error: ErrorBody };

type Turn = 'waiting' | 'sent' | { readonly at: number };

/** All asks, in the order in which they were made. */
export class Asks {
  readonly #asks = new Map<string | number, { turn: Turn; readonly ask: Ask }>();
  readonly #send: (frame: Up) => Sent;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over: readonly [code: number, reason: string] | undefined;
  inFlightMax = 64;

  constructor(send: (frame: Up) => Sent, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  get size(): number {
    return this.#asks.size;
  }

  push(ask: Ask): void {
    if (this.#over !== undefined) return ask.ended(...this.#over);
    this.#asks.set(ask.to, { turn: 'waiting', ask });
    this.pump();
  }

  /** Nobody waits for it any more. */
  drop(to: string | number): void {
    this.#asks.delete(to);
  }

  /** The connection was lost: what was not answered is sent again. */
  lost(): void {
    for (const entry of this.#asks.values()) entry.turn = 'waiting';
    clearTimeout(this.#timer);
  }

  /** Sends what may be sent now, and comes back for what may not. */
  pump(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    let [inFlight, next] = [this.#inFlight(), Number.POSITIVE_INFINITY];
    const refused: (() => void)[] = [];
    for (const entry of this.#asks.values()) {
      if (entry.turn === 'sent') continue;
      if (entry.turn !== 'waiting' && entry.turn.at > now) {
        next = Math.min(next, entry.turn.at - now);
        continue;
      }
      if (inFlight >= this.inFlightMax) break;
      const sent = this.#send(entry.ask.frame);
      if (sent.name === 'away') return;
      if (sent.name === 'wait') {
        next = sent.ms;
        break;
      }
      if (sent.name === 'refused') {
        this.#asks.delete(entry.ask.to);
        refused.push(() => entry.ask.refused(sent.error));
        continue;
      }
      entry.turn = 'sent';
      inFlight += 1;
    }
    if (next !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.pump(), next);
    for (const tell of refused) tell();
  }

  /** Ends the ask that `reply` answers, or puts it off. */
  answered(reply: Reply): void {
    const to = reply.command_id ?? reply.id;
    const entry = to === undefined ? undefined : this.#asks.get(to);
    if (to === undefined || entry === undefined) return;
    const pause = reply.error === undefined ? undefined : pauseAfter(reply.error);
    if (pause !== undefined) {
      entry.turn = { at: this.#now() + pause };
      return this.pump();
    }
    this.#asks.delete(to);
    if (reply.error !== undefined) entry.ask.refused(reply.error);
    else entry.ask.done(reply.ok ?? {});
    this.pump();
  }

  /** No answer will come any more. */
  end(code: number, reason: string): void {
    this.#over = [code, reason];
    clearTimeout(this.#timer);
    const all = [...this.#asks.values()];
    this.#asks.clear();
    for (const { ask } of all) ask.ended(code, reason);
  }

  #inFlight(): number {
    let count = 0;
    for (const { turn } of this.#asks.values()) if (turn === 'sent') count += 1;
    return count;
  }
}

function pauseAfter(error: ErrorBody): number | undefined {
  if (!error.temporary) return undefined;
  return error.retry_after_ms ?? (REPEATED.includes(error.code) ? AGAIN_MS : undefined);
}
