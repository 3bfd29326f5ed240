// What a search finds (PROTOCOL.md, sections 9 and 11).

import type { Address } from './contact.js';
import type { Status } from './conversation.js';
import type {
  AgentId,
  ChannelId,
  ContactId,
  ConversationId,
  GroupId,
  MessageId,
  Range,
  Seq,
  Time,
} from './ids.js';
import type { Direction } from './message.js';

/** How well something matched, the best first. */
export type Rank = 'whole' | 'word' | 'start' | 'inside' | 'elsewhere';

/** What a list of hits shows of a conversation. */
export interface HitConversation {
  readonly conversation_id: ConversationId;
  readonly status: Status;
  readonly unread: boolean;
  readonly group_id: GroupId;
  readonly channel_id: ChannelId;
  readonly assignee?: AgentId;
  readonly activity_seq: Seq;
  readonly activity_at: Time;
}

/** One field that matched, and where. */
export interface Match {
  readonly field: 'name' | 'address' | 'group' | 'tag' | 'property';
  /** Of a property: its key. */
  readonly key?: string;
  /** The field as it is shown. */
  readonly text: string;
  readonly ranges: readonly Range[];
}

/** A conversation that was found, or a contact that has none: a hit has one of the two ids. */
export interface Hit {
  readonly rank: Rank;
  readonly conversation?: HitConversation;
  readonly contact_id?: ContactId;
  readonly name?: string;
  /** Only without a saved name. */
  readonly profile_name?: string;
  /** The conversation's own first. */
  readonly addresses: readonly Address[];
  readonly tags: readonly string[];
  readonly matched: readonly Match[];
}

/** What tells a hit from the others of its list. */
export type HitId = ConversationId | ContactId;

/** A message that was found. */
export interface MessageHit {
  readonly rank: Rank;
  readonly message_id: MessageId;
  readonly conversation_id: ConversationId;
  readonly seq: Seq;
  readonly at: Time;
  readonly direction: Direction;
  /** At most 160 characters around the first match. */
  readonly snippet: string;
  readonly ranges: readonly Range[];
}

/** How many match; `capped`: counting stopped there, shown as "1,000+". */
export interface Total {
  readonly count: number;
  readonly capped: boolean;
}

/** While the index is built anew hits may be missing: `done` of `total`. */
export interface Building {
  readonly done: number;
  readonly total: number;
}

/** A hit and its place. */
export interface Placed {
  readonly at: number;
  readonly hit: Hit;
}

/** What tells a hit from the others of its list. */
export function hitId(hit: Hit): HitId | undefined {
  return hit.conversation?.conversation_id ?? hit.contact_id;
}
