// Everything that happens, by name, with its data (PROTOCOL.md, section 10).

import type { Address, Contact } from './contact.js';
import type { Header, Row } from './conversation.js';
import type {
  AgentId,
  AttachmentId,
  ChannelId,
  CommandId,
  ContactId,
  ConversationId,
  Country,
  GroupId,
  JobId,
  MessageId,
  Seq,
  TemplateId,
  Time,
  WebhookId,
} from './ids.js';
import type { Actor, Attachment, Consent, Delivery, Failure, Message, Note, ReopenCause } from './message.js';
import type { Agent, Availability, Channel, Group, Job, Role, Template, UnreadUntil } from './settings.js';
import type { StopReason, Webhook } from './webhook.js';

/** Data that says how a conversation stands afterwards. */
export interface WithHeader {
  readonly conversation: Header;
}

interface OfMessage {
  readonly conversation_id: ConversationId;
  readonly message_id: MessageId;
}

/** Data by event. */
export interface Events {
  'conversation.started': WithHeader & {
    readonly channel_id: ChannelId;
    readonly address: Address | null;
    readonly profile_name?: string;
  };
  'conversation.named': WithHeader & { readonly profile_name: string | null };
  'conversation.moved': WithHeader & { readonly from: GroupId };
  'conversation.entered': { readonly row: Row };
  'conversation.left': { readonly conversation_id: ConversationId };
  'conversation.closed': WithHeader;
  'conversation.reopened': WithHeader & { readonly cause: ReopenCause };
  'conversation.assigned': WithHeader & { readonly from?: AgentId };
  'conversation.read': WithHeader & { readonly agent_id: AgentId; readonly up_to: Seq };
  'conversation.marked_unread': WithHeader;
  'conversation.erased': WithHeader;
  'consent.changed': {
    readonly conversation_id: ConversationId;
    readonly channel_id: ChannelId;
    readonly consent: Consent;
  };
  'message.received': WithHeader & { readonly message: Message };
  'message.queued': WithHeader & { readonly message: Message };
  'message.delivery_changed': OfMessage & {
    readonly attempt: number;
    readonly delivery: Delivery;
    readonly failure?: Failure;
  };
  'message.planned': WithHeader & { readonly message: Message };
  'message.plan_changed': OfMessage & { readonly delivery: Delivery; readonly due_at?: Time };
  'message.cancelled': OfMessage;
  'attachment.stored': OfMessage & { readonly attachment: Attachment };
  'attachment.missing': OfMessage & { readonly attachment_id: AttachmentId };
  'link.opened': OfMessage;
  'link.revoked': OfMessage;
  'note.added': WithHeader & { readonly note: Note };
  'contact.saved': { readonly contact: Contact };
  'contact.merged': { readonly survivor: Contact; readonly merged: ContactId };
  'contact.unmerged': { readonly survivor: ContactId; readonly restored: ContactId };
  'contact.erased': { readonly contact_id: ContactId };
  'group.created': { readonly group: Group };
  'group.renamed': { readonly group_id: GroupId; readonly name: string };
  'group.archived': { readonly group_id: GroupId };
  'group.emptying': { readonly group_id: GroupId; readonly target: GroupId };
  'group.deleted': { readonly group_id: GroupId };
  'agent.created': { readonly agent: Agent };
  'agent.changed': {
    readonly agent_id: AgentId;
    readonly name: string;
    readonly role: Role;
    readonly groups?: readonly GroupId[];
  };
  'agent.deactivated': { readonly agent_id: AgentId };
  'agent.availability_changed': { readonly agent_id: AgentId; readonly availability: Availability };
  'channel.created': { readonly channel: Channel };
  'channel.changed': {
    readonly channel_id: ChannelId;
    readonly name: string;
    readonly approved_countries?: readonly Country[];
  };
  'template.saved': { readonly template: Template };
  'template.deleted': { readonly template_id: TemplateId };
  'webhook.saved': { readonly webhook: Webhook };
  'webhook.deleted': { readonly webhook_id: WebhookId };
  'webhook.disabled': {
    readonly webhook_id: WebhookId;
    readonly reason: StopReason;
    readonly failed_seq: Seq;
  };
  'webhook.replayed': { readonly webhook_id: WebhookId; readonly from_seq: Seq };
  'workspace.changed': {
    readonly name: string;
    readonly country: Country;
    readonly unread_until: UnreadUntil;
    readonly hold_ms?: number;
    readonly link_days?: number;
  };
  'job.started': { readonly job: Job };
  'job.advanced': { readonly job_id: JobId; readonly done: number };
  'job.rewriting': { readonly job_id: JobId };
  'job.done': { readonly job_id: JobId };
}

/** An event's name. */
export type EventName = keyof Events;

interface Recorded {
  readonly type: 'event';
  readonly seq: Seq;
  readonly at: Time;
  readonly actor: Actor;
  /** The client's command that led to it. */
  readonly command_id?: CommandId;
}

/** The event of one name. */
export type EventOf<Name extends EventName> = Recorded & { readonly name: Name; readonly data: Events[Name] };

/** Something that happened, told apart by `name`. */
export type Event = { [Name in EventName]: EventOf<Name> }[EventName];

/** An event of a newer server. Its `seq` counts; it is kept apart and never folded. */
export interface UnknownEvent {
  readonly type: 'unknown_event';
  readonly seq: Seq;
  readonly at: Time;
  readonly name: string;
  readonly data: unknown;
}

const NAMES: Readonly<Record<EventName, true>> = {
  'conversation.started': true,
  'conversation.named': true,
  'conversation.moved': true,
  'conversation.entered': true,
  'conversation.left': true,
  'conversation.closed': true,
  'conversation.reopened': true,
  'conversation.assigned': true,
  'conversation.read': true,
  'conversation.marked_unread': true,
  'conversation.erased': true,
  'consent.changed': true,
  'message.received': true,
  'message.queued': true,
  'message.delivery_changed': true,
  'message.planned': true,
  'message.plan_changed': true,
  'message.cancelled': true,
  'attachment.stored': true,
  'attachment.missing': true,
  'link.opened': true,
  'link.revoked': true,
  'note.added': true,
  'contact.saved': true,
  'contact.merged': true,
  'contact.unmerged': true,
  'contact.erased': true,
  'group.created': true,
  'group.renamed': true,
  'group.archived': true,
  'group.emptying': true,
  'group.deleted': true,
  'agent.created': true,
  'agent.changed': true,
  'agent.deactivated': true,
  'agent.availability_changed': true,
  'channel.created': true,
  'channel.changed': true,
  'template.saved': true,
  'template.deleted': true,
  'webhook.saved': true,
  'webhook.deleted': true,
  'webhook.disabled': true,
  'webhook.replayed': true,
  'workspace.changed': true,
  'job.started': true,
  'job.advanced': true,
  'job.rewriting': true,
  'job.done': true,
};

/** Whether this client knows events of that name. */
export function isEventName(name: string): name is EventName {
  return Object.hasOwn(NAMES, name);
}
