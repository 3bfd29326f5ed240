// One search from the first letter to the list that stays current: each keystroke asks at once, an answer to an
// older text is dropped, and a text that rests is watched.
import { fromStore } from 'svelte/store';
import type { Building, ErrorBody, Found, Hit, MessageHit, Total, Watching } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { isMore, longer, type Part, part } from './pages.ts';

/** Hits of one page, of each section. */
export const pageHits = { conversations: 20, messages: 10 };
/** How long a text has to rest until its list is kept current. */
export const restMs = 400;
/** Texts of messages cannot be watched: they are asked for again after what may change them, this often at most. */
export const freshMs = 1_000;
/** What happens that may change which texts are found. */
const telling = /^(?:conversation\.(?!read)|contact\.|group\.|message\.(?:received|queued)$)/;

const nothing = { hits: [], next: undefined, total: undefined };

type Fresh = { atLeast: number };

/** A section as it stands on screen. */
export type Listed<H> = { hits: readonly H[]; total: Total | undefined; isMore: boolean };

export class Finder {
  text = $state('');
  /** The text that the list on screen answers. */
  answered = $state('');
  problem: ErrorBody | undefined = $state.raw();
  /** Which hit Enter opens. */
  at = $state(0);
  #asked: Part<Hit> = $state.raw(nothing);
  #texts: Part<MessageHit> = $state.raw(nothing);
  #building: Building | undefined = $state.raw();
  #watching: Watching | undefined = $state.raw();
  #watched = $derived(this.#watching ? fromStore(this.#watching) : undefined);
  /** How many hits the list that is kept current has at most. */
  #reach = pageHits.conversations;
  #desk: Desk;
  #run = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => void) | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The conversations found, as they are now. */
  get conversations(): Listed<Hit> {
    const live = this.#watched?.current;
    if (live?.load.name !== 'ready') return listed(this.#asked);
    const { hits, total } = live;
    return { hits, total, isMore: isMore(hits.length, this.#reach, total) };
  }

  /** The texts of messages found. */
  get messages(): Listed<MessageHit> {
    return listed(this.#texts);
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
    this.#reach = pageHits.conversations;
    if (text === '') {
      this.#clear();
      return;
    }
    this.#listen(run, text);
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
      const found = await this.#askTexts(text, pageHits.messages, this.#fresh());
      if (run === this.#run) this.#texts = part(found);
    } catch {
      // The same text is wrong for both: the other answer says why.
      if (run === this.#run) this.#texts = nothing;
    }
  }

  #askTexts(text: string, limit: number, fresh: Fresh | undefined): Promise<Found<MessageHit>> {
    return this.#desk.client.query('search.messages', { text, limit, count: true }, fresh);
  }

  /** From the first question on: what happens before its answer may not be in it. */
  #listen(run: number, text: string): void {
    let atLeast = 0;
    this.#unlisten = this.#desk.client.onEvent((event) => {
      if (event.type !== 'gap' && !telling.test(event.name)) return;
      atLeast = event.seq;
      this.#again ??= setTimeout(() => {
        this.#again = undefined;
        void this.#renewTexts(run, text, { atLeast });
      }, freshMs);
    });
  }

  /** Asks for as many as are shown. What does not come leaves the list as it is. */
  async #renewTexts(run: number, text: string, fresh: Fresh): Promise<void> {
    const pages = Math.max(1, Math.ceil(this.#texts.hits.length / pageHits.messages));
    const found = await this.#askTexts(text, pages * pageHits.messages, fresh).catch(() => undefined);
    if (run === this.#run && found) this.#texts = part(found);
  }

  /** Makes a section longer by a page. */
  async more(section: 'conversations' | 'messages'): Promise<void> {
    const run = this.#run;
    const text = this.answered;
    if (section === 'conversations') await this.#moreConversations(run, text);
    if (section === 'messages' && this.#texts.next) {
      const found = await this.#desk.client.query('search.messages', {
        text,
        limit: pageHits.messages,
        after: this.#texts.next,
      });
      if (run === this.#run) this.#texts = longer(this.#texts, found, (hit) => hit.message_id);
    }
  }

  /** A list that is kept current is so down to its end: nothing that stands still is put below it. */
  async #moreConversations(run: number, text: string): Promise<void> {
    const shown = { ...this.#asked, hits: this.conversations.hits };
    const found = shown.next
      ? await this.#desk.client.query('search.conversations', {
          text,
          limit: pageHits.conversations,
          after: shown.next,
        })
      : undefined;
    if (run !== this.#run) return;
    this.#asked = found ? longer(shown, found, hitId) : shown;
    this.#reach += pageHits.conversations;
    this.#watch(text);
  }

  /** What this agent did is found by this agent's next search. */
  #fresh(): Fresh | undefined {
    const seq = this.#desk.ownSeq;
    return seq === undefined ? undefined : { atLeast: seq };
  }

  #watch(text: string): void {
    this.#watching?.close();
    this.#watching = this.#desk.client.watch({ text, limit: this.#reach, count: true });
  }

  #unwatch(): void {
    clearTimeout(this.#rest);
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#watching?.close();
    this.#watching = undefined;
  }

  #settle(text: string): void {
    this.answered = text;
    this.problem = undefined;
  }

  #fail(text: string, error: ErrorBody): void {
    this.#asked = nothing;
    this.#texts = nothing;
    this.answered = text;
    this.problem = error;
  }

  #clear(): void {
    this.#asked = nothing;
    this.#texts = nothing;
    this.#settle('');
  }

  /** The search is not on screen any more. */
  end(): void {
    this.#run += 1;
    this.#unwatch();
  }
}

function listed<H>(of: Part<H>): Listed<H> {
  return { hits: of.hits, total: of.total, isMore: of.next !== undefined };
}

/** What tells a hit from the others of its list. */
export function hitId(hit: Hit): string {
  return hit.conversation?.conversation_id ?? hit.contact_id ?? '';
}
