// The form of everything that a client sends, by name. The compiler holds it to the types of the frames.

import type { CommandName, Commands, ContactSave, Expected, TemplateSave, TemplateUse } from './command.js';
import type { Address } from './contact.js';
import type { View } from './conversation.js';
import type { Action, CardDraft } from './message.js';
import type { Paged, Params, PlanRequest, QueryName, SearchConversations, SearchMessages } from './query.js';
import {
  type Check,
  cursor,
  either,
  epoch,
  fields,
  id,
  isMap,
  list,
  mapOf,
  maybe,
  oneOf,
  text,
  time,
  truth,
  whole,
} from './shape.js';
import type { Hello, Refresh, SignalUp, Unwatch } from './up.js';
import type { WebhookSave } from './webhook.js';

const agent = id('agt');
const attachment = id('att');
const channel = id('chn');
const contact = id('con');
const conversation = id('cnv');
const group = id('grp');
const message = id('msg');
const template = id('tpl');
const webhook = id('whk');

const address = fields<Address>({ kind: oneOf('e164', 'bsuid', 'rcs'), value: text });
const role = oneOf('admin', 'supervisor', 'agent', 'template_agent', 'integration');
const groups = maybe(list(group));
const countries = maybe(list(text));
const action = fields<Action>({ kind: oneOf('reply', 'link', 'call'), label: text, value: text });
const approval = oneOf('none', 'pending', 'approved', 'rejected', 'paused');

const card = fields<CardDraft>({
  title: maybe(text),
  text: maybe(text),
  media: maybe(attachment),
  actions: maybe(list(action)),
});

const use = fields<TemplateUse>({ template_id: template, values: mapOf(text), digest: maybe(text) });

/** What a message holds. */
const content = {
  text: maybe(text),
  attachment_id: maybe(attachment),
  template: maybe(use),
  card: maybe(card),
};

const view = fields<View>({
  status: maybe(oneOf('open', 'closed')),
  group_id: maybe(group),
  assignee: maybe(either(oneOf('me', 'nobody'), fields<{ agent: string }>({ agent }))),
  unread: maybe(truth),
  channel_id: maybe(channel),
  order: maybe(oneOf('activity', 'waiting')),
});

const paged = { limit: maybe(whole), after: maybe(text) };
const ofConversation = fields<{ conversation_id: string }>({ conversation_id: conversation });
const ofMessage = fields<{ message_id: string }>({ message_id: message });
const ofGroup = fields<{ group_id: string }>({ group_id: group });

/** The params of every command. */
export const COMMANDS: Readonly<Record<CommandName, Check>> = {
  'conversation.start': fields<Commands['conversation.start']>({
    channel_id: channel,
    address,
    group_id: maybe(group),
  }),
  'conversation.move': fields<Commands['conversation.move']>({
    conversation_id: conversation,
    group_id: group,
    expected_group: maybe(group),
  }),
  'conversation.close': ofConversation,
  'conversation.reopen': ofConversation,
  'conversation.assign': fields<Commands['conversation.assign']>({
    conversation_id: conversation,
    agent_id: maybe(agent),
  }),
  'conversation.claim': ofConversation,
  'conversation.release': ofConversation,
  'conversation.next': fields<Commands['conversation.next']>({ group_id: maybe(group) }),
  'conversation.mark_read': fields<Commands['conversation.mark_read']>({
    conversation_id: conversation,
    up_to: whole,
  }),
  'conversation.mark_unread': ofConversation,
  'message.send': fields<Commands['message.send']>({
    conversation_id: conversation,
    ...content,
    send_at: maybe(time),
  }),
  'message.retry': ofMessage,
  'message.cancel': ofMessage,
  'message.release': ofMessage,
  'message.reschedule': fields<Commands['message.reschedule']>({ message_id: message, send_at: time }),
  'link.revoke': ofMessage,
  'note.add': fields<Commands['note.add']>({
    conversation_id: conversation,
    text,
    mentions: maybe(list(agent)),
  }),
  'consent.change': fields<Commands['consent.change']>({
    conversation_id: conversation,
    consent: oneOf('opted_out', 'opted_in'),
  }),
  'contact.save': fields<ContactSave>({
    contact_id: maybe(contact),
    name: maybe(text),
    add_tags: maybe(list(text)),
    remove_tags: maybe(list(text)),
    properties: maybe(mapOf(maybe(text))),
    add_addresses: maybe(list(address)),
    remove_addresses: maybe(list(address)),
  }),
  'contact.merge': fields<Commands['contact.merge']>({
    survivor: contact,
    survivor_version: whole,
    merged: contact,
    merged_version: whole,
  }),
  'contact.unmerge': fields<Commands['contact.unmerge']>({ survivor: contact, merged: contact }),
  'contact.erase': fields<Commands['contact.erase']>({ contact_id: contact }),
  'group.create': fields<Commands['group.create']>({ name: text }),
  'group.rename': fields<Commands['group.rename']>({ group_id: group, name: text }),
  'group.archive': ofGroup,
  'group.delete': fields<Commands['group.delete']>({ group_id: group, target: maybe(group) }),
  'group.close': ofGroup,
  'agent.create': fields<Commands['agent.create']>({
    name: text,
    role,
    groups,
    rights: maybe(list(oneOf('log', 'agents', 'settings', 'inbound'))),
  }),
  'agent.change': fields<Commands['agent.change']>({
    agent_id: agent,
    name: maybe(text),
    role: maybe(role),
    groups,
  }),
  'agent.deactivate': fields<Commands['agent.deactivate']>({ agent_id: agent }),
  'agent.set_availability': fields<Commands['agent.set_availability']>({
    availability: oneOf('online', 'away'),
  }),
  'agent.invite': fields<Commands['agent.invite']>({ agent_id: agent }),
  'token.create': fields<Commands['token.create']>({ agent_id: agent, expires_at: maybe(time) }),
  'token.revoke': fields<Commands['token.revoke']>({ token_id: id('tok') }),
  'channel.create': fields<Commands['channel.create']>({
    kind: oneOf('sms', 'rcs', 'whatsapp'),
    name: text,
    address,
    provider: text,
    approved_countries: countries,
  }),
  'channel.change': fields<Commands['channel.change']>({
    channel_id: channel,
    name: maybe(text),
    approved_countries: countries,
  }),
  'template.save': fields<TemplateSave>({
    template_id: maybe(template),
    name: text,
    language: text,
    body: text,
    header: maybe(text),
    footer: maybe(text),
    buttons: maybe(list(action)),
    provider_name: maybe(text),
    approval: maybe(approval),
  }),
  'template.delete': fields<Commands['template.delete']>({ template_id: template }),
  'webhook.save': fields<WebhookSave>({
    webhook_id: maybe(webhook),
    name: text,
    url: text,
    events: maybe(list(text)),
    groups,
    status: maybe(oneOf('active', 'disabled')),
  }),
  'webhook.delete': fields<Commands['webhook.delete']>({ webhook_id: webhook }),
  'webhook.rotate': fields<Commands['webhook.rotate']>({ webhook_id: webhook, keep_ms: maybe(whole) }),
  'webhook.replay': fields<Commands['webhook.replay']>({ webhook_id: webhook, from_seq: whole }),
  'workspace.change': fields<Commands['workspace.change']>({
    name: maybe(text),
    country: maybe(text),
    unread_until: maybe(oneOf('opened', 'answered')),
    hold_ms: maybe(whole),
    link_days: maybe(whole),
  }),
  'workspace.create': fields<Commands['workspace.create']>({ name: text, country: text, admin: text }),
};

const searched = { text, ...paged, count: maybe(truth) };
const conversations = fields<SearchConversations>(searched);

/** The params of every query. */
export const QUERIES: Readonly<Record<QueryName, Check>> = {
  'queue.page': fields<Params<'queue.page'>>({ view, ...paged }),
  'conversation.rows': fields<Params<'conversation.rows'>>({ ids: list(conversation) }),
  'conversation.timeline': fields<Params<'conversation.timeline'>>({
    conversation_id: conversation,
    before: maybe(whole),
    limit: maybe(whole),
  }),
  'contact.get': fields<Params<'contact.get'>>({ contact_id: contact }),
  'job.get': fields<Params<'job.get'>>({ job_id: id('job') }),
  'counters.get': isMap,
  'workspace.get': isMap,
  'search.conversations': conversations,
  'search.messages': fields<SearchMessages>({ ...searched, conversation_id: maybe(conversation) }),
  'send.plan': fields<PlanRequest>({
    conversation_id: maybe(conversation),
    channel_id: maybe(channel),
    address: maybe(address),
    ...content,
    file: maybe(
      fields<{ name: string; bytes: number; media_type: string }>({
        name: text,
        bytes: whole,
        media_type: text,
      }),
    ),
    send_at: maybe(time),
  }),
  'template.list': isMap,
  'template.get': fields<Params<'template.get'>>({ template_id: template }),
  'consent.list': fields<Paged>(paged),
  'webhook.list': isMap,
  'webhook.deliveries': fields<Params<'webhook.deliveries'>>({
    webhook_id: webhook,
    seq: maybe(whole),
    limit: maybe(whole),
  }),
  'status.get': isMap,
};

/** The params of every query that can be watched. */
export const WATCHES: Readonly<Record<string, Check>> = { 'search.conversations': conversations };

const resume = fields<{ cursor: string }>({ cursor });

/** Frames that are one map of fields, by type. */
export const PLAIN: Readonly<Record<string, Check>> = {
  hello: fields<Omit<Hello, 'type'>>({
    token: maybe(text),
    client: text,
    resume: maybe(resume),
    view: maybe(view),
  }),
  unwatch: fields<Omit<Unwatch, 'type'>>({ id: whole }),
  signal: fields<Omit<SignalUp, 'type'>>({
    conversation_id: conversation,
    doing: oneOf('viewing', 'typing', 'taking_over', 'nothing'),
  }),
  refresh: fields<Omit<Refresh, 'type'>>({ id: whole, token: text }),
  pong: isMap,
};

/** What the author had on screen. */
export const EXPECTED = maybe(fields<Expected>({ epoch, seq: whole }));
