// Why a composer cannot send, and what its agent can do instead: one answer, the gravest first. It reads what
// is known before anybody presses Enter; the server decides again when they do.

import type { ChannelKind, SendPlan } from '../app/client.ts';

export type Obstacle =
  | { kind: 'erased' }
  | { kind: 'opted_out' }
  | { kind: 'sender_not_approved'; country: string }
  | { kind: 'templates_only' }
  | { kind: 'window_closed'; until?: string | undefined }
  | { kind: 'channel_gone' };

/** What the screen knows of a conversation. */
export interface Facts {
  erased: boolean;
  opted_out: boolean;
  channel?: ChannelKind | undefined;
  role: string;
  window_until?: string | undefined;
  plan?: SendPlan | undefined;
}

/** Where an obstacle leaves a way: nothing goes, or templates still do. */
export type Way = 'none' | 'template';

export function obstacleOf(facts: Facts, now: number): Obstacle | undefined {
  if (facts.erased) return { kind: 'erased' };
  if (facts.channel === undefined) return { kind: 'channel_gone' };
  if (facts.opted_out || facts.plan?.consent === 'opted_out') return { kind: 'opted_out' };
  const approval = facts.plan?.approval;
  if (approval !== undefined && !approval.approved) {
    return { kind: 'sender_not_approved', country: approval.country };
  }
  if (facts.role === 'template_agent') return { kind: 'templates_only' };
  return isWindowClosed(facts, now) ? { kind: 'window_closed', until: windowEnd(facts) } : undefined;
}

export function wayAround(obstacle: Obstacle): Way {
  return obstacle.kind === 'window_closed' || obstacle.kind === 'templates_only' ? 'template' : 'none';
}

/** The end of the time in which free text goes; nothing on a channel without one. */
export function windowEnd(facts: Facts): string | undefined {
  return facts.channel === 'whatsapp' ? (facts.plan?.window?.until ?? facts.window_until) : undefined;
}

function isWindowClosed(facts: Facts, now: number): boolean {
  if (facts.channel !== 'whatsapp') return false;
  const until = windowEnd(facts);
  if (until !== undefined) return Date.parse(until) <= now;
  return facts.plan?.window?.open === false;
}
