// Frames from a client (PROTOCOL.md, section 4).

import type { Command, Expected } from './command.js';
import type { View } from './conversation.js';
import type { CommandId, ConversationId, Cursor, Seq } from './ids.js';
import type { Query, SearchConversations } from './query.js';

/** The first frame, once. */
export interface Hello {
  readonly type: 'hello';
  /** Absent where a cookie says who comes in. */
  readonly token?: string;
  /** Name and version of the program, for the operator. */
  readonly client: string;
  readonly resume?: { readonly cursor: Cursor };
  /** Whose first page the snapshot brings. */
  readonly view?: View;
}

/** Changes something. */
export type CommandFrame = {
  readonly type: 'command';
  readonly command_id: CommandId;
  readonly expected?: Expected;
} & Command;

/** Reads something. */
export type QueryFrame = { readonly type: 'query'; readonly id: number; readonly at_least?: Seq } & Query;

/** Reads something and keeps the question open. */
export interface WatchFrame {
  readonly type: 'watch';
  readonly id: number;
  readonly name: 'search.conversations';
  readonly params: SearchConversations;
}

/** Ends a watch. */
export interface Unwatch {
  readonly type: 'unwatch';
  readonly id: number;
}

/** What an agent says of itself in a conversation. */
export type Doing = 'viewing' | 'typing' | 'taking_over' | 'nothing';

/** Tells colleagues what the agent does. */
export interface SignalUp {
  readonly type: 'signal';
  readonly conversation_id: ConversationId;
  readonly doing: Doing;
}

/** Another token of the same agent. */
export interface Refresh {
  readonly type: 'refresh';
  readonly id: number;
  readonly token: string;
}

/** Answers a ping. */
export interface Pong {
  readonly type: 'pong';
}

/** Every frame from a client, told apart by `type`. */
export type Up = Hello | CommandFrame | QueryFrame | WatchFrame | Unwatch | SignalUp | Refresh | Pong;
