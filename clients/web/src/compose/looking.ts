// Whether a number may be written to, and whether there is a thread already: asked while it is typed, one
// question at a time, stale answers dropped. Nothing is created by asking.
import type { ChannelId, ConversationId, Expected, PlanRequest, SendPlan } from '../app/client.ts';
import { type Asking, isTooOld, type Refusal } from '../composer/asking.ts';

export type Looked =
  | { kind: 'nothing' }
  | { kind: 'looking' }
  /** `seen` is what was known here when it was asked: what anybody wrote there since is news to this agent. */
  | { kind: 'new'; needsTemplate: boolean; seen: Expected | undefined }
  | { kind: 'existing'; conversation_id: ConversationId }
  | { kind: 'refused'; refusal: Refusal };

/** Refusals that are about what is not written yet. */
const later = ['message_empty', 'window_closed', 'template_required', 'template_not_approved'];

export class Looking {
  private wanted: { channel_id: ChannelId; number: string } | undefined;
  private isAsking = false;
  private readonly asking: Asking;
  private readonly show: (looked: Looked) => void;
  private readonly seen: () => Expected | undefined;

  constructor(asking: Asking, seen: () => Expected | undefined, show: (looked: Looked) => void) {
    this.asking = asking;
    this.seen = seen;
    this.show = show;
  }

  want(channel_id: ChannelId | undefined, number: string | undefined): void {
    if (this.wanted && this.wanted.channel_id === channel_id && this.wanted.number === number) return;
    this.wanted = channel_id === undefined || number === undefined ? undefined : { channel_id, number };
    this.show({ kind: this.wanted ? 'looking' : 'nothing' });
    if (this.wanted && !this.isAsking) void this.ask();
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    for (let wanted = this.wanted; wanted; ) {
      const looked = await this.look(wanted);
      if (wanted === this.wanted) {
        this.show(looked);
        break;
      }
      wanted = this.wanted;
    }
    this.isAsking = false;
  }

  private async look({ channel_id, number }: { channel_id: ChannelId; number: string }): Promise<Looked> {
    const params: PlanRequest = { channel_id, address: { kind: 'e164', value: number } };
    const seen = this.seen();
    const answer = await this.asking.query('send.plan', params);
    if ('ok' in answer) return lookedOf(answer.ok, seen);
    return isTooOld(answer.error)
      ? this.search(channel_id, number, seen)
      : { kind: 'refused', refusal: answer.error };
  }

  /** A server without plans still finds the thread. */
  private async search(channel_id: ChannelId, number: string, seen: Expected | undefined): Promise<Looked> {
    const answer = await this.asking.query('search.conversations', { text: number, limit: 20 });
    const hits = 'ok' in answer ? answer.ok.hits : [];
    const hit = hits.find(
      (one) => one.conversation?.channel_id === channel_id && one.addresses[0]?.value === number,
    );
    if (hit?.conversation) return { kind: 'existing', conversation_id: hit.conversation.conversation_id };
    return { kind: 'new', needsTemplate: false, seen };
  }
}

function lookedOf(plan: SendPlan, seen: Expected | undefined): Looked {
  const refusal = plan.refusal;
  if (refusal && !later.includes(refusal.code)) return { kind: 'refused', refusal };
  if (plan.existing !== undefined) return { kind: 'existing', conversation_id: plan.existing };
  // With nothing written yet the plan refuses for that first; what stands against any text is told here.
  if (plan.approval?.approved === false)
    return { kind: 'refused', refusal: notApproved(plan.approval.country) };
  return { kind: 'new', needsTemplate: plan.window?.open === false, seen };
}

function notApproved(country: string): Refusal {
  const message = `this sender is not approved for ${country}`;
  return { code: 'sender_not_approved', message, temporary: false, details: { country } };
}
