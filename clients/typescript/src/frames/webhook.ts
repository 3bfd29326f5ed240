// Webhooks: addresses that events are sent to (PROTOCOL.md, section 21).

import type { GroupId, Seq, Time, WebhookId } from './ids.js';

/** Whether a webhook is sent anything. */
export type WebhookStatus = 'active' | 'disabled';

/** Why a webhook is disabled: somebody wants it so, its receiver is there no more, or took nothing for too long. */
export type StopReason = 'by_hand' | 'gone' | 'exhausted';

/** An address that events are sent to. */
export interface Webhook {
  readonly webhook_id: WebhookId;
  readonly name: string;
  readonly url: string;
  /** Names of events; absent: all. */
  readonly events?: readonly string[];
  /** The groups it sees; absent: all. */
  readonly groups?: readonly GroupId[];
  readonly status: WebhookStatus;
  readonly stopped?: { readonly reason: StopReason; readonly failed_seq?: Seq; readonly at: Time };
  /** Until then its previous secret signs as well. */
  readonly previous_until?: Time;
  readonly seq: Seq;
}

/** A webhook, and how far it is. */
export interface WebhookStanding {
  readonly webhook: Webhook;
  /** Its receiver has taken everything up to here, as far as that is recorded. */
  readonly position: Seq;
  readonly failing_since?: Time;
}

/** One try to send one event. */
export interface WebhookDelivery {
  /** The header `webhook-id`: the same at each try. */
  readonly delivery_id: string;
  readonly seq: Seq;
  readonly name: string;
  readonly at: Time;
  readonly attempt: number;
  readonly outcome: 'delivered' | 'failed' | 'given_up';
  /** The answer's status; absent when none came. */
  readonly http?: number;
  readonly problem?: string;
  readonly took_ms: number;
}

/** Params of `webhook.save`: the whole webhook. */
export interface WebhookSave {
  /** Absent: a new one. */
  readonly webhook_id?: WebhookId;
  readonly name: string;
  readonly url: string;
  /** All when absent or empty. */
  readonly events?: readonly string[];
  /** All that the author sees when absent or empty. */
  readonly groups?: readonly GroupId[];
  readonly status?: WebhookStatus;
}

/** How many webhooks of a server stand how. */
export interface WebhookCounts {
  readonly active: number;
  readonly failing: number;
  readonly disabled: number;
}
