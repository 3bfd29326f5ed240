// What colleagues are doing now. The server says when it ends: nothing here knows the time.

import type { AgentId, ConversationId, SignalDown } from '../frames.js';
import type { PresentAgent } from '../screen.js';
import type { Touch } from './topics.js';

const NOBODY: readonly PresentAgent[] = [];

export class Presences {
  #online: ReadonlySet<AgentId> = new Set();
  readonly #within = new Map<ConversationId, readonly PresentAgent[]>();
  readonly #touch: Touch;

  constructor(touch: Touch) {
    this.#touch = touch;
  }

  get online(): ReadonlySet<AgentId> {
    return this.#online;
  }

  /** Who is in a conversation; the same list until it changes. */
  within(id: ConversationId): readonly PresentAgent[] {
    return this.#within.get(id) ?? NOBODY;
  }

  clear(): void {
    for (const id of this.#within.keys()) this.#touch(`present ${id}`);
    this.#within.clear();
    this.#setOnline(new Set());
  }

  /** A conversation that is not visible any more. */
  forget(id: ConversationId): void {
    if (this.#within.delete(id)) this.#touch(`present ${id}`);
  }

  fold({ agent_id, conversation_id, doing }: SignalDown): void {
    const gone = doing === 'offline' || doing === 'nothing';
    if (conversation_id !== undefined) {
      this.#put(conversation_id, agent_id, gone || doing === 'online' ? undefined : doing);
      return;
    }
    const online = new Set(this.#online);
    if (gone) online.delete(agent_id);
    else online.add(agent_id);
    this.#setOnline(online);
    if (gone) for (const id of [...this.#within.keys()]) this.#put(id, agent_id, undefined);
  }

  #put(id: ConversationId, agent_id: AgentId, doing: PresentAgent['doing'] | undefined): void {
    const before = this.within(id);
    const others = before.filter((present) => present.agent_id !== agent_id);
    if (doing === undefined && others.length === before.length) return;
    const after = doing === undefined ? others : [...others, { agent_id, doing }];
    if (after.length === 0) this.#within.delete(id);
    else this.#within.set(id, after);
    this.#touch(`present ${id}`);
  }

  #setOnline(online: ReadonlySet<AgentId>): void {
    this.#online = online;
    this.#touch('online');
  }
}
