// What would go if something were sent now: the answer of `send.plan`.

import type { Address } from './contact.js';
import type { ErrorBody } from './down.js';
import type { ChannelId, ConversationId, Country, Range, Time } from './ids.js';
import type { Card, Carriage, Consent } from './message.js';
import type { Approval, ChannelKind } from './settings.js';

/** How a text goes as SMS. */
export interface SmsPlan {
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  /** Unicode scalar values. */
  readonly characters: number;
  /** Septets, or UTF-16 units. */
  readonly units: number;
  /** Free in the last segment. */
  readonly units_left: number;
  /** What makes it cost more: characters outside GSM-7, or of two septets. */
  readonly costly: readonly CostlyCharacter[];
  /** The text with all replacements, when that is cheaper. */
  readonly fitted?: string;
}

/** A character that costs more than its place. */
export interface CostlyCharacter {
  readonly range: Range;
  readonly character: string;
  readonly replacement?: string;
}

/** A template's field as it would be filled. */
export interface FieldPlan {
  readonly name: string;
  readonly value?: string;
  readonly source: 'contact' | 'given' | 'missing';
}

/** Exactly what would go, over which channel, and what stands against it. */
export interface SendPlan {
  readonly channel_id: ChannelId;
  readonly kind: ChannelKind;
  readonly address: Address;
  readonly country?: Country;
  readonly carriage: Carriage;
  /** After substitution; a link is shown with a placeholder of the right length. */
  readonly text: string;
  readonly sms?: SmsPlan;
  readonly card?: Card;
  readonly template?: { readonly digest: string; readonly fields: readonly FieldPlan[] };
  readonly window?: { readonly open: boolean; readonly until?: Time };
  readonly consent?: Consent;
  readonly approval?: { readonly country: Country; readonly approved: boolean; readonly state?: Approval };
  readonly limits: Readonly<Record<string, number>>;
  /** The thread that a channel and an address have already. */
  readonly existing?: ConversationId;
  /** What `message.send` would answer now. */
  readonly refusal?: ErrorBody;
}
