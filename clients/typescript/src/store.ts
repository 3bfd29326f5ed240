// A client's picture of its workspace, folded from frames: the same frames give the same picture, on every screen.
// It does no input or output, knows no time and asks nobody; what it lacks it wishes for.

import type {
  Answer,
  ContactId,
  ConversationId,
  Down,
  Epoch,
  ErrorBody,
  Event,
  Expected,
  Row,
  Seq,
  Snapshot,
  View,
  Welcome,
} from './frames.js';
import type { ContactValue, PresentAgent, QueueValue, ThreadValue } from './screen.js';
import { Contacts, Jobs } from './store/contacts.js';
import { Directory } from './store/directory.js';
import { Held, type Ticket } from './store/held.js';
import { Presences } from './store/presence.js';
import { Rows } from './store/rows.js';
import { Tallies } from './store/tallies.js';
import { Timelines } from './store/timelines.js';
import type { Topic } from './store/topics.js';
import { viewKey, type Window } from './store/window.js';
import type { Wish } from './store/wish.js';

export type { Ticket } from './store/held.js';
export type { Topic } from './store/topics.js';
export { viewKey } from './store/window.js';
export { type Wish, wishKey } from './store/wish.js';

/** What a screen shows of a queue that nobody opened. */
const LOADING = { name: 'loading' } as const;

/** The bounds of a store. */
export interface StoreOptions {
  /** Rows that one queue keeps. */
  readonly rowsMax?: number;
}

/** Everything a screen shows. */
export class Store {
  readonly #changes = new Set<Topic>();
  readonly #touch = (topic: Topic): void => {
    this.#changes.add(topic);
    this.#values.delete(topic);
  };
  readonly directory = new Directory(this.#touch);
  readonly tallies = new Tallies(this.#touch);
  readonly presences = new Presences(this.#touch);
  readonly jobs = new Jobs(this.#touch);
  readonly contacts = new Contacts(this.#touch);
  readonly #timelines = new Timelines(this.#touch);
  readonly #held = new Held();
  readonly #rows: Rows;
  /** Values of queues and threads as they were read last. */
  readonly #values = new Map<Topic, QueueValue | ThreadValue>();
  #epoch: Epoch | undefined;
  #seq: Seq = 0;
  #whole = false;
  /** The window that the next snapshot's rows are of. */
  #first: Window | undefined;
  #firstPage: Row[] = [];

  constructor({ rowsMax = 20_000 }: StoreOptions = {}) {
    this.#rows = new Rows(rowsMax, this.#touch);
  }

  /** Everything visible up to here is folded. */
  get seq(): Seq {
    return this.#seq;
  }

  /** Whether a snapshot was folded to its end, so that questions make sense. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Rows that are kept. */
  get rowsKept(): number {
    return this.#rows.size;
  }

  /** Timelines that are kept. */
  get timelinesKept(): number {
    return this.#timelines.ids().length;
  }

  /** What `expected` says when the author has this store on screen. */
  expected(): Expected | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, seq: this.#seq };
  }

  /** What changed since this was called last. */
  takeChanges(): Topic[] {
    const changes = [...this.#changes];
    this.#changes.clear();
    return changes;
  }

  /** Folds one frame. Replies are not folded here: their content is. */
  fold(frame: Down): void {
    switch (frame.type) {
      case 'welcome':
        return this.#welcome(frame);
      case 'snapshot':
        return this.#snapshot(frame);
      case 'event':
        return this.#event(frame);
      case 'unknown_event':
        this.#seq = Math.max(this.#seq, frame.seq);
        return undefined;
      case 'signal':
        return this.presences.fold(frame);
      case 'counters':
        return this.tallies.fold(frame);
      case 'checkpoint':
        this.#seq = Math.max(this.#seq, frame.seq);
        return undefined;
      case 'reset':
        return this.#clear();
      case 'reply':
      case 'change':
      case 'ping':
      case 'goodbye':
      case 'unknown':
        return undefined;
    }
  }

  /** Before `hello`: the snapshot's rows will be of this view. */
  begin(view: View): void {
    this.#first = this.#rows.open(view);
  }

  openQueue(view: View): void {
    if (this.#rows.windows.has(viewKey(view))) return;
    this.#touch(`queue ${this.#rows.open(view).key}`);
  }

  closeQueue(key: string): void {
    const window = this.#rows.windows.get(key);
    if (window === undefined || window === this.#first) return;
    this.#rows.close(window);
    this.#values.delete(`queue ${key}`);
  }

  /** Wants one more page of a queue; `end` when there is none. */
  extendQueue(key: string): 'more' | 'end' {
    const window = this.#rows.windows.get(key);
    if (window?.next === undefined) return 'end';
    window.extending = true;
    this.#touch(`queue ${key}`);
    return 'more';
  }

  queue(view: View): QueueValue {
    const key = viewKey(view);
    const known = this.#values.get(`queue ${key}`);
    if (known !== undefined && 'rows' in known) return known;
    const value = this.#readQueue(view, this.#rows.windows.get(key));
    this.#values.set(`queue ${key}`, value);
    return value;
  }

  /** Keeps a conversation's row. */
  pin(id: ConversationId): void {
    this.#rows.pin(id, this.#seq);
  }

  unpin(id: ConversationId): void {
    this.#rows.unpin(id);
  }

  /** A row that stands in a queue or is pinned. */
  row(id: ConversationId): Row | undefined {
    return this.#rows.get(id);
  }

  openThread(id: ConversationId): void {
    this.#timelines.open(id);
  }

  closeThread(id: ConversationId): void {
    this.#timelines.close(id);
    this.#values.delete(`thread ${id}`);
  }

  /** Wants the page before the first line of a thread; `end` when there is none. */
  extendThread(id: ConversationId): 'more' | 'end' {
    const timeline = this.#timelines.get(id);
    if (timeline?.load.name !== 'ready' || !timeline.earlier) return 'end';
    timeline.extending = true;
    this.#touch(`thread ${id}`);
    return 'more';
  }

  thread(id: ConversationId): ThreadValue {
    const known = this.#values.get(`thread ${id}`);
    if (known !== undefined && 'lines' in known) return known;
    const timeline = this.#timelines.get(id);
    const value: ThreadValue = {
      load: timeline?.load ?? LOADING,
      lines: timeline?.lines() ?? [],
      pending: timeline?.pending() ?? [],
      earlier: timeline?.earlier ?? false,
      extending: timeline?.extending ?? false,
      expected: this.expected(),
    };
    this.#values.set(`thread ${id}`, value);
    return value;
  }

  contact(id: ContactId): ContactValue {
    return this.contacts.value(id);
  }

  /** Who else is in a conversation. */
  present(id: ConversationId): readonly PresentAgent[] {
    return this.presences.within(id);
  }

  /** What is wanted now, at most `idsMax` rows in one question. */
  wishes(idsMax: number): Wish[] {
    if (!this.#whole) return [];
    const wishes: Wish[] = [];
    for (const { key, view, load, extending, next } of this.#rows.windows.values()) {
      if (load.name === 'loading') wishes.push({ kind: 'page', key, view });
      else if (extending && next !== undefined) wishes.push({ kind: 'page', key, view, after: next });
    }
    const ids = this.#rows.missing(idsMax);
    if (ids.length > 0) wishes.push({ kind: 'rows', ids });
    for (const id of this.#timelines.ids()) wishes.push(...this.#wishesOf(id));
    for (const id of this.contacts.wanted()) wishes.push({ kind: 'contact', id });
    return wishes;
  }

  /** Before a question whose answer will be folded: events are kept until it comes. It must ask for `at_least` `seq`. */
  ask(): Ticket {
    return this.#held.ask();
  }

  /** No answer will come. */
  release(ticket: Ticket): void {
    this.#held.release(ticket);
  }

  /** A wish that the server refuses. */
  refuse(wish: Wish, ticket: Ticket, error: ErrorBody): void {
    this.#held.release(ticket);
    const load = { name: 'refused', error } as const;
    if (wish.kind === 'rows') {
      this.#rows.giveUp(wish.ids);
    } else if (wish.kind === 'contact') {
      this.contacts.refused(wish.id, load);
    } else if (wish.kind === 'page') {
      const window = this.#rows.windows.get(wish.key);
      if (window === undefined) return;
      if (wish.after === undefined) window.load = load;
      else window.stop();
      this.#touch(`queue ${wish.key}`);
    } else {
      const timeline = this.#timelines.get(wish.id);
      if (timeline === undefined) return;
      if (wish.before === undefined) timeline.load = load;
      else timeline.earlier = false;
      timeline.extending = false;
      this.#touch(`thread ${wish.id}`);
    }
  }

  /** Folds the answer to missing rows. Nothing happens when it comes too late: ask again. */
  foldRows(ticket: Ticket, ids: readonly ConversationId[], answer: Answer<'conversation.rows'>): void {
    const events = this.#held.redeem(ticket, answer.seq);
    if (events === undefined) return;
    this.#rows.found(ids, answer.rows, answer.seq);
    this.#again(events);
  }

  /** Folds a page of a queue: the first one replaces what is known, the next one makes it longer. */
  foldPage(ticket: Ticket, key: string, after: string | undefined, page: Answer<'queue.page'>): void {
    const events = this.#held.redeem(ticket, page.seq);
    const window = this.#rows.windows.get(key);
    if (events === undefined || window === undefined) return;
    window.extending = false;
    this.#touch(`queue ${key}`);
    if (after === undefined) window.clear();
    else if (window.next !== after) return;
    window.load = { name: 'ready' };
    this.#rows.page(window, page.rows, page.next, page.seq);
    this.#again(events);
  }

  /** Folds a page of a timeline. */
  foldTimeline(
    ticket: Ticket,
    id: ConversationId,
    before: Seq | undefined,
    page: Answer<'conversation.timeline'>,
  ): void {
    const events = this.#held.redeem(ticket, page.seq);
    const timeline = this.#timelines.get(id);
    if (events === undefined || timeline === undefined) return;
    if (events.some((event) => event.name === 'conversation.left' && event.data.conversation_id === id))
      return;
    const own = events.filter((event) => isAbout(event, id));
    if (before === undefined) {
      timeline.begin(page);
      timeline.load = { name: 'ready' };
      for (const event of own) timeline.fold(event);
    } else {
      timeline.extend(before, page, own);
    }
    timeline.extending = false;
    this.#touch(`thread ${id}`);
  }

  #wishesOf(id: ConversationId): Wish[] {
    const timeline = this.#timelines.get(id);
    if (timeline?.load.name === 'loading') return [{ kind: 'timeline', id }];
    const before = timeline?.firstSeq();
    return timeline?.extending && before !== undefined ? [{ kind: 'timeline', id, before }] : [];
  }

  #readQueue(view: View, window: Window | undefined): QueueValue {
    if (window === undefined) return { view, load: LOADING, rows: [], whole: false, extending: false };
    const { load, extending } = window;
    const whole = load.name === 'ready' && window.bound === Number.POSITIVE_INFINITY;
    return { view, load, rows: window.rows(), whole, extending };
  }

  #again(events: readonly Event[]): void {
    for (const event of events) this.#rows.fold(event);
    this.#rows.trim();
  }

  #clear(): void {
    this.#seq = 0;
    this.#whole = false;
    this.#firstPage = [];
    this.#held.void();
    this.#rows.clear();
    this.#timelines.clear();
    this.presences.clear();
    this.tallies.clear();
    this.directory.clear();
    this.contacts.clear();
    this.jobs.clear();
  }

  #welcome(welcome: Welcome): void {
    if (welcome.resumed) {
      if (welcome.signals_kept !== true) this.presences.clear();
      return;
    }
    this.#clear();
    this.#epoch = welcome.epoch;
    this.#rows.me = welcome.agent.agent_id;
    this.directory.welcome(welcome);
  }

  #snapshot(part: Snapshot): void {
    this.directory.snapshot(part);
    for (const counters of part.counters ?? []) this.tallies.fold(counters);
    for (const signal of part.signals ?? []) this.presences.fold(signal);
    this.#firstPage.push(...(part.rows ?? []));
    if (!part.last) return;
    if (this.#first !== undefined) {
      this.#first.load = { name: 'ready' };
      this.#rows.page(this.#first, this.#firstPage, part.next, part.seq);
    }
    this.#firstPage = [];
    this.#seq = part.seq;
    this.#whole = true;
    this.#rows.trim();
  }

  #event(event: Event): void {
    if (event.seq <= this.#seq) return;
    this.#seq = event.seq;
    this.#held.keep(event);
    this.#rows.fold(event);
    this.#rows.trim();
    this.#timelines.fold(event);
    this.directory.fold(event);
    this.contacts.fold(event);
    this.jobs.fold(event);
    if (event.name === 'group.deleted') this.tallies.forget(event.data.group_id);
    if (event.name === 'conversation.left') this.presences.forget(event.data.conversation_id);
  }
}

function isAbout(event: Event, id: ConversationId): boolean {
  if ('conversation_id' in event.data) return event.data.conversation_id === id;
  return 'conversation' in event.data && event.data.conversation.conversation_id === id;
}
