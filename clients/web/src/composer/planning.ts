// Keeps a plan of what is in the box: one question on its way at a time, the newest text after it, and answers
// of older texts never shown as if they were of this one. It decides nothing about sending.

import type { PlanRequest, SendPlan } from '../app/client.ts';
import { type Answer, type Asking, isTooOld, type Refusal } from './asking.ts';

export type Planned =
  | { kind: 'nothing' }
  /** The server has no plans: it counts nothing before a send, and still refuses what cannot go. */
  | { kind: 'not_built' }
  | { kind: 'failed'; refusal: Refusal }
  | { kind: 'plan'; plan: SendPlan; current: boolean };

export class Planning {
  private wanted: PlanRequest | undefined;
  private asked: PlanRequest | undefined;
  private known: Planned = { kind: 'nothing' };

  constructor(
    private readonly asking: Asking,
    private readonly changed: (planned: Planned) => void,
  ) {}

  /** Says what is in the box now; nothing to plan ends the plan. */
  want(params: PlanRequest | undefined): void {
    if (this.known.kind === 'not_built') return;
    if (params !== undefined && same(params, this.wanted)) return;
    this.wanted = params;
    if (params === undefined) this.show({ kind: 'nothing' });
    else if (this.known.kind === 'plan') this.show({ ...this.known, current: false });
    if (params !== undefined && this.asked === undefined) void this.ask(params);
  }

  /** Asks again for the same: the window, the consent or the contact may have changed. */
  refresh(): void {
    if (this.wanted !== undefined && this.asked === undefined) void this.ask(this.wanted);
  }

  private async ask(params: PlanRequest): Promise<void> {
    this.asked = params;
    const answer = await this.asking.query('send.plan', params);
    this.asked = undefined;
    if (this.wanted === undefined) return;
    const current = same(params, this.wanted);
    this.show(read(answer, current));
    if (!current && !this.isOver()) void this.ask(this.wanted);
  }

  private isOver(): boolean {
    return this.known.kind === 'not_built';
  }

  private show(planned: Planned): void {
    this.known = planned;
    this.changed(planned);
  }
}

function read(answer: Answer<SendPlan>, current: boolean): Planned {
  if ('ok' in answer) return { kind: 'plan', plan: answer.ok, current };
  return isTooOld(answer.error) ? { kind: 'not_built' } : { kind: 'failed', refusal: answer.error };
}

function same(one: PlanRequest, other: PlanRequest | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
