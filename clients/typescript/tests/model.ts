// A workspace as simple as possible: it does random things, remembers how it stood after each, and answers what a
// server would. It shares nothing with the store that it is compared with.

import type {
  Address,
  AgentId,
  ChannelId,
  Contact,
  ContactId,
  ConversationId,
  Event,
  EventName,
  Events,
  GroupId,
  Header,
  Item,
  Line,
  Message,
  QueuePage,
  Row,
  Seq,
  TimelinePage,
  View,
} from '../src/index.js';

/** Chance from a tape of numbers, which a failing run is made shorter by. */
export class Dice {
  readonly #tape: readonly number[];
  #at = 0;

  constructor(tape: readonly number[]) {
    this.#tape = tape;
  }

  roll(below: number): number {
    const drawn = this.#tape[this.#at % this.#tape.length] ?? 0;
    const lap = Math.floor(this.#at / this.#tape.length);
    this.#at += 1;
    return (drawn + lap * 7) % below;
  }
}

const TIME = '2026-11-03T09:15:02.123Z';
const LATER = '2026-11-10T09:15:02.123Z';
const CONVERSATIONS = 9;
const CONTACTS = 4;

const id = <Prefix extends string>(prefix: Prefix, n: number): `${Prefix}_${string}` =>
  `${prefix}_0192f0c4-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const group = (n: number): GroupId => id('grp', n);
export const agent = (n: number): AgentId => id('agt', n);
export const channel = (n: number): ChannelId => id('chn', n);
export const conversation = (n: number): ConversationId => id('cnv', n);
const address = (n: number): Address => ({ kind: 'e164', value: `+336000000${String(n).padStart(2, '0')}` });

type Fact = { [Name in EventName]: { readonly name: Name; readonly data: Events[Name] } }[EventName];
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One event, as everybody sees it and as an agent limited to group 0 does. */
export interface Told {
  readonly all: Event;
  readonly limited: Event | undefined;
}

/** How everything stands after `seq`. */
export class World {
  seq: Seq = 0;
  readonly #rows = new Map<ConversationId, Row>();
  readonly #lines = new Map<ConversationId, Line[]>();
  readonly #pending = new Map<ConversationId, Message[]>();
  readonly #contacts = new Map<ContactId, Contact>();

  /** The same world, to go on from. */
  copy(): World {
    const world = new World();
    world.seq = this.seq;
    for (const [key, row] of this.#rows) world.#rows.set(key, row);
    for (const [key, lines] of this.#lines) world.#lines.set(key, [...lines]);
    for (const [key, pending] of this.#pending) world.#pending.set(key, [...pending]);
    for (const [key, contact] of this.#contacts) world.#contacts.set(key, contact);
    return world;
  }

  row(of: ConversationId): Row | undefined {
    const row = this.#rows.get(of);
    if (row === undefined) return undefined;
    const owner = [...this.#contacts.values()].find((contact) =>
      contact.card?.addresses.some((one) => one.value === row.address?.value),
    );
    if (owner === undefined) return row;
    const { contact_id, card, seq } = owner;
    return { ...row, contact: { contact_id, name: card?.name ?? '', seq } };
  }

  /** The rows of a view in its order. */
  queue(view: View, limited: boolean): Row[] {
    const visible = [...this.#rows.keys()].flatMap((of) => this.row(of) ?? []);
    const seen = visible.filter((row) => !limited || row.conversation.group_id === group(0));
    const fitting = seen.filter((row) => fits(view, row) && place(view, row) !== undefined);
    return fitting.sort((a, b) => (place(view, a) ?? 0) - (place(view, b) ?? 0));
  }

  page(view: View, limited: boolean, after: string | undefined, limit: number): QueuePage {
    const rest = this.queue(view, limited).filter(
      (row) => after === undefined || (place(view, row) ?? 0) > Number(after),
    );
    const [rows, last] = [rest.slice(0, limit), rest[limit - 1]];
    const next = rest.length > limit && last !== undefined ? { next: String(place(view, last)) } : {};
    return { rows, ...next, seq: this.seq };
  }

  someRows(ids: readonly ConversationId[], limited: boolean): QueuePage {
    const rows = this.queue({}, limited).filter((row) => ids.includes(row.conversation.conversation_id));
    return { rows, seq: this.seq };
  }

  timeline(of: ConversationId, before: Seq | undefined, limit: number): TimelinePage {
    const all = (this.#lines.get(of) ?? []).filter((line) => before === undefined || line.seq < before);
    const pending = before === undefined ? { pending: this.pending(of) } : {};
    return { items: all.slice(-limit), earlier: all.length > limit, ...pending, seq: this.seq };
  }

  pending(of: ConversationId): Message[] {
    return [...(this.#pending.get(of) ?? [])].sort((a, b) => (a.message_id < b.message_id ? -1 : 1));
  }

  sees(of: ConversationId, limited: boolean): boolean {
    return this.someRows([of], limited).rows.length > 0;
  }

  /** Does one random thing. */
  act(dice: Dice): Told {
    this.seq += 1;
    const of = conversation(dice.roll(CONVERSATIONS) + 1);
    if (dice.roll(5) === 0) {
      const fact = this.#contactFact(dice);
      return this.#told(fact, fact);
    }
    const before = this.#rows.get(of);
    if (before === undefined) return this.#start(of, dice);
    const saw = before.conversation.group_id === group(0);
    const fact = this.#conversationFact(of, before, dice);
    const row = this.row(of) as Row;
    const sees = row.conversation.group_id === group(0);
    if (saw && !sees) return this.#told(fact, { name: 'conversation.left', data: { conversation_id: of } });
    if (!saw && sees) return this.#told(fact, { name: 'conversation.entered', data: { row } });
    return this.#told(fact, saw ? fact : undefined);
  }

  #told(all: Fact, limited: Fact | undefined): Told {
    const event = (fact: Fact): Event =>
      ({ type: 'event', seq: this.seq, at: TIME, actor: { kind: 'system' }, ...fact }) as Event;
    return { all: event(all), limited: limited === undefined ? undefined : event(limited) };
  }

  #start(of: ConversationId, dice: Dice): Told {
    const header: Header = {
      conversation_id: of,
      status: 'open',
      unread: false,
      group_id: group(dice.roll(2)),
      activity_seq: this.seq,
      activity_at: TIME,
      episode: 1,
    };
    const [channel_id, whose] = [channel(dice.roll(2)), address(Number(of.slice(-2)))];
    this.#rows.set(of, { seq: this.seq, conversation: header, channel_id, address: whose, opted_out: false });
    this.#line(of, { kind: 'started' });
    const data = { conversation: header, channel_id, address: whose };
    const fact: Fact = { name: 'conversation.started', data };
    return this.#told(fact, header.group_id === group(0) ? fact : undefined);
  }

  #line(of: ConversationId, item: Item): void {
    const line: Line = { seq: this.seq, at: TIME, actor: { kind: 'system' }, item };
    this.#lines.set(of, [...(this.#lines.get(of) ?? []), line]);
  }

  #write(before: Row, header: Header, more: Partial<Row> = {}): void {
    this.#rows.set(header.conversation_id, { ...before, ...more, conversation: header, seq: this.seq });
  }

  #conversationFact(of: ConversationId, before: Row, dice: Dice): Fact {
    const header: Writable<Header> = { ...before.conversation };
    switch (dice.roll(14)) {
      case 0:
      case 1:
      case 2:
        return this.#message(before, header, 'inbound');
      case 3:
        return this.#message(before, header, 'outbound');
      case 4: {
        const from = header.group_id;
        header.group_id = from === group(0) ? group(1) : group(0);
        this.#write(before, header);
        this.#line(of, { kind: 'moved', from, to: header.group_id });
        return { name: 'conversation.moved', data: { conversation: header, from } };
      }
      case 5:
        header.status = 'closed';
        this.#write(before, header);
        this.#line(of, { kind: 'closed' });
        return { name: 'conversation.closed', data: { conversation: header } };
      case 6:
        header.status = 'open';
        this.#write(before, header);
        this.#line(of, { kind: 'reopened', cause: 'agent' });
        return { name: 'conversation.reopened', data: { conversation: header, cause: 'agent' } };
      case 7:
        return this.#assign(before, header, dice);
      case 8:
        return this.#delivery(of, before, dice);
      case 9:
        return this.#consent(of, before, dice);
      case 10:
      case 11:
        return this.#plan(before, header);
      case 12:
        return this.#decide(of, before, dice);
      default:
        return this.#eraseOrName(before, header, dice);
    }
  }

  #assign(before: Row, { assignee: from, ...header }: Header, dice: Dice): Fact {
    const to = [undefined, agent(1), agent(2)][dice.roll(3)];
    const after: Header = { ...header, ...(to === undefined ? {} : { assignee: to }) };
    this.#write(before, after);
    const was = from === undefined ? {} : { from };
    this.#line(header.conversation_id, { kind: 'assigned', ...was, ...(to === undefined ? {} : { to }) });
    return { name: 'conversation.assigned', data: { conversation: after, ...was } };
  }

  #message(before: Row, header: Writable<Header>, direction: 'inbound' | 'outbound', sent?: Message): Fact {
    const inbound = direction === 'inbound';
    header.activity_seq = this.seq;
    header.unread = inbound;
    header.status = 'open';
    if (!inbound) delete header.waiting_seq;
    else header.waiting_seq ??= this.seq;
    const queued = inbound ? {} : { delivery: 'queued' as const };
    const fresh: Message = {
      message_id: id('msg', this.seq),
      direction,
      text: ` text  ${this.seq} `,
      ...queued,
      attempt: inbound ? 0 : 1,
      ...(inbound ? {} : { link: { expires_at: TIME, revoked: true, opened: 0 } }),
    };
    const { due_at: _due, ...message } = { ...(sent ?? fresh), ...queued };
    const text = message.text === null ? null : message.text.trim().replace(/\s+/gu, ' ');
    this.#write(before, header, { last: { seq: this.seq, at: TIME, direction, text } });
    this.#line(header.conversation_id, { kind: 'message', message });
    const data = { conversation: header, message };
    return inbound ? { name: 'message.received', data } : { name: 'message.queued', data };
  }

  #plan(before: Row, header: Header): Fact {
    const message: Message = {
      message_id: id('msg', this.seq),
      direction: 'outbound',
      text: `later ${this.seq}`,
      delivery: 'scheduled',
      attempt: 1,
    };
    this.#write(before, header);
    const pending = this.#pending.get(header.conversation_id) ?? [];
    this.#pending.set(header.conversation_id, [...pending, message]);
    return { name: 'message.planned', data: { conversation: header, message } };
  }

  /** A planned message goes, waits for a decision, or is cancelled. */
  #decide(of: ConversationId, before: Row, dice: Dice): Fact {
    const pending = this.#pending.get(of) ?? [];
    const planned = pending[dice.roll(Math.max(1, pending.length))];
    if (planned === undefined) return this.#plan(before, before.conversation);
    const { message_id } = planned;
    const others = pending.filter((message) => message !== planned);
    const what = dice.roll(3);
    if (what === 0) {
      this.#pending.set(of, [...others, { ...planned, delivery: 'held' }]);
      const data = { conversation_id: of, message_id, delivery: 'held' as const };
      return { name: 'message.plan_changed', data };
    }
    this.#pending.set(of, others);
    if (what === 1) return { name: 'message.cancelled', data: { conversation_id: of, message_id } };
    return this.#message(before, { ...before.conversation }, 'outbound', planned);
  }

  #delivery(of: ConversationId, before: Row, dice: Dice): Fact {
    const delivery = (['sent', 'delivered', 'failed'] as const)[dice.roll(3)] ?? 'sent';
    const lines = this.#lines.get(of) ?? [];
    const at = lines.findLastIndex(
      ({ item }) => item.kind === 'message' && item.message.direction === 'outbound',
    );
    const line = lines[at];
    if (line?.item.kind !== 'message') return this.#consent(of, before, dice);
    const { link } = line.item.message;
    const expires_at = dice.roll(2) === 0 ? undefined : LATER;
    const renewed = link && expires_at ? { link: { ...link, expires_at, revoked: false } } : {};
    const message: Message = { ...line.item.message, delivery, attempt: 2, ...renewed };
    this.#lines.set(of, lines.with(at, { ...line, item: { kind: 'message', message } }));
    const { message_id } = message;
    return {
      name: 'message.delivery_changed',
      data: {
        conversation_id: of,
        message_id,
        attempt: 2,
        delivery,
        ...(expires_at === undefined ? {} : { link_expires_at: expires_at }),
      },
    };
  }

  #consent(of: ConversationId, before: Row, dice: Dice): Fact {
    const consent = dice.roll(2) === 0 ? 'opted_out' : 'opted_in';
    this.#rows.set(of, { ...before, opted_out: consent === 'opted_out' });
    this.#line(of, { kind: 'consent_changed', consent });
    const { channel_id } = before;
    return { name: 'consent.changed', data: { conversation_id: of, channel_id, consent } };
  }

  #eraseOrName(before: Row, header: Header, dice: Dice): Fact {
    if (dice.roll(3) > 0) {
      const profile_name = `~${this.seq}`;
      this.#write(before, header, { profile_name });
      return { name: 'conversation.named', data: { conversation: header, profile_name } };
    }
    const { profile_name: _name, last, ...rest } = before;
    const empty = last === undefined ? {} : { last: { ...last, text: null } };
    this.#write({ ...rest, address: null }, header, empty);
    const of = header.conversation_id;
    const blank = ({ link: _link, ...message }: Message): Message => ({ ...message, text: null });
    const lines = (this.#lines.get(of) ?? []).map(
      (line): Line =>
        line.item.kind === 'message'
          ? { ...line, item: { kind: 'message', message: blank(line.item.message) } }
          : line,
    );
    this.#lines.set(of, lines);
    this.#pending.delete(of);
    this.#line(of, { kind: 'erased' });
    return { name: 'conversation.erased', data: { conversation: header } };
  }

  #contactFact(dice: Dice): Fact {
    const [one, other] = [id('con', dice.roll(CONTACTS)), id('con', dice.roll(CONTACTS))];
    const [survivor, merged] = [this.#contacts.get(one), this.#contacts.get(other)];
    const what = dice.roll(4);
    if (what === 0 && this.#contacts.delete(one))
      return { name: 'contact.erased', data: { contact_id: one } };
    if (what === 1 && one !== other && survivor?.card && merged?.card) {
      const addresses = [...survivor.card.addresses, ...merged.card.addresses];
      const after: Contact = { ...survivor, card: { ...survivor.card, addresses }, seq: this.seq };
      this.#contacts.delete(other);
      this.#contacts.set(one, after);
      return { name: 'contact.merged', data: { survivor: after, merged: other } };
    }
    return this.#save(one, dice);
  }

  #save(contact_id: ContactId, dice: Dice): Fact {
    const numbers = new Set([0, 1, 2].map(() => dice.roll(CONVERSATIONS) + 1));
    const addresses = [...numbers].map(address);
    for (const [key, contact] of this.#contacts) {
      if (contact.card === null) continue;
      const left = contact.card.addresses.filter((one) => !addresses.some((own) => own.value === one.value));
      this.#contacts.set(key, { ...contact, card: { ...contact.card, addresses: left } });
    }
    const card = { name: `name ${this.seq}`, tags: [], properties: {}, addresses };
    const contact: Contact = { contact_id, card, seq: this.seq };
    this.#contacts.set(contact_id, contact);
    return { name: 'contact.saved', data: { contact } };
  }
}

/** A row's place in a view's order; nothing when it does not stand in it. */
export function place(view: View, { conversation: header }: Row): number | undefined {
  return view.order === 'waiting' ? header.waiting_seq : -header.activity_seq;
}

function fits(view: View, row: Row): boolean {
  const header = row.conversation;
  const { assignee } = view;
  const whose = assignee === 'me' ? agent(1) : typeof assignee === 'object' ? assignee.agent : undefined;
  return (
    (view.status ?? header.status) === header.status &&
    (view.group_id ?? header.group_id) === header.group_id &&
    (view.unread ?? header.unread) === header.unread &&
    (view.channel_id ?? row.channel_id) === row.channel_id &&
    (assignee === undefined || header.assignee === whose)
  );
}
