// Searches that stay open: each is asked for once on every connection, its changes are folded while it stands there, and
// it ends when it is closed. Loaded with the first one.

import { Ended } from './errors.js';
import { hitId } from './frames/search.js';
import type { Answer, Change, ErrorBody, Hit, HitId, SearchConversations, Up } from './frames.js';
import type { Cell } from './live.js';
import type { Ask } from './send.js';
import type { WatchValue } from './watching.js';

/** Until a search that stood before a reconnect, and cannot be opened just now, is asked for again. */
const AGAIN_MS = 1_000;

/** The list that `change` speaks of: what left or moves is taken away, then what came or moved is put in its place. */
export function foldChange(hits: readonly Hit[], change: Change, limit: number): Hit[] {
  const gone = new Set<HitId | undefined>(change.removed);
  for (const placed of change.moved) gone.add(hitId(placed.hit));
  const list = hits.filter((hit) => !gone.has(hitId(hit)));
  const placed = [...change.added, ...change.moved].sort((a, b) => a.at - b.at);
  for (const { at, hit } of placed) list.splice(at, 0, hit);
  return list.slice(0, limit);
}

/** The part of a client that asks. */
export interface WatchAsker {
  nextId(): number;
  push(ask: Ask): void;
  drop(id: number): void;
  /** Sends without waiting for an answer; dropped when there is no connection. */
  tell(frame: Up): void;
  /** The hits of a page without `limit`. */
  pageRows(): number;
}

interface Open {
  readonly id: number;
  readonly params: SearchConversations;
  readonly cell: Cell<WatchValue>;
  /** Whether changes are folded: its reply came on this connection. */
  stands: boolean;
}

export class OpenSearches {
  readonly #asker: WatchAsker;
  readonly #open = new Map<number, Open>();

  constructor(asker: WatchAsker) {
    this.#asker = asker;
  }

  /** Asks for a search whose list `cell` is to hold; the answer closes it. */
  open(params: SearchConversations, cell: Cell<WatchValue>): () => void {
    const id = this.#asker.nextId();
    const open: Open = { id, params, cell, stands: false };
    this.#open.set(id, open);
    this.#ask(open);
    return () => this.#close(id);
  }

  /** Folds a change; one of a search that does not stand on this connection is dropped. */
  fold(change: Change): void {
    const open = this.#open.get(change.id);
    if (open === undefined || !open.stands) return;
    const { hits } = open.cell.value;
    const limit = open.params.limit ?? this.#asker.pageRows();
    open.cell.set({
      load: { name: 'ready' },
      hits: foldChange(hits, change, limit),
      total: change.total,
      building: change.building,
      seq: change.seq,
    });
  }

  /** The connection was lost: what stood there is asked for again. */
  lost(): void {
    for (const open of this.#open.values()) {
      if (!open.stands) continue;
      open.stands = false;
      this.#ask(open);
    }
  }

  #ask(open: Open): void {
    const { id, params } = open;
    this.#asker.push({
      to: id,
      frame: { type: 'watch', id, name: 'search.conversations', params },
      done: (ok) => this.#begin(open, ok as unknown as Answer<'search.conversations'>),
      refused: (error) => this.#refused(open, error),
      ended: (code, reason) => this.#fail(open, ended(code, reason)),
    });
  }

  #begin(open: Open, answer: Answer<'search.conversations'>): void {
    if (!this.#open.has(open.id)) return;
    open.stands = true;
    const limit = open.params.limit ?? this.#asker.pageRows();
    const { hits, total, building, seq } = answer;
    open.cell.set({ load: { name: 'ready' }, hits: hits.slice(0, limit), total, building, seq });
  }

  #refused(open: Open, error: ErrorBody): void {
    const stood = open.cell.value.load.name === 'ready';
    if (!stood || !error.temporary) return this.#fail(open, error);
    setTimeout(() => {
      if (this.#open.has(open.id)) this.#ask(open);
    }, AGAIN_MS);
  }

  #fail(open: Open, error: ErrorBody): void {
    if (this.#open.delete(open.id)) open.cell.set({ ...open.cell.value, load: { name: 'refused', error } });
  }

  #close(id: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#asker.drop(id);
    // A watch whose reply is still due stands at the server as well.
    this.#asker.tell({ type: 'unwatch', id });
  }
}

function ended(code: number, reason: string): ErrorBody {
  return { code: 'unavailable', message: new Ended(code, reason).message, temporary: false };
}
