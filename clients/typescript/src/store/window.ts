// Which rows a queue shows: a view, how far down its order it reaches, and who stands where. It holds no row.

import type { AgentId, AssigneeFilter, ConversationId, Header, Row, View } from '../frames.js';
import type { Load } from '../screen.js';

/** A row's place in an order: smaller stands higher. */
export type Place = number;

/** Below every place. */
export const WHOLE: Place = Number.POSITIVE_INFINITY;
/** Above every place. */
const NOTHING: Place = Number.NEGATIVE_INFINITY;

/** Where a page ended, and how to ask for what follows it. */
interface Cut {
  readonly bound: Place;
  readonly next: string | undefined;
}

interface Standing {
  readonly place: Place;
  readonly id: ConversationId;
}

/** The same text for views that take the same rows in the same order. */
export function viewKey(view: View): string {
  const { status, group_id, assignee, unread, channel_id, order } = view;
  return JSON.stringify([status, group_id, assignee, unread, channel_id, order ?? 'activity']);
}

/** A view down to a bound: every row whose place is at or above it. */
export class Window {
  readonly view: View;
  readonly key: string;
  load: Load = { name: 'loading' };
  /** The lowest place that is in it. */
  bound: Place = NOTHING;
  extending = false;
  #cuts: Cut[] = [];
  #order: Standing[] = [];
  readonly #places = new Map<ConversationId, Place>();

  constructor(view: View) {
    this.view = view;
    this.key = viewKey(view);
  }

  /** How to ask for what follows; nothing at the end. */
  get next(): string | undefined {
    return this.#cuts.at(-1)?.next;
  }

  get size(): number {
    return this.#order.length;
  }

  ids(): ConversationId[] {
    return this.#order.map((standing) => standing.id);
  }

  has(id: ConversationId): boolean {
    return this.#places.has(id);
  }

  /** Nothing of it is known any more. */
  clear(): void {
    this.load = { name: 'loading' };
    this.bound = NOTHING;
    this.extending = false;
    this.#cuts = [];
    this.#order = [];
    this.#places.clear();
  }

  /** Where a header stands in this view's order; nothing when it does not stand in it. */
  place(header: Header): Place | undefined {
    return this.view.order === 'waiting' ? header.waiting_seq : -header.activity_seq;
  }

  /** The place of a row that is in the window. */
  holds(row: Row, me: AgentId | undefined): Place | undefined {
    const { channel_id } = this.view;
    if (channel_id !== undefined && channel_id !== row.channel_id) return undefined;
    return this.mayHold(row.conversation, me);
  }

  /** The place that a conversation has if its channel is right too. */
  mayHold(header: Header, me: AgentId | undefined): Place | undefined {
    const { status, group_id, unread, assignee } = this.view;
    const fits =
      (status === undefined || status === header.status) &&
      (group_id === undefined || group_id === header.group_id) &&
      (unread === undefined || unread === header.unread) &&
      (assignee === undefined || isAssigned(assignee, header.assignee, me));
    const place = fits ? this.place(header) : undefined;
    return place !== undefined && place <= this.bound ? place : undefined;
  }

  /** Puts a conversation where it belongs now, or takes it away; whether that changed anything. */
  stand(id: ConversationId, place: Place | undefined): boolean {
    const before = this.#places.get(id);
    if (before === place) return false;
    if (before !== undefined) this.#order.splice(this.#find(before, id), 1);
    if (place === undefined) {
      this.#places.delete(id);
    } else {
      this.#order.splice(this.#find(place, id), 0, { place, id });
      this.#places.set(id, place);
    }
    return true;
  }

  /** Everybody anew. */
  standAll(standings: Standing[]): void {
    this.#places.clear();
    this.#order = standings.sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
    for (const { place, id } of this.#order) this.#places.set(id, place);
  }

  /** Reaches down to the last of `rows`, the newest page of it; to the end without `next`. */
  reach(rows: readonly Row[], next: string | undefined): void {
    const places = rows.map((row) => this.place(row.conversation) ?? NOTHING);
    this.bound = next === undefined ? WHOLE : Math.max(NOTHING, ...places);
    this.#cuts.push({ bound: this.bound, next });
  }

  /** Nothing further can be asked for. */
  stop(): void {
    this.extending = false;
    this.#cuts.push({ bound: this.bound, next: undefined });
  }

  /** Gives up the last pages until no more than `rowsMax` rows stand here; who had to go. */
  trim(rowsMax: number): ConversationId[] {
    const gone: ConversationId[] = [];
    while (this.#order.length > rowsMax) {
      this.#cuts.pop();
      const cut = this.#cuts.at(-1) ?? { bound: this.#order[rowsMax - 1]?.place ?? NOTHING, next: undefined };
      if (this.#cuts.length === 0) this.#cuts.push(cut);
      this.bound = cut.bound;
      gone.push(...this.#dropBeyond(cut.bound));
    }
    return gone;
  }

  #dropBeyond(bound: Place): ConversationId[] {
    const from = this.#order.findIndex((standing) => standing.place > bound);
    if (from < 0) return [];
    const gone = this.#order.splice(from).map((standing) => standing.id);
    for (const id of gone) this.#places.delete(id);
    return gone;
  }

  /** Where (place, id) is, or belongs. */
  #find(place: Place, id: ConversationId): number {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#order[middle] as Standing;
      if (at.place < place || (at.place === place && at.id < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAssigned(whose: AssigneeFilter, assignee: AgentId | undefined, me: AgentId | undefined): boolean {
  if (whose === 'me') return assignee !== undefined && assignee === me;
  if (whose === 'nobody') return assignee === undefined;
  return assignee === whose.agent;
}
