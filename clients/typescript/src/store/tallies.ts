// The counters of every visible group, as the server counts them. Nothing is counted here.

import type { AgentId, AssigneeCounters, Counters, GroupId, Seq } from '../frames.js';
import type { CountersValue, Totals } from '../screen.js';
import type { Touch } from './topics.js';

interface Tally {
  counters: Counters;
  readonly assignees: Map<AgentId, { readonly seq: Seq; readonly part: AssigneeCounters }>;
}

const NONE: Totals = { open: 0, closed: 0, unread: 0, unassigned: 0 };

export class Tallies {
  readonly #groups = new Map<GroupId, Tally>();
  readonly #touch: Touch;
  #value: CountersValue | undefined;

  constructor(touch: Touch) {
    this.#touch = touch;
  }

  /** All groups added up, each by itself, and agents over all groups. */
  value(): CountersValue {
    this.#value ??= this.#read();
    return this.#value;
  }

  /** Per group as in a snapshot: with every agent that has a count. */
  byGroup(): Counters[] {
    return [...this.#groups.values()].map(({ counters, assignees }) => {
      const counted = [...assignees.values()].filter(({ part }) => part.open > 0 || part.unread > 0);
      return { ...counters, assignees: counted.map(({ part }) => part), complete: true };
    });
  }

  clear(): void {
    this.#groups.clear();
    this.#changed();
  }

  fold(frame: Counters): void {
    const known = this.#groups.get(frame.group_id);
    const tally: Tally = known ?? { counters: frame, assignees: new Map() };
    if (known === undefined) this.#groups.set(frame.group_id, tally);
    if (frame.seq >= tally.counters.seq) tally.counters = frame;
    if (frame.complete === true) {
      for (const [agent, { seq }] of tally.assignees) {
        if (seq <= frame.seq) tally.assignees.delete(agent);
      }
    }
    for (const part of frame.assignees) {
      const newer = (tally.assignees.get(part.agent_id)?.seq ?? 0) > frame.seq;
      if (!newer) tally.assignees.set(part.agent_id, { seq: frame.seq, part });
    }
    this.#changed();
  }

  forget(group: GroupId): void {
    if (this.#groups.delete(group)) this.#changed();
  }

  #changed(): void {
    this.#value = undefined;
    this.#touch('counters');
  }

  #read(): CountersValue {
    const byGroup = new Map<GroupId, Totals>();
    const byAgent = new Map<AgentId, { open: number; unread: number }>();
    let all = NONE;
    for (const [group, { counters, assignees }] of this.#groups) {
      const { open, closed, unread, unassigned } = counters;
      byGroup.set(group, { open, closed, unread, unassigned });
      all = plus(all, counters);
      for (const [agent, { part }] of assignees) {
        const sum = byAgent.get(agent) ?? { open: 0, unread: 0 };
        byAgent.set(agent, { open: sum.open + part.open, unread: sum.unread + part.unread });
      }
    }
    return { all, byGroup, byAgent };
  }
}

function plus(a: Totals, b: Totals): Totals {
  return {
    open: a.open + b.open,
    closed: a.closed + b.closed,
    unread: a.unread + b.unread,
    unassigned: a.unassigned + b.unassigned,
  };
}
