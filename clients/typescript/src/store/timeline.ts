// The loaded end of one conversation's timeline, line by line, and its planned messages. Each line and the whole
// know up to which seq they are current, so an event is never folded twice.

import type { Event, Line, Message, MessageId, Seq, TimelinePage } from '../frames.js';
import type { Load } from '../screen.js';
import { itemOf } from './facts.js';
import { changedMessage, erasedItem, messageAfter } from './message.js';

/** Lines that one timeline keeps; the oldest go first and can be asked for again. */
const LINES_MAX = 5_000;

interface Known<T> {
  as_of: Seq;
  value: T;
}

export class Timeline {
  load: Load = { name: 'loading' };
  extending = false;
  earlier = false;
  #lines: Known<Line>[] = [];
  readonly #pending = new Map<MessageId, Known<Message>>();
  #as_of: Seq = 0;

  lines(): Line[] {
    return this.#lines.map((known) => known.value);
  }

  /** By `due_at`; those without, which wait for a decision, last. */
  pending(): Message[] {
    const all = [...this.#pending.values()].map((known) => known.value);
    return all.sort(
      (a, b) => compare(a.due_at ?? '~', b.due_at ?? '~') || compare(a.message_id, b.message_id),
    );
  }

  /** The first line's seq, to ask for those before. */
  firstSeq(): Seq | undefined {
    return this.#lines[0]?.value.seq;
  }

  /** The newest page replaces everything. */
  begin(page: TimelinePage): void {
    this.#lines = page.items.map((value) => ({ as_of: page.seq, value }));
    this.#pending.clear();
    for (const message of page.pending ?? []) {
      this.#pending.set(message.message_id, { as_of: page.seq, value: message });
    }
    this.earlier = page.earlier;
    this.#as_of = page.seq;
  }

  /** Puts the page before `before` in front, brought up to date by `events`; whether it fits. */
  extend(before: Seq, page: TimelinePage, events: readonly Event[]): boolean {
    if (this.firstSeq() !== before) return false;
    const earlier = new Timeline();
    earlier.begin(page);
    for (const event of events) earlier.fold(event);
    this.#lines = [...earlier.#lines.filter((known) => known.value.seq < before), ...this.#lines];
    this.earlier = page.earlier;
    return true;
  }

  /** Folds an event of this conversation; whether that changed anything. */
  fold(event: Event): boolean {
    const changed = this.#change(event);
    return this.#plan(event) || this.#add(event) || changed;
  }

  #add(event: Event): boolean {
    const item = event.seq > this.#as_of ? itemOf(event) : undefined;
    if (item === undefined || event.seq <= (this.#lines.at(-1)?.value.seq ?? 0)) return false;
    if (item.kind === 'erased') this.#erase();
    const { seq, at, actor } = event;
    this.#lines.push({ as_of: seq, value: { seq, at, actor, item } });
    if (this.#lines.length > LINES_MAX) {
      this.#lines.splice(0, this.#lines.length - LINES_MAX);
      this.earlier = true;
    }
    return true;
  }

  #plan(event: Event): boolean {
    if (event.name === 'message.planned') {
      if (event.seq <= this.#as_of) return false;
      const { message } = event.data;
      this.#pending.set(message.message_id, { as_of: event.seq, value: message });
      return true;
    }
    if (event.name === 'message.queued') {
      if (event.seq > this.#as_of) this.#pending.delete(event.data.message.message_id);
      return false;
    }
    return false;
  }

  #change(event: Event): boolean {
    const id = changedMessage(event);
    if (id === undefined) return false;
    const planned = this.#pending.get(id);
    if (planned !== undefined) {
      if (event.seq <= planned.as_of) return false;
      if (event.name === 'message.cancelled') this.#pending.delete(id);
      else this.#pending.set(id, { as_of: event.seq, value: messageAfter(planned.value, event) });
      return true;
    }
    const at = this.#lines.findLastIndex(({ value }) => isMessage(value, id));
    const known = this.#lines[at];
    if (known === undefined || event.seq <= known.as_of || known.value.item.kind !== 'message') return false;
    const message = messageAfter(known.value.item.message, event);
    this.#lines[at] = { as_of: event.seq, value: { ...known.value, item: { kind: 'message', message } } };
    return true;
  }

  #erase(): void {
    for (const known of this.#lines) known.value = { ...known.value, item: erasedItem(known.value.item) };
    this.#pending.clear();
  }
}

function isMessage(line: Line, id: MessageId): boolean {
  return line.item.kind === 'message' && line.item.message.message_id === id;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
