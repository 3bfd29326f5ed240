// Everything that can be asked, by name: params and answers (PROTOCOL.md, section 9).

import type { MessageContent, TemplateDraft } from './command.js';
import type { Address, Contact } from './contact.js';
import type { Counters, Row, View } from './conversation.js';
import type { ChannelId, ContactId, ConversationId, JobId, Seq, TemplateId, Time, WebhookId } from './ids.js';
import type { Consent, Failure, Line, Message } from './message.js';
import type { SendPlan } from './plan.js';
import type { Building, Hit, MessageHit, Total } from './search.js';
import type { Agent, Group, Job, Template, Workspace } from './settings.js';
import type { WebhookCounts, WebhookDelivery, WebhookStanding } from './webhook.js';

/** A page: 1 to `page_rows_max`, `page_rows` without. */
export interface Paged {
  readonly limit?: number;
  /** `next` of the page before, of the same question. */
  readonly after?: string;
}

/** Params of `search.conversations`. */
export interface SearchConversations extends Paged {
  readonly text: string;
  readonly count?: boolean;
}

/** Params of `search.messages`. */
export interface SearchMessages extends SearchConversations {
  /** Only there. */
  readonly conversation_id?: ConversationId;
}

/** A page of hits. */
export interface Found<H> {
  readonly hits: readonly H[];
  readonly next?: string;
  /** With `count`. */
  readonly total?: Total;
  readonly building?: Building;
  readonly seq: Seq;
}

/** A page of a queue. */
export interface QueuePage {
  readonly rows: readonly Row[];
  readonly next?: string;
  readonly seq: Seq;
}

/** A page of a timeline. */
export interface TimelinePage {
  /** In their order, the newest last. */
  readonly items: readonly Line[];
  /** Whether there are lines before them. */
  readonly earlier: boolean;
  /** Planned messages by `due_at`; only with the newest page. */
  readonly pending?: readonly Message[];
  readonly seq: Seq;
}

/** Params of `send.plan`: a conversation, or a channel and an address. */
export interface PlanRequest extends Omit<MessageContent, 'template'> {
  readonly template?: TemplateDraft;
  readonly conversation_id?: ConversationId;
  readonly channel_id?: ChannelId;
  readonly address?: Address;
  /** A file that is not uploaded yet. */
  readonly file?: { readonly name: string; readonly bytes: number; readonly media_type: string };
  readonly send_at?: Time;
}

/** How well something works. */
export type Health = 'up' | 'degraded' | 'down';

/** A provider of channels. */
export interface ProviderStatus {
  readonly name: string;
  readonly status: Health;
  /** Messages that wait to be sent. */
  readonly waiting: number;
  readonly per_second: number;
  readonly last_failure?: { readonly failure: Failure; readonly at: Time };
  readonly back_in_ms?: number;
}

/** How the server is, as its status page says. */
export interface ServerStatus {
  readonly status: Health;
  readonly at: Time;
  readonly providers: readonly ProviderStatus[];
  /** Absent while there are none. */
  readonly webhooks?: WebhookCounts;
}

/** Somebody who said stop or start. */
export interface ConsentEntry {
  readonly conversation_id: ConversationId;
  readonly channel_id: ChannelId;
  /** Null once erased. */
  readonly address: Address | null;
  readonly consent: Consent;
  readonly at: Time;
}

/** Params and answer by query. */
export interface Queries {
  'queue.page': { params: Paged & { readonly view: View }; answer: QueuePage };
  'conversation.rows': {
    params: { readonly ids: readonly ConversationId[] };
    answer: { readonly rows: readonly Row[]; readonly seq: Seq };
  };
  'conversation.timeline': {
    params: { readonly conversation_id: ConversationId; readonly before?: Seq; readonly limit?: number };
    answer: TimelinePage;
  };
  'contact.get': { params: { readonly contact_id: ContactId }; answer: { readonly contact: Contact } };
  'job.get': { params: { readonly job_id: JobId }; answer: { readonly job: Job } };
  'counters.get': { params: Record<string, never>; answer: { readonly counters: readonly Counters[] } };
  'workspace.get': {
    params: Record<string, never>;
    answer: {
      readonly workspace: Workspace;
      readonly groups: readonly Group[];
      readonly agents: readonly Agent[];
    };
  };
  'search.conversations': { params: SearchConversations; answer: Found<Hit> };
  'search.messages': { params: SearchMessages; answer: Found<MessageHit> };
  'send.plan': { params: PlanRequest; answer: SendPlan };
  'template.list': {
    params: Record<string, never>;
    answer: { readonly templates: readonly Template[]; readonly seq: Seq };
  };
  'template.get': { params: { readonly template_id: TemplateId }; answer: { readonly template: Template } };
  'consent.list': {
    params: Paged;
    answer: { readonly items: readonly ConsentEntry[]; readonly next?: string; readonly seq: Seq };
  };
  'webhook.list': {
    params: Record<string, never>;
    answer: { readonly webhooks: readonly WebhookStanding[]; readonly seq: Seq };
  };
  /** Only those of the event with `seq`, where it is given. */
  'webhook.deliveries': {
    params: { readonly webhook_id: WebhookId; readonly seq?: Seq; readonly limit?: number };
    answer: { readonly items: readonly WebhookDelivery[]; readonly seq: Seq };
  };
  'status.get': { params: Record<string, never>; answer: ServerStatus };
}

/** A query's name. */
export type QueryName = keyof Queries;
/** A query's params. */
export type Params<Name extends QueryName> = Queries[Name]['params'];
/** A query's answer. */
export type Answer<Name extends QueryName> = Queries[Name]['answer'];

/** A query with its params, told apart by `name`. */
export type Query = {
  [Name in QueryName]: { readonly name: Name; readonly params: Params<Name> };
}[QueryName];
