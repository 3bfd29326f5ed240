// The questions that fill the store: what it wishes for is asked, one of a kind at a time, and the answer folded.

import type { Answer, ErrorBody, QueryName, Up } from './frames.js';
import type { Ask } from './send.js';
import { type Store, type Ticket, type Wish, wishKey } from './store.js';

/** Questions of the client itself that wait at once. */
const FILLING_MAX = 16;

/** The part of a client that asks. */
export interface Asker {
  /** A number for a question. */
  nextId(): number;
  push(ask: Ask): void;
  drop(id: number): void;
  /** Something was folded. */
  changed(): void;
}

export class Filling {
  readonly #store: Store;
  readonly #asker: Asker;
  readonly #asked = new Map<string, number>();

  constructor(store: Store, asker: Asker) {
    this.#store = store;
    this.#asker = asker;
  }

  /** Asks for what the store lacks and is not asked for yet. */
  fill(idsMax: number): void {
    for (const wish of this.#store.wishes(idsMax)) {
      if (this.#asked.size >= FILLING_MAX) return;
      if (!this.#asked.has(wishKey(wish))) this.#ask(wish);
    }
  }

  /** The store was emptied: what was asked for it is void. */
  forget(): void {
    for (const id of this.#asked.values()) this.#asker.drop(id);
    this.#asked.clear();
  }

  #ask(wish: Wish): void {
    const [id, key] = [this.#asker.nextId(), wishKey(wish)];
    const ticket = this.#store.ask();
    this.#asked.set(key, id);
    const settled = (fold: () => void): void => {
      if (this.#asked.get(key) !== id) return this.#store.release(ticket);
      this.#asked.delete(key);
      fold();
      this.#asker.changed();
    };
    this.#asker.push({
      to: id,
      frame: { type: 'query', id, at_least: this.#store.seq, ...question(wish) } as Up,
      done: (ok) => settled(() => this.#fold(wish, ticket, ok)),
      refused: (error: ErrorBody) => settled(() => this.#store.refuse(wish, ticket, error)),
      ended: () => this.#store.release(ticket),
    });
  }

  #fold(wish: Wish, ticket: Ticket, ok: unknown): void {
    switch (wish.kind) {
      case 'page':
        return this.#store.foldPage(ticket, wish.key, wish.after, ok as Answer<'queue.page'>);
      case 'rows':
        return this.#store.foldRows(ticket, wish.ids, ok as Answer<'conversation.rows'>);
      case 'timeline':
        return this.#store.foldTimeline(ticket, wish.id, wish.before, ok as Answer<'conversation.timeline'>);
      case 'contact':
        this.#store.release(ticket);
        return this.#store.contacts.put((ok as Answer<'contact.get'>).contact);
    }
  }
}

function question(wish: Wish): { readonly name: QueryName; readonly params: unknown } {
  switch (wish.kind) {
    case 'page': {
      const { view, after } = wish;
      return { name: 'queue.page', params: after === undefined ? { view } : { view, after } };
    }
    case 'rows':
      return { name: 'conversation.rows', params: { ids: wish.ids } };
    case 'timeline': {
      const { id, before } = wish;
      const earlier = before === undefined ? {} : { before };
      return { name: 'conversation.timeline', params: { conversation_id: id, ...earlier } };
    }
    case 'contact':
      return { name: 'contact.get', params: { contact_id: wish.id } };
  }
}
