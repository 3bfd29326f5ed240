// What a workspace consists of beside its conversations: settings, agents, groups, channels, templates, jobs.

import type { Address } from './contact.js';
import type {
  AgentId,
  AttachmentId,
  ChannelId,
  ContactId,
  Country,
  GroupId,
  JobId,
  Seq,
  TemplateId,
  WorkspaceId,
} from './ids.js';
import type { Action } from './message.js';

/** What takes the unread mark away. */
export type UnreadUntil = 'opened' | 'answered';

/** A workspace's settings. */
export interface Workspace {
  readonly workspace_id: WorkspaceId;
  readonly name: string;
  /** Of numbers typed without a calling code. */
  readonly country: Country;
  readonly unread_until: UnreadUntil;
  readonly default_group: GroupId;
  /** How long a message is held back so that it can be undone, in milliseconds. */
  readonly hold_ms: number;
  /** How long links to files work. */
  readonly link_days: number;
  readonly seq: Seq;
}

/** What somebody may do. */
export type Role = 'admin' | 'supervisor' | 'agent' | 'template_agent' | 'integration';

/** What an integration may do beside working the queue. */
export type Right = 'log' | 'agents' | 'settings' | 'inbound';

/** Whether an agent takes conversations now. */
export type Availability = 'online' | 'away';

/** A person or a program that works the queue. */
export interface Agent {
  readonly agent_id: AgentId;
  readonly name: string;
  readonly role: Role;
  /** Absent: all. An empty list: none. */
  readonly groups?: readonly GroupId[];
  readonly status: 'active' | 'deactivated';
  readonly availability: Availability;
  readonly seq: Seq;
}

/** Over what a channel sends. */
export type ChannelKind = 'sms' | 'rcs' | 'whatsapp';

/** One own sender. */
export interface Channel {
  readonly channel_id: ChannelId;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly address: Address;
  readonly provider?: string;
  /** Where it may send to; absent: everywhere. */
  readonly approved_countries?: readonly Country[];
  readonly seq: Seq;
}

/** A named set of conversations. */
export interface Group {
  readonly group_id: GroupId;
  readonly name: string;
  /** `archived` takes no new conversations, `emptying` is being deleted. */
  readonly status: 'active' | 'archived' | 'emptying';
  readonly seq: Seq;
}

/** Whether WhatsApp lets a template through. */
export type Approval = 'none' | 'pending' | 'approved' | 'rejected' | 'paused';

/** A text with fields, `{{name}}`. */
export interface Template {
  readonly template_id: TemplateId;
  readonly name: string;
  /** `fr`, `en`, … */
  readonly language: string;
  readonly body: string;
  readonly header?: string;
  readonly footer?: string;
  readonly buttons: readonly Action[];
  /** Names of its fields, in order. */
  readonly fields: readonly string[];
  readonly approval: Approval;
  readonly provider_name?: string;
  readonly status: 'active' | 'deleted';
  readonly seq: Seq;
}

/** What a job does. */
export type JobKind =
  | { readonly name: 'delete_group'; readonly group_id: GroupId; readonly target: GroupId }
  | { readonly name: 'close_group'; readonly group_id: GroupId }
  | { readonly name: 'erase_contact'; readonly contact_id: ContactId }
  | { readonly name: 'import_contacts'; readonly attachment_id: AttachmentId };

/** Large work that shows its progress. */
export interface Job {
  readonly job_id: JobId;
  readonly kind: JobKind;
  readonly status: 'running' | 'rewriting' | 'done';
  /** Conversations; of an import bytes of its file. */
  readonly done: number;
  readonly total: number;
  readonly seq: Seq;
}
