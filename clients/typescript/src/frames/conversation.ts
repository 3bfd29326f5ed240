// Conversations as rows of a queue, and the views that choose and order them (PROTOCOL.md, section 11).

import type { Address, ContactRef } from './contact.js';
import type { AgentId, ChannelId, ConversationId, GroupId, Seq, Time } from './ids.js';
import type { Direction } from './message.js';

/** Whether a conversation waits for anything. */
export type Status = 'open' | 'closed';

/** What every event about a conversation carries: how it stands afterwards. */
export interface Header {
  readonly conversation_id: ConversationId;
  readonly status: Status;
  /** The shared mark. */
  readonly unread: boolean;
  readonly group_id: GroupId;
  /** Who has it; absent: nobody. */
  readonly assignee?: AgentId;
  /** Of the newest message; of the start before the first one. The order key of `activity`. */
  readonly activity_seq: Seq;
  readonly activity_at: Time;
  /** Of the message that waits for an answer. The order key of `waiting`. */
  readonly waiting_seq?: Seq;
  readonly waiting_since?: Time;
  /** How often it was opened. */
  readonly episode: number;
  /** WhatsApp: until when free text may be sent, 24 hours after the last inbound message. */
  readonly window_until?: Time;
}

/** The newest message as a row shows it. */
export interface LastLine {
  readonly seq: Seq;
  readonly at: Time;
  readonly direction: Direction;
  /** At most 160 characters on one line; null once erased. */
  readonly text: string | null;
}

/** A conversation as a queue shows it. A name to show is the contact's, or `~` and the profile name, or the address. */
export interface Row {
  /** Of the event that last changed the conversation. */
  readonly seq: Seq;
  readonly conversation: Header;
  readonly channel_id: ChannelId;
  /** Null once erased. */
  readonly address: Address | null;
  /** What the other side calls itself. */
  readonly profile_name?: string;
  /** The contact that has the row's address. */
  readonly contact?: ContactRef;
  readonly opted_out: boolean;
  readonly last?: LastLine;
}

/** `activity`: newest first. `waiting`: longest-waiting first, and only rows that wait. */
export type Order = 'activity' | 'waiting';

/** Whose conversations. */
export type AssigneeFilter = 'me' | 'nobody' | { readonly agent: AgentId };

/** Which conversations, in which order. All that is given must hold. */
export interface View {
  readonly status?: Status;
  readonly group_id?: GroupId;
  readonly assignee?: AssigneeFilter;
  readonly unread?: boolean;
  readonly channel_id?: ChannelId;
  /** `activity` when absent. */
  readonly order?: Order;
}

/** Open conversations of one agent, and those of them with the unread mark. */
export interface AssigneeCounters {
  readonly agent_id: AgentId;
  readonly open: number;
  readonly unread: number;
}

/** One group's counters as of `seq`. */
export interface Counters {
  readonly seq: Seq;
  readonly group_id: GroupId;
  readonly open: number;
  readonly closed: number;
  /** With the unread mark, open or closed. */
  readonly unread: number;
  /** Open ones that nobody has. */
  readonly unassigned: number;
  readonly assignees: readonly AssigneeCounters[];
  /** Whether agents who are not in `assignees` have nothing. */
  readonly complete?: boolean;
}
