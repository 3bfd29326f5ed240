// What screens follow: queues, threads, conversations and the rest, as values. It holds types only.

import type {
  Agent,
  AgentId,
  Channel,
  ChannelId,
  Contact,
  ContactId,
  ErrorBody,
  Expected,
  Group,
  GroupId,
  Job,
  Line,
  Message,
  Row,
  Template,
  TemplateId,
  View,
  Workspace,
} from './frames.js';
import type { Live } from './live.js';

/** How far the first page of something is. */
export type Load =
  | { readonly name: 'loading' }
  | { readonly name: 'ready' }
  /** The server does not give it, for example because the conversation is not visible. */
  | { readonly name: 'refused'; readonly error: ErrorBody };

/** A queue as a list shows it. */
export interface QueueValue {
  readonly view: View;
  readonly load: Load;
  /** In the view's order. The same array until it changes; a row is the same object until it changes. */
  readonly rows: readonly Row[];
  /** Whether `rows` is all of the view. */
  readonly whole: boolean;
  /** Whether a further page is on its way. */
  readonly extending: boolean;
}

/** A queue: it is loaded while somebody subscribes, and let go some time after nobody does. */
export interface Queue extends Live<QueueValue> {
  readonly view: View;
  /** Asks for one more page. `end`: there is none. */
  more(): Promise<'more' | 'end'>;
}

/** A conversation's timeline as a screen shows it. */
export interface ThreadValue {
  readonly load: Load;
  /** In their order, the newest last. */
  readonly lines: readonly Line[];
  /** Planned messages by `due_at`; those that wait for a decision last. */
  readonly pending: readonly Message[];
  /** Whether there are lines before the first. */
  readonly earlier: boolean;
  /** Whether earlier lines are on their way. */
  readonly extending: boolean;
  /** What to hand to a command that must not cross somebody else's message: this is what is on screen. */
  readonly expected: Expected | undefined;
}

/** A timeline: it is loaded while somebody subscribes, and let go some time after nobody does. */
export interface Thread extends Live<ThreadValue> {
  /** Asks for the page before the first line. `end`: there is none. */
  more(): Promise<'more' | 'end'>;
}

/** All visible groups added up, or a part of them. */
export interface Totals {
  readonly open: number;
  readonly closed: number;
  /** With the unread mark. */
  readonly unread: number;
  /** Open ones that nobody has. */
  readonly unassigned: number;
}

/** Counters as the server counts them. */
export interface CountersValue {
  readonly all: Totals;
  readonly byGroup: ReadonlyMap<GroupId, Totals>;
  /** Over all visible groups. */
  readonly byAgent: ReadonlyMap<AgentId, { readonly open: number; readonly unread: number }>;
}

/** What a workspace consists of beside its conversations. */
export interface DirectoryValue {
  /** Absent before the first welcome. */
  readonly workspace: Workspace | undefined;
  /** Who this client is. */
  readonly me: Agent | undefined;
  /** Those this agent sees. */
  readonly groups: ReadonlyMap<GroupId, Group>;
  readonly agents: ReadonlyMap<AgentId, Agent>;
  readonly channels: ReadonlyMap<ChannelId, Channel>;
  /** Active ones. */
  readonly templates: ReadonlyMap<TemplateId, Template>;
}

/** What a colleague does in a conversation. `leasing`: types and holds the place. */
export interface PresentAgent {
  readonly agent_id: AgentId;
  readonly doing: 'viewing' | 'typing' | 'leasing';
}

/** A contact's card; absent until it is known. */
export interface ContactValue {
  readonly contact_id: ContactId;
  readonly load: Load;
  readonly contact: Contact | undefined;
}

/** Large work that runs or was done while this client looked. */
export type JobsValue = ReadonlyMap<Job['job_id'], Job>;
