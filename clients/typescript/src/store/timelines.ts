// The timelines that are on screen or were a moment ago. It hands each event to the one it is about.

import type { ConversationId, Event } from '../frames.js';
import { conversationOf } from './facts.js';
import { Timeline } from './timeline.js';
import type { Touch } from './topics.js';

export class Timelines {
  readonly #loaded = new Map<ConversationId, Timeline>();
  readonly #touch: Touch;

  constructor(touch: Touch) {
    this.#touch = touch;
  }

  get(id: ConversationId): Timeline | undefined {
    return this.#loaded.get(id);
  }

  ids(): ConversationId[] {
    return [...this.#loaded.keys()];
  }

  /** A timeline to be loaded, or the one that is. */
  open(id: ConversationId): Timeline {
    const known = this.#loaded.get(id);
    if (known !== undefined) return known;
    const timeline = new Timeline();
    this.#loaded.set(id, timeline);
    return timeline;
  }

  close(id: ConversationId): void {
    this.#loaded.delete(id);
  }

  /** Nothing is known any more; they are there to be loaded again. */
  clear(): void {
    for (const id of this.#loaded.keys()) this.begin(id);
  }

  /** An empty timeline in the place of what is known. */
  begin(id: ConversationId): void {
    this.#loaded.set(id, new Timeline());
    this.#touch(`thread ${id}`);
  }

  fold(event: Event): void {
    const id = conversationOf(event);
    const timeline = id === undefined ? undefined : this.#loaded.get(id);
    if (id === undefined || timeline === undefined) return;
    const appears = event.name === 'conversation.entered' && timeline.load.name === 'refused';
    if (event.name === 'conversation.left' || appears) {
      this.begin(id);
    } else if (timeline.load.name === 'ready' && timeline.fold(event)) {
      this.#touch(`thread ${id}`);
    }
  }
}
