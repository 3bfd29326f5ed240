// The queue as it stands on screen: the client's order, held still as long as the pointer or the focus is in
// it. It keeps which rows are chosen; it never orders or counts by itself.
import { getContext, setContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { fromStore } from 'svelte/store';
import { choices } from '../app/choices.svelte.ts';
import type { ConversationId, Expected, Queue, QueueValue, Row, View } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { notices } from '../app/notices.svelte.ts';
import { following, freshAbove } from './still.ts';
import { viewOf } from './views.ts';

/** Rows that may be chosen at once for one act on all of them. */
export const chosenMax = 200;

const key = Symbol('queue');

export class QueueList {
  /** Rows chosen for an act on all of them, each with what was on screen when it was. */
  readonly chosen = new SvelteMap<ConversationId, Expected | undefined>();
  /** Why the page that was asked for did not come. */
  failed: unknown = $state.raw();
  #desk: Desk;
  #held = $state(false);
  #still: readonly Row[] | undefined = $state.raw();
  #queue: Queue = $derived.by(() => this.#desk.client.queue(this.view));
  #value: { readonly current: QueueValue } = $derived(fromStore(this.#queue));
  #anchor: ConversationId | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** What is asked of the server for the place that the agent is at. */
  get view(): View {
    return viewOf(this.#desk.route.now, choices.order);
  }

  get value(): QueueValue {
    return this.#value.current;
  }

  /** The rows in the order in which they stand on screen. */
  get rows(): readonly Row[] {
    return this.#still ?? this.value.rows;
  }

  /** Whether the rows stand still though the queue may have moved. */
  get isStill(): boolean {
    return this.#still !== undefined;
  }

  /** How many conversations would stand above the first row if the list moved. */
  get fresh(): number {
    return this.#still ? freshAbove(this.value.rows, this.#still, this.view.order ?? 'activity') : 0;
  }

  /** Keeps every row where it is, until `release`. */
  hold(): void {
    this.#held = true;
    this.freeze();
  }

  /** Holds the rows that are there, once there are some. */
  freeze(): void {
    const { rows } = this.value;
    if (this.#held && this.#still === undefined && rows.length > 0) this.#still = rows;
  }

  /** Lets the list follow the server again. */
  release(): void {
    this.#held = false;
    this.#still = undefined;
  }

  /** Shows what is new now, though the list is held. */
  refresh(): void {
    this.#still = undefined;
    this.freeze();
  }

  /** Another view is on screen: what was held or chosen of the last one is gone. */
  turn(): void {
    this.chosen.clear();
    this.#anchor = undefined;
    this.failed = undefined;
    this.#still = undefined;
  }

  /** Makes the list longer by a page. */
  async more(): Promise<void> {
    if (this.value.whole || this.value.extending) return;
    this.failed = undefined;
    try {
      await this.#queue.more();
      if (this.#still) this.#still = following(this.#still, this.value.rows);
    } catch (error) {
      this.failed = error;
    }
  }

  indexOf(id: ConversationId | undefined): number {
    return id === undefined ? -1 : this.rows.findIndex((row) => row.conversation.conversation_id === id);
  }

  /** Opens the row that stands `steps` below the open one. */
  move(steps: number): ConversationId | undefined {
    const from = this.indexOf(this.#desk.conversation);
    const to = from === -1 ? (steps > 0 ? 0 : this.rows.length - 1) : from + steps;
    const id = this.rows[to]?.conversation.conversation_id;
    if (id) this.#desk.open(id);
    return id;
  }

  /** Chooses a row or gives it up; with `range` all rows from the last one chosen. */
  choose(id: ConversationId, through: 'alone' | 'range' = 'alone'): void {
    if (through === 'range' && this.#anchor) {
      const ends = [this.indexOf(this.#anchor), this.indexOf(id)].sort((a, b) => a - b);
      const range = this.rows.slice(Math.max(0, ends[0] ?? 0), (ends[1] ?? 0) + 1);
      for (const row of range) this.#add(row.conversation.conversation_id);
      return;
    }
    this.#anchor = id;
    if (!this.chosen.delete(id)) this.#add(id);
  }

  /** Chooses those again that an act was refused for, as they are on screen now; unless another view is. */
  keep(ids: readonly ConversationId[], view: View): void {
    if (viewKey(view) !== viewKey(this.view)) return;
    for (const id of ids) this.#add(id);
  }

  #add(id: ConversationId): void {
    if (this.chosen.size < chosenMax) this.chosen.set(id, this.#desk.client.expected);
    else notices.say('queue.chosen_max', { max: chosenMax });
  }
}

const viewKey = (view: View): string => JSON.stringify(view);

export function provideQueue(queue: QueueList): void {
  setContext(key, queue);
}

/** The queue's list; to be called while a component is made. */
export function useQueue(): QueueList {
  return getContext<QueueList>(key);
}
