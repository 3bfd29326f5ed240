// The handle that applications hold. One client stands for one agent.

import type {
  AgentId,
  Answer,
  Attachment,
  CommandName,
  Commands,
  ContactId,
  ConversationId,
  Doing,
  Done,
  Event,
  Expected,
  MessageContent,
  MessageId,
  Params,
  QueryName,
  Row,
  SearchConversations,
  Time,
  UnknownEvent,
  View,
} from './frames.js';
import type { Live } from './live.js';
import type { Options } from './options.js';
import type { Kept } from './outbox.js';
import type {
  ContactValue,
  CountersValue,
  DirectoryValue,
  JobsValue,
  PresentAgent,
  Queue,
  Thread,
} from './screen.js';
import type { State } from './state.js';
import type { UploadOptions } from './upload.js';
import type { Watching } from './watch.js';

/** How a command is given. */
export interface CommandOptions {
  /** Refuse when somebody else wrote after this: see `ThreadValue.expected`. */
  readonly expected?: Expected | undefined;
  /** An id of one's own, a UUIDv7. */
  readonly commandId?: string;
}

/** A message on its way. */
export interface Sending {
  readonly command_id: string;
  /** The message's id, known before the answer. */
  readonly message_id: MessageId;
  /** The server's answer; rejects with a `CommandError`. */
  readonly done: Promise<Done>;
}

export declare class Client {
  /** Starts to connect. */
  static connect(options: Options): Client;

  /** Where the connection is. */
  readonly state: Live<State>;
  /** Settings, groups, agents, channels, templates. */
  readonly directory: Live<DirectoryValue>;
  readonly counters: Live<CountersValue>;
  /** Who is connected. */
  readonly online: Live<ReadonlySet<AgentId>>;
  readonly jobs: Live<JobsValue>;
  /** Commands without an answer yet, and those of an earlier run that were refused. */
  readonly outbox: Live<readonly Kept[]>;

  /** Resolves once live; rejects with `Ended` when the connection is over. */
  live(): Promise<void>;
  /** Ends the connection for good. Unanswered commands stay in the outbox store. */
  close(): void;
  /** Connects now instead of after the pause, for example when the network is back. */
  retry(): void;

  /** A queue. The same view gives the same object. */
  queue(view: View): Queue;
  /** A conversation's timeline. */
  thread(id: ConversationId): Thread;
  /** A conversation's row, kept while somebody subscribes. */
  conversation(id: ConversationId): Live<Row | undefined>;
  /** A contact's card, kept while somebody subscribes. */
  contact(id: ContactId): Live<ContactValue>;
  /** Who is in a conversation, this agent left out. */
  present(id: ConversationId): Live<readonly PresentAgent[]>;

  /** Does something once, whatever happens to the connection. Rejects with a `CommandError`. */
  command<Name extends CommandName>(
    name: Name,
    params: Commands[Name],
    options?: CommandOptions,
  ): Promise<Done>;
  /** Sends a message; its id is known at once. */
  send(
    id: ConversationId,
    content: MessageContent & { readonly send_at?: Time },
    options?: CommandOptions,
  ): Sending;
  /** Takes a refused command of an earlier run out of the outbox. */
  drop(commandId: string): void;
  /** Reads something. Rejects with a `QueryError`. */
  query<Name extends QueryName>(
    name: Name,
    params: Params<Name>,
    options?: { readonly atLeast?: number; readonly signal?: AbortSignal },
  ): Promise<Answer<Name>>;
  /** Keeps a search open until `close`; its list survives reconnects. */
  watch(search: Omit<SearchConversations, 'after'>): Watching;
  /** Tells colleagues what this agent does there, and renews it until it does something else. */
  signal(id: ConversationId, doing: Doing): void;
  /** Another token, now and after every reconnect. */
  refresh(token: string): Promise<void>;
  /** Uploads a file; resolves with the attachment once it is whole and accepted. */
  upload(file: Blob, options?: UploadOptions): Promise<Attachment>;
  /** Where a file or its thumbnail is read from, for `src` and `href`. */
  attachmentUrl(id: Attachment['attachment_id'], part?: 'file' | 'thumbnail'): string;

  /** Calls `run` with each event as it is folded, in order, once. */
  onEvent(run: (event: Event | UnknownEvent) => void): () => void;
  /** Events in order, with a bounded buffer: when it is full the connection waits. */
  events(options?: { readonly max?: number }): AsyncIterableIterator<Event | UnknownEvent>;
}
