// One search from the first letter to the list that stays current: each keystroke asks at once, an answer to an
// older text is dropped, and a text that rests is watched. It opens nothing.
import { fromStore } from 'svelte/store';
import type { Building, Found, Hit, MessageHit, Watching, WatchValue } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { isMore, longer } from './pages.ts';
import { type Listed, Section } from './section.svelte.ts';

/** Hits of one page, of each section. */
export const pageHits = { conversations: 20, messages: 10 };
/** How long a text has to rest until its list is kept current. */
export const restMs = 400;
/** Texts of messages cannot be watched: they are asked for again after what may change them, this often at most. */
export const freshMs = 1_000;
/** What happens that may change which texts are found. */
const telling = /^(?:conversation\.(?!read)|contact\.|group\.|message\.(?:received|queued)$)/;

type Fresh = { atLeast: number };

export class Finder {
  text = $state('');
  /** Which hit Enter opens. */
  at = $state(0);
  #asked = new Section<Hit>();
  #texts = new Section<MessageHit>();
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
    const listed = this.#asked.listed(this.#wanted);
    const live = this.#live;
    if (!live) return listed;
    const { hits, total } = live;
    return { ...listed, hits, total, isMore: isMore(hits.length, this.#reach, total) };
  }

  /** The texts of messages found. */
  get messages(): Listed<MessageHit> {
    return this.#texts.listed(this.#wanted);
  }

  /** The text that the conversations on screen answer. */
  get answered(): string {
    return this.#asked.answered;
  }

  /** Once the list is kept current, its word counts: also that nothing is built any more. */
  get building(): Building | undefined {
    const live = this.#live;
    return live ? live.building : this.#building;
  }

  get #wanted(): string {
    return this.text.trim();
  }

  /** The list that is kept current, once it stands. */
  get #live(): WatchValue | undefined {
    const now = this.#watched?.current;
    return now?.load.name === 'ready' ? now : undefined;
  }

  /** Looks for what stands in the box. */
  look(): void {
    const run = ++this.#run;
    const text = this.#wanted;
    this.at = 0;
    this.#keep();
    this.#unwatch();
    this.#reach = pageHits.conversations;
    if (text === '') {
      this.#asked.clear();
      this.#texts.clear();
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
      this.#asked.put(text, found);
      this.#building = found.building;
      this.#rest = setTimeout(() => this.#watch(text), restMs);
    } catch (error) {
      if (run === this.#run) this.#asked.refuse(text, error);
    }
  }

  async #messages(run: number, text: string): Promise<void> {
    try {
      const found = await this.#askTexts(text, pageHits.messages, this.#fresh());
      if (run === this.#run) this.#texts.put(text, found);
    } catch (error) {
      if (run === this.#run) this.#texts.refuse(text, error);
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
    const pages = Math.max(1, Math.ceil(this.#texts.part.hits.length / pageHits.messages));
    const found = await this.#askTexts(text, pages * pageHits.messages, fresh).catch(() => undefined);
    if (run === this.#run && found) this.#texts.put(text, found);
  }

  /** Makes a section longer by a page; one of an older text stays as it is. */
  async more(section: 'conversations' | 'messages'): Promise<void> {
    const run = this.#run;
    const text = this.#wanted;
    if (!this[section].isCurrent) return;
    if (section === 'conversations') await this.#moreConversations(run, text);
    if (section === 'messages' && this.#texts.part.next) {
      const found = await this.#desk.client.query('search.messages', {
        text,
        limit: pageHits.messages,
        after: this.#texts.part.next,
      });
      if (run === this.#run) this.#texts.part = longer(this.#texts.part, found, (hit) => hit.message_id);
    }
  }

  /** A list that is kept current is so down to its end: nothing that stands still is put below it. */
  async #moreConversations(run: number, text: string): Promise<void> {
    const { next } = this.#asked.part;
    const found = next
      ? await this.#desk.client.query('search.conversations', {
          text,
          limit: pageHits.conversations,
          after: next,
        })
      : undefined;
    if (run !== this.#run) return;
    this.#keep();
    if (found) this.#asked.part = longer(this.#asked.part, found, hitId);
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

  /** What the list that is kept current said last stands until something newer is said. */
  #keep(): void {
    const live = this.#live;
    if (!live) return;
    this.#asked.part = { ...this.#asked.part, hits: live.hits, total: live.total };
    this.#building = live.building;
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

  /** The search is not on screen any more. */
  end(): void {
    this.#run += 1;
    this.#unwatch();
  }
}

/** What tells a hit from the others of its list. */
export function hitId(hit: Hit): string {
  return hit.conversation?.conversation_id ?? hit.contact_id ?? '';
}
