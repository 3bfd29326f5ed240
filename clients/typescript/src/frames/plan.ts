// What would go if something were sent now: the answer of `send.plan`.

import type { Address } from './contact.js';
import type { ErrorBody } from './down.js';
import type { ChannelId, ConversationId, Country, Range, Time } from './ids.js';
import type { CardDraft, Carriage, Consent } from './message.js';
import type { ChannelKind } from './settings.js';

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
  /** The same text in the short alphabet, signs replaced that only look better; only when there is such a text. */
  readonly fitted?: string;
  /** The same with accents replaced that the short alphabet lacks: another spelling. */
  readonly fitted_letters?: string;
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

/** The bounds of what goes over the channel; 0 of a card where there are none. */
export interface PlanLimits {
  readonly text_chars_max: number;
  readonly caption_chars_max: number;
  readonly file_bytes_max: number;
  /** Of what goes as a picture or a video; a larger one goes as a document. */
  readonly picture_bytes_max: number;
  readonly video_bytes_max: number;
  readonly card_title_chars_max: number;
  readonly card_text_chars_max: number;
  readonly card_actions_max: number;
  readonly action_label_chars_max: number;
}

/** Exactly what would go, over which channel, and what stands against it. */
export interface SendPlan {
  readonly channel_id: ChannelId;
  readonly kind: ChannelKind;
  /** Null once erased. */
  readonly address: Address | null;
  readonly carriage: Carriage;
  /** After substitution; a link is shown with a placeholder of the right length. */
  readonly text: string;
  readonly sms?: SmsPlan;
  readonly card?: CardDraft;
  readonly template?: { readonly digest: string; readonly fields: readonly FieldPlan[] };
  readonly window?: { readonly open: boolean; readonly until?: Time };
  readonly consent?: Consent;
  readonly approval?: { readonly country: Country; readonly approved: boolean };
  readonly limits: PlanLimits;
  /** The thread that a channel and an address have already. */
  readonly existing?: ConversationId;
  /** What `message.send` would answer now. */
  readonly refusal?: ErrorBody;
}
