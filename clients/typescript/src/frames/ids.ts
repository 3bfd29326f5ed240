// Ids as text: a prefix, `_`, and a UUID. An id of one noun is never taken for another (PROTOCOL.md, section 2).

/** A workspace. */
export type WorkspaceId = `wsp_${string}`;
/** An agent: a person or a program that works the queue. */
export type AgentId = `agt_${string}`;
/** A channel: one own sender. */
export type ChannelId = `chn_${string}`;
/** A saved person. */
export type ContactId = `con_${string}`;
/** A conversation: one thread with one address over one channel. */
export type ConversationId = `cnv_${string}`;
/** A message. Of one that this client sends: `msg_` and the command's UUID. */
export type MessageId = `msg_${string}`;
/** A group of conversations. */
export type GroupId = `grp_${string}`;
/** A note. */
export type NoteId = `not_${string}`;
/** Large work. */
export type JobId = `job_${string}`;
/** A token's handle, never its secret. */
export type TokenId = `tok_${string}`;
/** A template. */
export type TemplateId = `tpl_${string}`;
/** An attachment. */
export type AttachmentId = `att_${string}`;
/** A webhook. */
export type WebhookId = `whk_${string}`;

/** A command's id: a bare UUID of version 7. */
export type CommandId = string;
/** A moment in UTC with milliseconds: `2026-11-03T09:15:02.123Z`. Never used for order. */
export type Time = string;
/** A place in a workspace's log, from 1. */
export type Seq = number;
/** One life of a log: 16 hexadecimal digits. */
export type Epoch = string;
/** An opaque position to resume from. */
export type Cursor = string;
/** A country in two letters. */
export type Country = string;
/** Characters of a text from the first up to before the second, as Unicode scalar values. */
export type Range = readonly [from: number, to: number];
