// Which rows a queue shows: a view, how far down its order it reaches, and who stands where. What a row holds is not
// decided here.

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
  /** The rows of `#order`, so that a list of very many is copied and not looked up. */
  #rows: Row[] = [];
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

  /** Its rows in its order, as they are now. */
  rows(): Row[] {
    return this.#rows.slice();
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
    this.#rows = [];
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

  /** Puts a row where it belongs now; whether that changed anything. */
  stand(id: ConversationId, place: Place, row: Row): boolean {
    const before = this.#places.get(id);
    if (before === place) {
      const at = this.#find(place, id);
      const changes = this.#rows[at] !== row;
      this.#rows[at] = row;
      return changes;
    }
    this.leave(id);
    const at = this.#find(place, id);
    this.#order.splice(at, 0, { place, id });
    this.#rows.splice(at, 0, row);
    this.#places.set(id, place);
    return true;
  }

  /** Takes a conversation away; whether it stood here. */
  leave(id: ConversationId): boolean {
    const before = this.#places.get(id);
    if (before === undefined) return false;
    const at = this.#find(before, id);
    this.#order.splice(at, 1);
    this.#rows.splice(at, 1);
    return this.#places.delete(id);
  }

  /** Reaches down to the last of `rows`, the newest page of it, and to the end without `next`; who stood below. */
  reach(rows: readonly Row[], next: string | undefined): ConversationId[] {
    const places = rows.map((row) => this.place(row.conversation) ?? NOTHING);
    this.bound = next === undefined ? WHOLE : Math.max(NOTHING, ...places);
    this.#cuts.push({ bound: this.bound, next });
    return this.#dropBeyond(this.bound);
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
    const above = this.#order.findLastIndex((standing) => standing.place <= bound);
    const gone = this.#order.splice(above + 1).map((standing) => standing.id);
    this.#rows.length = this.#order.length;
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
