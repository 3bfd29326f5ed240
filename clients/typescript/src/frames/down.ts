// Frames from the server (PROTOCOL.md, section 5).

import type { Counters, Row } from './conversation.js';
import type { Event, UnknownEvent } from './event.js';
import type { AgentId, CommandId, ConversationId, Cursor, Epoch, Seq } from './ids.js';
import type { Limits } from './limits.js';
import type { Building, HitId, Placed, Total } from './search.js';
import type { Agent, Channel, Group, Template, Workspace } from './settings.js';

/** Lets a client in. */
export interface Welcome {
  readonly type: 'welcome';
  readonly workspace: Workspace;
  /** Who the client is. */
  readonly agent: Agent;
  readonly epoch: Epoch;
  /** The position that this connection begins with. */
  readonly cursor: Cursor;
  readonly seq: Seq;
  /** Whether the missing events follow; otherwise a snapshot does. */
  readonly resumed: boolean;
  /** With `resumed`: whether the signals that the client knows stay; otherwise it forgets them. */
  readonly signals_kept?: boolean;
  readonly limits: Limits;
  readonly server: string;
}

/** A part of what a client begins with. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly part: number;
  readonly last: boolean;
  readonly seq: Seq;
  readonly rows?: readonly Row[];
  readonly next?: string;
  readonly groups?: readonly Group[];
  readonly agents?: readonly Agent[];
  readonly channels?: readonly Channel[];
  readonly templates?: readonly Template[];
  readonly counters?: readonly Counters[];
  readonly signals?: readonly SignalDown[];
}

/** What went wrong, as the server says it. */
export interface ErrorBody {
  /** One of the registry's, or of a newer server's. */
  readonly code: string;
  /** An English sentence that says what to do. */
  readonly message: string;
  /** The same thing may work later. */
  readonly temporary: boolean;
  readonly retry_after_ms?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Answers a command (`command_id`), or a query, watch or refresh (`id`). */
export interface Reply {
  readonly type: 'reply';
  readonly command_id?: CommandId;
  readonly id?: number;
  readonly ok?: Readonly<Record<string, unknown>>;
  readonly error?: ErrorBody;
}

/** The list of a watch is another one now. */
export interface Change {
  readonly type: 'change';
  readonly id: number;
  readonly seq: Seq;
  readonly added: readonly Placed[];
  readonly moved: readonly Placed[];
  readonly removed: readonly HitId[];
  readonly total?: Total;
  readonly building?: Building;
}

/** What a colleague does. Without a conversation `online` or `offline`. */
export type Presence = 'online' | 'offline' | 'viewing' | 'typing' | 'leasing' | 'nothing';

/** Word of a colleague. */
export interface SignalDown {
  readonly agent_id: AgentId;
  readonly conversation_id?: ConversationId;
  readonly doing: Presence;
}

/** Word of a colleague, as a frame. */
export type SignalFrame = { readonly type: 'signal' } & SignalDown;

/** One group's counters. */
export type CountersFrame = { readonly type: 'counters' } & Counters;

/** Everything visible up to `seq` was sent. */
export interface Checkpoint {
  readonly type: 'checkpoint';
  readonly seq: Seq;
  readonly cursor: Cursor;
}

/** To be answered with `pong`. */
export interface Ping {
  readonly type: 'ping';
  readonly cursor: Cursor;
}

/** Why everything that was folded is void. */
export type ResetReason = 'unknown_cursor' | 'scope_changed' | 'too_old' | 'rebuilt';

/** Forget everything that was folded. */
export interface Reset {
  readonly type: 'reset';
  readonly reason: ResetReason;
}

/** The connection ends. */
export interface Goodbye {
  readonly type: 'goodbye';
  /** The name of a close code. */
  readonly code: string;
  readonly reason: string;
  readonly retry_after_ms?: number;
}

/** A frame of a newer server; it is ignored. */
export interface UnknownFrame {
  readonly type: 'unknown';
  readonly of: string;
}

/** Every frame from the server, told apart by `type`. */
export type Down =
  | Welcome
  | Snapshot
  | Event
  | UnknownEvent
  | Reply
  | Change
  | SignalFrame
  | CountersFrame
  | Checkpoint
  | Ping
  | Reset
  | Goodbye
  | UnknownFrame;
