// The rows that are known, in the order of every window, and those that are missing. It folds what events say
// of conversations and contacts; it never asks for anything itself.

import type {
  AgentId,
  Contact,
  ContactId,
  ContactRef,
  ConversationId,
  Event,
  EventOf,
  Header,
  Row,
  Seq,
  View,
} from '../frames.js';
import { headerOf, lastLine } from './facts.js';
import type { Touch } from './topics.js';
import { viewKey, WHOLE, Window } from './window.js';

interface Known {
  row: Row;
  /** Contact and consent hold everything up to here. */
  as_of: Seq;
}

export class Rows {
  me: AgentId | undefined;
  readonly windows = new Map<string, Window>();
  readonly #known = new Map<ConversationId, Known>();
  readonly #pinned = new Set<ConversationId>();
  /** What to ask for, and since when: an answer from before then says nothing of it. */
  readonly #missing = new Map<ConversationId, Seq>();
  readonly #rowsMax: number;
  readonly #touch: Touch;

  constructor(rowsMax: number, touch: Touch) {
    this.#rowsMax = rowsMax;
    this.#touch = touch;
  }

  get(id: ConversationId): Row | undefined {
    return this.#known.get(id)?.row;
  }

  get size(): number {
    return this.#known.size;
  }

  missing(idsMax: number): ConversationId[] {
    return [...this.#missing.keys()].slice(0, idsMax);
  }

  /** Everything is unknown; windows and pins stay, to be filled again. */
  clear(): void {
    for (const id of this.#known.keys()) this.#touch(`row ${id}`);
    this.#known.clear();
    this.#missing.clear();
    for (const id of this.#pinned) this.#miss(id, 0);
    for (const window of this.windows.values()) {
      window.clear();
      this.#touch(`queue ${window.key}`);
    }
  }

  open(view: View): Window {
    const key = viewKey(view);
    const known = this.windows.get(key);
    if (known !== undefined) return known;
    const window = new Window(view);
    this.windows.set(key, window);
    return window;
  }

  close(window: Window): void {
    this.windows.delete(window.key);
    for (const id of window.ids()) this.#settle(id);
  }

  /** Keeps a row though it is in no window. */
  pin(id: ConversationId, seq: Seq): void {
    this.#pinned.add(id);
    if (!this.#known.has(id)) this.#miss(id, seq);
  }

  /** What is missing stays so: a queue may want it as well. */
  unpin(id: ConversationId): void {
    this.#pinned.delete(id);
    this.#settle(id);
  }

  /** Puts a row as it stood at `as_of`, unless it is known as of later. */
  put(row: Row, as_of: Seq): void {
    const id = row.conversation.conversation_id;
    const known = this.#known.get(id);
    if (known !== undefined && known.as_of > as_of) return;
    this.#known.set(id, { row, as_of });
    this.#changed(id);
  }

  /** A page of a window: the window then ends where `rows` end. */
  page(window: Window, rows: readonly Row[], next: string | undefined, as_of: Seq): void {
    window.bound = WHOLE;
    for (const row of rows) this.put(row, as_of);
    const beyond = window.reach(rows, next);
    this.#standFrom(this.#pinned, window);
    for (const other of this.windows.values()) {
      if (other !== window) this.#standFrom(other.ids(), window);
    }
    for (const id of beyond) this.#letGo(id);
    this.#touch(`queue ${window.key}`);
  }

  /** The answer to what was missing holds everything up to `as_of`. */
  found(ids: readonly ConversationId[], rows: readonly Row[], as_of: Seq): void {
    this.giveUp(ids.filter((id) => (this.#missing.get(id) ?? 0) <= as_of));
    for (const row of rows) {
      this.#missing.delete(row.conversation.conversation_id);
      this.put(row, as_of);
    }
  }

  giveUp(ids: readonly ConversationId[]): void {
    for (const id of ids) this.#missing.delete(id);
  }

  fold(event: Event): void {
    switch (event.name) {
      case 'conversation.started':
        return this.#started(event);
      case 'conversation.entered':
        return this.#entered(event.seq, event.data.row);
      case 'conversation.left':
        return this.#left(event.seq, event.data.conversation_id);
      case 'consent.changed':
        return this.#consentChanged(event);
      case 'contact.saved':
        return this.#link(event.seq, event.data.contact, undefined);
      case 'contact.merged':
        return this.#link(event.seq, event.data.survivor, event.data.merged);
      case 'contact.erased':
        return this.#link(event.seq, undefined, event.data.contact_id);
      default:
        return this.#happened(event);
    }
  }

  /** No window keeps more than its bound. */
  trim(): void {
    for (const window of this.windows.values()) {
      if (window.size <= this.#rowsMax) continue;
      for (const id of window.trim(this.#rowsMax)) this.#letGo(id);
      this.#touch(`queue ${window.key}`);
    }
  }

  #started(event: EventOf<'conversation.started'>): void {
    const { conversation, channel_id, address, profile_name } = event.data;
    const id = conversation.conversation_id;
    if (this.#known.has(id) || !this.#wanted(conversation)) return;
    const named = profile_name === undefined ? {} : { profile_name };
    const row: Row = { seq: event.seq, conversation, channel_id, address, ...named, opted_out: false };
    // Only an answer from here on knows its contact, also where somebody has asked for it before it was there.
    this.#missing.set(id, event.seq);
    this.put(row, event.seq);
  }

  #entered(seq: Seq, row: Row): void {
    const id = row.conversation.conversation_id;
    const known = this.get(id);
    if (known !== undefined && known.seq >= row.seq) return;
    this.#missing.delete(id);
    this.put(row, seq);
  }

  #consentChanged(event: EventOf<'consent.changed'>): void {
    const known = this.#known.get(event.data.conversation_id);
    if (known === undefined || event.seq <= known.as_of) return;
    known.row = { ...known.row, opted_out: event.data.consent === 'opted_out' };
    this.#changed(event.data.conversation_id);
  }

  /** Rows whose address stands in `card` are of that contact; its rows and those of `gone` that do not are of nobody. */
  #link(seq: Seq, contact: Contact | undefined, gone: ContactId | undefined): void {
    const addresses = new Set((contact?.card?.addresses ?? []).map(addressKey));
    for (const [id, known] of this.#known) {
      if (seq <= known.as_of) continue;
      const held = known.row.contact?.contact_id;
      const owned = known.row.address !== null && addresses.has(addressKey(known.row.address));
      const wasTheirs = held !== undefined && (held === gone || held === contact?.contact_id);
      if (!owned && !wasTheirs) continue;
      const owner = owned && contact !== undefined ? reference(contact) : undefined;
      known.row = withContact(known.row, owner);
      this.#changed(id);
    }
  }

  #happened(event: Event): void {
    const header = headerOf(event);
    if (header === undefined) return;
    const id = header.conversation_id;
    const known = this.#known.get(id);
    if (known === undefined) {
      if (this.#wanted(header)) this.#miss(id, event.seq);
      else this.#missing.delete(id);
    } else if (event.seq > known.row.seq) {
      known.row = afterwards({ ...known.row, seq: event.seq, conversation: header }, event);
      this.#changed(id);
    }
  }

  #miss(id: ConversationId, since: Seq): void {
    if (!this.#missing.has(id)) this.#missing.set(id, since);
  }

  #wanted(header: Header): boolean {
    if (this.#pinned.has(header.conversation_id)) return true;
    for (const window of this.windows.values()) {
      if (window.mayHold(header, this.me) !== undefined) return true;
    }
    return false;
  }

  /** What was seen or asked for later is not gone: answers that come late replay events from before it. */
  #left(seq: Seq, id: ConversationId): void {
    if ((this.#missing.get(id) ?? seq) < seq) this.#missing.delete(id);
    if ((this.#known.get(id)?.as_of ?? seq) < seq) this.#remove(id);
  }

  #remove(id: ConversationId): void {
    this.#known.delete(id);
    this.#touch(`row ${id}`);
    for (const window of this.windows.values()) {
      if (window.leave(id)) this.#touch(`queue ${window.key}`);
    }
  }

  #changed(id: ConversationId): void {
    this.#touch(`row ${id}`);
    this.#settle(id);
  }

  /** A row's place in every window after a change; a row that is in none and not pinned goes. */
  #settle(id: ConversationId): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    for (const window of this.windows.values()) {
      if (this.#stand(window, id, known.row)) this.#touch(`queue ${window.key}`);
    }
    this.#letGo(id);
  }

  /** What is known for other reasons stands in a window too that reaches it now. */
  #standFrom(ids: Iterable<ConversationId>, window: Window): void {
    for (const id of ids) {
      const row = this.get(id);
      if (row !== undefined) this.#stand(window, id, row);
    }
  }

  /** Puts a row where a window has it now, or takes it away; whether that changed anything. */
  #stand(window: Window, id: ConversationId, row: Row): boolean {
    const place = window.holds(row, this.me);
    return place === undefined ? window.leave(id) : window.stand(id, place, row);
  }

  #letGo(id: ConversationId): void {
    if (this.#pinned.has(id)) return;
    for (const window of this.windows.values()) {
      if (window.has(id)) return;
    }
    this.#known.delete(id);
    this.#missing.delete(id);
  }
}

function addressKey(address: { kind: string; value: string }): string {
  return `${address.kind} ${address.value}`;
}

function reference(contact: Contact): ContactRef {
  return { contact_id: contact.contact_id, name: contact.card?.name ?? '', seq: contact.seq };
}

function withContact(row: Row, contact: ContactRef | undefined): Row {
  const { contact: _before, ...rest } = row;
  return contact === undefined ? rest : { ...rest, contact };
}

/** What an event changes in a row beside its header. */
function afterwards(row: Row, event: Event): Row {
  switch (event.name) {
    case 'message.received':
    case 'message.queued':
      // A sign at another message moves nothing; what it was may have been erased.
      if (event.data.conversation.activity_seq !== event.seq) return row;
      return { ...row, last: lastLine(event, event.data.message) };
    case 'conversation.named':
      return called(row, event.data.profile_name);
    case 'conversation.erased':
      return erased(row);
    default:
      return row;
  }
}

/** Null once erased, which a row says by having none. */
function called(row: Row, name: string | null): Row {
  const { profile_name: _before, ...rest } = row;
  return name === null ? rest : { ...rest, profile_name: name };
}

function erased(row: Row): Row {
  const { contact: _contact, profile_name: _name, last, ...rest } = row;
  return { ...rest, address: null, ...(last === undefined ? {} : { last: { ...last, text: null } }) };
}
