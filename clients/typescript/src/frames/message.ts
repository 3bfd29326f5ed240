// Messages with what they carry, notes, and the lines of a timeline (PROTOCOL.md, section 11).

import type {
  AgentId,
  AttachmentId,
  ChannelId,
  GroupId,
  MessageId,
  NoteId,
  Seq,
  TemplateId,
  Time,
} from './ids.js';

/** From whom. */
export type Direction = 'inbound' | 'outbound';

/**
 * How far a message is, by rank and never down; `failed` and `unknown` may still rise to `sent` or beyond.
 * `scheduled` and `held` are planned: not yet lines of the timeline. `cancelled` is final.
 */
export type Delivery =
  | 'scheduled'
  | 'held'
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'unknown'
  | 'cancelled';

/** Why a message failed. */
export type Failure =
  | 'window_expired'
  | 'not_on_channel'
  | 'invalid_number'
  | 'blocked'
  | 'opted_out'
  | 'unreachable'
  | 'expired'
  | 'rejected_content'
  | 'throttled'
  | 'auth'
  | 'billing'
  | 'unsupported'
  | 'not_approved'
  | 'unknown';

/** What a file is to a reader. */
export type AttachmentKind = 'picture' | 'video' | 'document' | 'audio' | 'sticker' | 'other';

/** `fetching`: inbound, on its way to the server. `missing`: it could not be fetched. */
export type AttachmentState = 'stored' | 'fetching' | 'missing';

/** A file of a message. */
export interface Attachment {
  readonly attachment_id: AttachmentId;
  /** Null when nobody gave one. */
  readonly name: string | null;
  readonly media_type: string;
  readonly kind: AttachmentKind;
  readonly bytes: number;
  /** In pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Whether there is a thumbnail. */
  readonly thumbnail: boolean;
  readonly state: AttachmentState;
}

/** What a button does: `value` is a postback, an https address or a number. */
export interface Action {
  readonly kind: 'reply' | 'link' | 'call';
  readonly label: string;
  readonly value: string;
}

/** A rich card as the recipient sees it. */
export interface Card {
  readonly title?: string;
  readonly text?: string;
  readonly media?: Attachment;
  readonly actions: readonly Action[];
}

/** A card as a command carries it. */
export interface CardDraft {
  readonly title?: string;
  readonly text?: string;
  readonly media?: AttachmentId;
  readonly actions?: readonly Action[];
}

/** Which template a message was made of. */
export interface TemplateRef {
  readonly template_id: TemplateId;
  readonly name: string;
  readonly language: string;
}

/** A place that was sent. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

/** A reaction; an empty `emoji` takes it back. */
export interface Reaction {
  readonly emoji: string;
  readonly message_id?: MessageId;
}

/** A file that went as a link. */
export interface Link {
  readonly expires_at: Time;
  readonly revoked: boolean;
  /** How often it was opened. */
  readonly opened: number;
  readonly opened_at?: Time;
}

/** How a message is carried. */
export type Carriage = 'text' | 'native' | 'document' | 'link';

/** A message. */
export interface Message {
  readonly message_id: MessageId;
  readonly direction: Direction;
  /** Body or caption, may be empty beside something else; null once erased. */
  readonly text: string | null;
  readonly author?: AgentId;
  /** What its author had on screen. */
  readonly seen_seq?: Seq;
  readonly delivery?: Delivery;
  readonly failure?: Failure;
  /** 0 for an inbound one, then from 1. */
  readonly attempt: number;
  readonly attachments?: readonly Attachment[];
  readonly card?: Card;
  readonly template?: TemplateRef;
  readonly location?: Location;
  readonly reaction?: Reaction;
  readonly link?: Link;
  /** When a planned one goes; a held one without it waits for a decision. */
  readonly due_at?: Time;
  readonly carriage?: Carriage;
}

/** A note, seen by colleagues only. */
export interface Note {
  readonly note_id: NoteId;
  /** Null once erased. */
  readonly text: string | null;
  readonly mentions: readonly AgentId[];
}

/** Whether somebody wants messages. */
export type Consent = 'opted_out' | 'opted_in';

/** Why a conversation was opened again. */
export type ReopenCause = 'reply' | 'send' | 'agent';

/** Who did something. */
export type Actor =
  | { readonly kind: 'agent'; readonly agent_id: AgentId }
  | { readonly kind: 'contact'; readonly channel_id: ChannelId }
  | { readonly kind: 'provider'; readonly channel_id: ChannelId }
  | { readonly kind: 'system' };

/** What a line of a timeline says. */
export type Item =
  | { readonly kind: 'started' }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'moved'; readonly from: GroupId; readonly to: GroupId }
  | { readonly kind: 'closed' }
  | { readonly kind: 'reopened'; readonly cause: ReopenCause }
  | { readonly kind: 'assigned'; readonly from?: AgentId; readonly to?: AgentId }
  | { readonly kind: 'marked_unread' }
  | { readonly kind: 'consent_changed'; readonly consent: Consent }
  | { readonly kind: 'link_opened'; readonly message_id: MessageId }
  | { readonly kind: 'link_revoked'; readonly message_id: MessageId }
  | { readonly kind: 'erased' };

/** One line of a timeline. */
export interface Line {
  readonly seq: Seq;
  readonly at: Time;
  readonly actor: Actor;
  readonly item: Item;
}
