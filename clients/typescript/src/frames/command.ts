// Everything that can be done, by name, with its params (PROTOCOL.md, section 8).

import type { Address } from './contact.js';
import type {
  AgentId,
  AttachmentId,
  ChannelId,
  ContactId,
  ConversationId,
  Country,
  Epoch,
  GroupId,
  JobId,
  MessageId,
  NoteId,
  Seq,
  TemplateId,
  Time,
  TokenId,
  WebhookId,
  WorkspaceId,
} from './ids.js';
import type { Action, CardDraft, Consent } from './message.js';
import type { Approval, Availability, ChannelKind, Right, Role, UnreadUntil } from './settings.js';
import type { WebhookSave } from './webhook.js';

/** The conversation that a command is about. */
export interface OfConversation {
  readonly conversation_id: ConversationId;
}

/** The message that a command is about. */
export interface OfMessage {
  readonly message_id: MessageId;
}

interface OfWebhook {
  readonly webhook_id: WebhookId;
}

/** A template with the values of its fields; one that is missing is filled from the contact. */
export interface TemplateDraft {
  readonly template_id: TemplateId;
  readonly values?: Readonly<Record<string, string>>;
}

/** A template as it is sent. */
export interface TemplateUse extends TemplateDraft {
  /** Of the plan that was shown. */
  readonly digest: string;
}

/** What a message may hold: at least one of the four. A template excludes text; a card excludes text and file. */
export interface MessageContent {
  readonly text?: string;
  readonly attachment_id?: AttachmentId;
  readonly template?: TemplateUse;
  readonly card?: CardDraft;
}

/** Params of `contact.save`: fields merge one by one. */
export interface ContactSave {
  /** Absent: the contact that has an added address, or a new one. */
  readonly contact_id?: ContactId;
  readonly name?: string;
  readonly add_tags?: readonly string[];
  readonly remove_tags?: readonly string[];
  /** Null removes. */
  readonly properties?: Readonly<Record<string, string | null>>;
  readonly add_addresses?: readonly Address[];
  readonly remove_addresses?: readonly Address[];
}

/** Params of `template.save`. */
export interface TemplateSave {
  readonly template_id?: TemplateId;
  readonly name: string;
  readonly language: string;
  readonly body: string;
  readonly header?: string;
  readonly footer?: string;
  readonly buttons?: readonly Action[];
  readonly provider_name?: string;
  readonly approval?: Approval;
}

/** Params by command. */
export interface Commands {
  'conversation.start': {
    readonly channel_id: ChannelId;
    readonly address: Address;
    readonly group_id?: GroupId;
  };
  'conversation.move': OfConversation & { readonly group_id: GroupId; readonly expected_group?: GroupId };
  'conversation.close': OfConversation;
  'conversation.reopen': OfConversation;
  /** Nobody without `agent_id`. */
  'conversation.assign': OfConversation & { readonly agent_id?: AgentId };
  'conversation.claim': OfConversation;
  'conversation.release': OfConversation;
  'conversation.next': { readonly group_id?: GroupId };
  /** `up_to`: the last seq on screen. */
  'conversation.mark_read': OfConversation & { readonly up_to: Seq };
  'conversation.mark_unread': OfConversation;
  /** `send_at` schedules: 1 minute to 365 days ahead. */
  'message.send': OfConversation & MessageContent & { readonly send_at?: Time };
  'message.retry': OfMessage;
  'message.cancel': OfMessage;
  'message.release': OfMessage;
  'message.reschedule': OfMessage & { readonly send_at: Time };
  'link.revoke': OfMessage;
  'note.add': OfConversation & { readonly text: string; readonly mentions?: readonly AgentId[] };
  'consent.change': OfConversation & { readonly consent: Consent };
  'contact.save': ContactSave;
  'contact.merge': {
    readonly survivor: ContactId;
    readonly survivor_version: Seq;
    readonly merged: ContactId;
    readonly merged_version: Seq;
  };
  'contact.unmerge': { readonly survivor: ContactId; readonly merged: ContactId };
  'contact.erase': { readonly contact_id: ContactId };
  'group.create': { readonly name: string };
  'group.rename': { readonly group_id: GroupId; readonly name: string };
  'group.archive': { readonly group_id: GroupId };
  'group.delete': { readonly group_id: GroupId; readonly target?: GroupId };
  'group.close': { readonly group_id: GroupId };
  'agent.create': {
    readonly name: string;
    readonly role: Role;
    readonly groups?: readonly GroupId[];
    readonly rights?: readonly Right[];
  };
  'agent.change': {
    readonly agent_id: AgentId;
    readonly name?: string;
    readonly role?: Role;
    readonly groups?: readonly GroupId[];
  };
  'agent.deactivate': { readonly agent_id: AgentId };
  'agent.set_availability': { readonly availability: Availability };
  'agent.invite': { readonly agent_id: AgentId };
  'token.create': { readonly agent_id: AgentId; readonly expires_at?: Time };
  'token.revoke': { readonly token_id: TokenId };
  'channel.create': {
    readonly kind: ChannelKind;
    readonly name: string;
    readonly address: Address;
    readonly provider: string;
    readonly approved_countries?: readonly Country[];
  };
  'channel.change': {
    readonly channel_id: ChannelId;
    readonly name?: string;
    readonly approved_countries?: readonly Country[];
  };
  'template.save': TemplateSave;
  'template.delete': { readonly template_id: TemplateId };
  'webhook.save': WebhookSave;
  'webhook.delete': OfWebhook;
  /** The previous secret signs for `keep_ms`: at most 7 days, a day without. */
  'webhook.rotate': OfWebhook & { readonly keep_ms?: number };
  'webhook.replay': OfWebhook & { readonly from_seq: Seq };
  'workspace.change': {
    readonly name?: string;
    readonly country?: Country;
    readonly unread_until?: UnreadUntil;
    readonly hold_ms?: number;
    readonly link_days?: number;
  };
  'workspace.create': { readonly name: string; readonly country: Country; readonly admin: string };
}

/** A command's name. */
export type CommandName = keyof Commands;

/** A command with its params, told apart by `name`. */
export type Command = {
  [Name in CommandName]: { readonly name: Name; readonly params: Commands[Name] };
}[CommandName];

/** What the author had on screen: compare-and-send. */
export interface Expected {
  readonly epoch: Epoch;
  readonly seq: Seq;
}

/** What an accepted command made or was about. */
export interface Done {
  /** The command's last event. */
  readonly seq: Seq;
  readonly conversation_id?: ConversationId;
  readonly message_id?: MessageId;
  readonly contact_id?: ContactId;
  readonly group_id?: GroupId;
  readonly agent_id?: AgentId;
  readonly channel_id?: ChannelId;
  readonly note_id?: NoteId;
  readonly job_id?: JobId;
  readonly token_id?: TokenId;
  readonly template_id?: TemplateId;
  readonly webhook_id?: WebhookId;
  readonly workspace_id?: WorkspaceId;
  /** The secret of a new token: shown once. */
  readonly token?: string;
  /** The secret that a webhook signs with from now on: shown once. */
  readonly secret?: string;
}
