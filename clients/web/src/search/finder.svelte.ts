// One search from the first letter to the list that stays current: each keystroke asks at once, an answer to an
// older text is dropped, and a text that rests is watched.
import { fromStore } from 'svelte/store';
import type { Building, ErrorBody, Found, Hit, MessageHit, Total, Watching } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';

/** Hits of one page, of each section. */
export const pageHits = { conversations: 20, messages: 10 };
const hitsMax = 200;
/** How long a text has to rest until its list is kept current. */
const restMs = 400;

type Part<H> = { hits: readonly H[]; next: string | undefined; total: Total | undefined };

const nothing = { hits: [], next: undefined, total: undefined };

export class Finder {
  text = $state('');
  /** The text that the list on screen answers. */
  answered = $state('');
  messages: Part<MessageHit> = $state.raw(nothing);
  problem: ErrorBody | undefined = $state.raw();
  /** Which hit Enter opens. */
  at = $state(0);
  #asked: Part<Hit> = $state.raw(nothing);
  #building: Building | undefined = $state.raw();
  #watching: Watching | undefined = $state.raw();
  #watched = $derived(this.#watching ? fromStore(this.#watching) : undefined);
  #desk: Desk;
  #run = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The conversations found, as they are now. */
  get conversations(): Part<Hit> {
    const live = this.#watched?.current;
    if (live?.load.name !== 'ready') return this.#asked;
    return {
      ...this.#asked,
      hits: [...live.hits, ...this.#asked.hits.slice(pageHits.conversations)],
      total: live.total,
    };
  }

  get building(): Building | undefined {
    return this.#watched?.current.building ?? this.#building;
  }

  /** Whether the list answers what stands in the box. */
  get isCurrent(): boolean {
    return this.answered === this.text.trim();
  }

  /** Looks for what stands in the box. */
  look(): void {
    const run = ++this.#run;
    const text = this.text.trim();
    this.at = 0;
    this.#unwatch();
    if (text === '') {
      this.#clear();
      return;
    }
    void this.#conversations(run, text);
    void this.#messages(run, text);
  }

  clear(): void {
    this.text = '';
    this.look();
  }

  async #conversations(run: number, text: string): Promise<void> {
    try {
      const found = await this.#desk.client.query(
        'search.conversations',
        {
          text,
          limit: pageHits.conversations,
          count: true,
        },
        this.#fresh(),
      );
      if (run !== this.#run) return;
      this.#asked = part(found);
      this.#building = found.building;
      this.#settle(text);
      this.#rest = setTimeout(() => this.#watch(text), restMs);
    } catch (error) {
      if (run === this.#run) this.#fail(text, Object(error).body ?? error);
    }
  }

  async #messages(run: number, text: string): Promise<void> {
    try {
      const found = await this.#desk.client.query(
        'search.messages',
        {
          text,
          limit: pageHits.messages,
          count: true,
        },
        this.#fresh(),
      );
      if (run === this.#run) this.messages = part(found);
    } catch {
      // The same text is wrong for both: the other answer says why.
      if (run === this.#run) this.messages = nothing;
    }
  }

  /** Makes a section longer by a page. */
  async more(section: 'conversations' | 'messages'): Promise<void> {
    const run = this.#run;
    const text = this.answered;
    if (section === 'conversations' && this.#asked.next) {
      const found = await this.#desk.client.query('search.conversations', {
        text,
        limit: pageHits.conversations,
        after: this.#asked.next,
      });
      if (run === this.#run) this.#asked = longer(this.#asked, found);
    }
    if (section === 'messages' && this.messages.next) {
      const found = await this.#desk.client.query('search.messages', {
        text,
        limit: pageHits.messages,
        after: this.messages.next,
      });
      if (run === this.#run) this.messages = longer(this.messages, found);
    }
  }

  /** What this agent did is found by this agent's next search. */
  #fresh(): { atLeast: number } | undefined {
    const seq = this.#desk.ownSeq;
    return seq === undefined ? undefined : { atLeast: seq };
  }

  #watch(text: string): void {
    this.#watching = this.#desk.client.watch({ text, limit: pageHits.conversations, count: true });
  }

  #unwatch(): void {
    clearTimeout(this.#rest);
    this.#watching?.close();
    this.#watching = undefined;
  }

  #settle(text: string): void {
    this.answered = text;
    this.problem = undefined;
  }

  #fail(text: string, error: ErrorBody): void {
    this.#asked = nothing;
    this.messages = nothing;
    this.answered = text;
    this.problem = error;
  }

  #clear(): void {
    this.#asked = nothing;
    this.messages = nothing;
    this.#settle('');
  }

  /** The search is not on screen any more. */
  end(): void {
    this.#run += 1;
    this.#unwatch();
  }
}

function part<H>(found: Found<H>): Part<H> {
  return { hits: found.hits, next: found.next, total: found.total };
}

function longer<H>(now: Part<H>, found: Found<H>): Part<H> {
  const hits = [...now.hits, ...found.hits].slice(0, hitsMax);
  return { hits, next: hits.length < hitsMax ? found.next : undefined, total: now.total };
}
