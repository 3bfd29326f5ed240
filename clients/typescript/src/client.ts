// The handle that applications hold: one client stands for one agent. It joins the parts and decides nothing that
// one of them can.

import { doorsOf } from './address.js';
import { Backoff } from './backoff.js';
import { Board, type Hold, Part, perFrame } from './board.js';
import { Connection } from './connection.js';
import { Ended, ownRefusal, QueryError } from './errors.js';
import type {
  AgentId,
  Answer,
  Attachment,
  AttachmentId,
  Command,
  CommandId,
  CommandName,
  Commands,
  ContactId,
  ConversationId,
  Doing,
  Done,
  Down,
  Epoch,
  ErrorBody,
  Expected,
  MessageContent,
  MessageId,
  Params,
  Query,
  QueryName,
  Row,
  SearchConversations,
  Time,
  Up,
  View,
} from './frames.js';
import { Holds } from './holds.js';
import type { Live } from './live.js';
import type { Options, Token } from './options.js';
import { type Kept, MemoryOutbox } from './outbox.js';
import { Promised } from './promised.js';
import { Filling } from './question.js';
import { QueueHandle, ThreadHandle } from './rooms.js';
import type {
  ContactValue,
  CountersValue,
  DirectoryValue,
  JobsValue,
  PresentAgent,
  Queue,
  Thread,
} from './screen.js';
import { ASKS_MAX, type Ask, Asks } from './send.js';
import { OwnSignals } from './signal.js';
import type { State } from './state.js';
import { Store, type Topic, viewKey } from './store.js';
import { Streams, type Told } from './stream.js';
import { Tokens } from './token.js';
import type { UploadOptions } from './upload.js';
import { uuidv7 } from './uuid.js';
import { Watches, type Watching } from './watching.js';

/** The queue that a desk opens with. */
const OPEN: View = { status: 'open', order: 'activity' };
/** Queues and timelines that are kept though nobody follows them. */
const IDLE_MAX = 16;

/** How a command is given. */
export interface CommandOptions {
  /** Refuse when somebody else wrote after this: see `ThreadValue.expected`. */
  readonly expected?: Expected | undefined;
  /** An id of one's own, a UUIDv7. */
  readonly commandId?: CommandId;
}

/** How a question is asked. */
export interface QueryOptions {
  /** The answer includes everything up to this seq, for example that of an accepted command. */
  readonly atLeast?: number;
  /** Stops waiting for the answer. */
  readonly signal?: AbortSignal;
}

/** A message on its way. */
export interface Sending {
  readonly command_id: CommandId;
  /** The message's id, known before the answer. */
  readonly message_id: MessageId;
  /** The server's answer; rejects with a `CommandError`. */
  readonly done: Promise<Done>;
}

/** A connection to one workspace as one agent. */
export class Client {
  /** Where the connection is. */
  readonly state: Live<State>;
  /** Settings, groups, agents, channels, templates. */
  readonly directory: Live<DirectoryValue>;
  /** Counters as the server counts them. */
  readonly counters: Live<CountersValue>;
  /** Who is connected. */
  readonly online: Live<ReadonlySet<AgentId>>;
  /** Large work that runs, or was done since this client looked. */
  readonly jobs: Live<JobsValue>;
  /** Commands without an answer, and those of an earlier run that were refused and wait for `drop`. */
  readonly outbox: Live<readonly Kept[]>;
  readonly #options: Options;
  readonly #http: string;
  readonly #store: Store;
  readonly #board: Board;
  readonly #tokens: Tokens;
  readonly #connection: Connection;
  readonly #asks: Asks;
  readonly #filling: Filling;
  readonly #watches: Watches;
  readonly #commands: Promised;
  readonly #signals: OwnSignals;
  readonly #streams: Streams;
  readonly #holds: Holds;
  readonly #back = (): void => this.retry();
  #lastId = 0;
  /** Answers that the application waits for. */
  #awaited = 0;

  private constructor(options: Options) {
    const doors = doorsOf(options.url);
    this.#options = options;
    this.#http = doors.http;
    this.#store = new Store(options.rowsMax === undefined ? {} : { rowsMax: options.rowsMax });
    this.#board = new Board(this.#store, options.batch === 'frame' ? perFrame : queueMicrotask);
    this.#holds = new Holds(options.idleMax ?? IDLE_MAX);
    this.#tokens = new Tokens(options.token);
    this.#connection = this.#connect(doors.live);
    this.#asks = new Asks((frame) => this.#connection.send(frame), Date.now);
    const asker = {
      nextId: () => this.#nextId(),
      push: (ask: Ask) => this.#asks.push(ask),
      drop: (id: number) => this.#asks.drop(id),
      changed: () => this.#changed(),
      tell: (frame: Up) => void this.#connection.send(frame),
      pageRows: () => this.#connection.limits.page_rows,
    };
    this.#filling = new Filling(this.#store, asker);
    this.#watches = new Watches(asker);
    this.#signals = new OwnSignals(asker.tell, () => this.#connection.limits);
    this.#streams = new Streams(
      () => this.#awaited > 0,
      () => this.#readOn(),
    );
    this.#commands = new Promised(options.outbox ?? new MemoryOutbox(), {
      asks: () => this.#asks,
      wrong: (frame) => this.#connection.written(frame).error,
    });
    this.state = this.#connection.state;
    this.outbox = this.#commands.kept;
    this.directory = this.#part('directory', () => this.#store.directory.value());
    this.counters = this.#part('counters', () => this.#store.tallies.value());
    this.online = this.#part('online', () => this.#store.presences.online);
    this.jobs = this.#part('jobs', () => this.#store.jobs.value);
  }

  /** Starts to connect. Throws when `options.url` cannot be an address; whether the server is there shows in `state`. */
  static connect(options: Options): Client {
    const client = new Client(options);
    client.#start();
    return client;
  }

  /** Resolves once live; rejects with `Ended` when the connection is over. */
  live(): Promise<void> {
    return new Promise((resolve, reject) => {
      let stop: (() => void) | undefined;
      const settle = (state: State): void => {
        if (state.name === 'live') resolve();
        else if (state.name === 'closed') reject(new Ended(state.code, state.reason));
        else return;
        queueMicrotask(() => stop?.());
      };
      stop = this.state.subscribe(settle);
    });
  }

  /** Ends the connection for good. Commands without an answer stay in the outbox store. */
  close(): void {
    this.#connection.close();
  }

  /** Connects now instead of after the pause, for example when the network is back. */
  retry(): void {
    if (this.state.value.name === 'offline') this.#connection.open();
  }

  /** Drops the socket as a broken network would. The client comes back by itself. */
  cut(): void {
    this.#connection.cut('cut by the application');
  }

  /** Of the log that this client follows, for `expected`; absent before the first welcome. */
  get epoch(): Epoch | undefined {
    return this.#store.expected()?.epoch;
  }

  /** All that this client has folded, to hand to a command that must not cross anything newer. */
  get expected(): Expected | undefined {
    return this.#store.expected();
  }

  /** A queue; it is loaded while somebody subscribes. Equal views are one queue. */
  queue(view: View): Queue {
    const key = viewKey(view);
    const hold = this.#hold(
      `queue ${key}`,
      () => this.#store.openQueue(view),
      () => this.#store.closeQueue(key),
    );
    const part = new Part(this.#board, `queue ${key}`, () => this.#store.queue(view), hold);
    return new QueueHandle(view, part, () => this.#wish(() => this.#store.extendQueue(key)));
  }

  /** A conversation's timeline; it is loaded while somebody subscribes. */
  thread(id: ConversationId): Thread {
    const hold = this.#hold(
      `thread ${id}`,
      () => this.#store.openThread(id),
      () => this.#store.closeThread(id),
    );
    const part = new Part(this.#board, `thread ${id}`, () => this.#store.thread(id), hold);
    return new ThreadHandle(part, () => this.#wish(() => this.#store.extendThread(id)));
  }

  /** A conversation's row, kept while somebody subscribes; absent until it is known, or where it is not visible. */
  conversation(id: ConversationId): Live<Row | undefined> {
    const hold = this.#hold(
      `row ${id}`,
      () => this.#store.pin(id),
      () => this.#store.unpin(id),
    );
    return this.#part(`row ${id}`, () => this.#store.row(id), hold);
  }

  /** A contact's card, kept while somebody subscribes. */
  contact(id: ContactId): Live<ContactValue> {
    const hold = this.#hold(
      `contact ${id}`,
      () => this.#store.contacts.open(id),
      () => this.#store.contacts.close(id),
    );
    return this.#part(`contact ${id}`, () => this.#store.contact(id), hold);
  }

  /** Who is in a conversation, this agent included. */
  present(id: ConversationId): Live<readonly PresentAgent[]> {
    return this.#part(`present ${id}`, () => this.#store.present(id));
  }

  /** Does something once, whatever happens to the connection. Rejects with a `CommandError`, `Ended` or `Dropped`. */
  command<Name extends CommandName>(
    name: Name,
    params: Commands[Name],
    options: CommandOptions = {},
  ): Promise<Done> {
    const command_id = options.commandId ?? uuidv7();
    const { expected } = options;
    const given_at = new Date().toISOString() as Time;
    const entry = {
      command_id,
      ...(expected === undefined ? {} : { expected }),
      given_at,
      ...({ name, params } as unknown as Command),
    };
    const { value } = this.state;
    if (value.name === 'closed') return Promise.reject(new Ended(value.code, value.reason));
    return this.#await(this.#commands.give(entry));
  }

  /** Sends a message; its id is known at once. */
  send(
    conversation_id: ConversationId,
    content: MessageContent & { readonly send_at?: Time },
    options: CommandOptions = {},
  ): Sending {
    const command_id = options.commandId ?? uuidv7();
    const params = { conversation_id, ...content };
    const done = this.command('message.send', params, { ...options, commandId: command_id });
    return { command_id, message_id: `msg_${command_id}`, done };
  }

  /** Takes a command out of the outbox: a refused one of an earlier run, or one whose promise rejects with `Dropped` then. */
  drop(commandId: CommandId): void {
    this.#commands.drop(commandId);
  }

  /** Reads something. Rejects with a `QueryError`, or `Ended`. */
  query<Name extends QueryName>(
    name: Name,
    params: Params<Name>,
    { atLeast, signal }: QueryOptions = {},
  ): Promise<Answer<Name>> {
    const id = this.#nextId();
    const query = { name, params } as unknown as Query;
    const at_least = atLeast === undefined ? {} : { at_least: atLeast };
    const asked = this.#asked({ type: 'query', id, ...at_least, ...query }, id, signal);
    return this.#await(asked) as Promise<Answer<Name>>;
  }

  /** Keeps a search open until its `close`; the list survives reconnects. */
  watch(search: Omit<SearchConversations, 'after'>): Watching {
    return this.#watches.open(search);
  }

  /** Tells colleagues what this agent does there, and renews it until something else is said. */
  signal(id: ConversationId, doing: Doing): void {
    this.#signals.say(id, doing);
  }

  /** Goes on with another token of the same agent, now and after every reconnect. */
  refresh(token: string | Token): Promise<void> {
    return this.#await(this.#refresh(token));
  }

  /** Uploads a file; resolves with the attachment once it is whole and accepted. Rejects with `Refused`. */
  async upload(file: Blob, options: UploadOptions = {}): Promise<Attachment> {
    const token = async (): Promise<string | undefined> => (await this.#tokens.current(Date.now()))?.token;
    // Most who use a client never upload: what it takes is loaded with the first file.
    const { upload } = await import('./upload.js');
    return upload({ http: this.#http, token }, file, options);
  }

  /** Where a file or its thumbnail is read from, for `src` and `href` where a cookie says who asks. */
  attachmentUrl(id: AttachmentId, part: 'file' | 'thumbnail' = 'file'): string {
    return `${this.#http}/v1/attachments/${id}${part === 'thumbnail' ? '/thumbnail' : ''}`;
  }

  /** Calls `run` with each event once it is folded, in order, once; and with gaps, where the client began anew. */
  onEvent(run: (event: Told) => void): () => void {
    return this.#streams.handle(run);
  }

  /**
   * Events in order. When `max` wait to be read the connection waits, and goes on where it was. Only while an answer is
   * waited for it is read on: what is more than twice `max` then is a gap.
   */
  events({ max }: { readonly max?: number } = {}): AsyncIterableIterator<Told> {
    return this.#streams.open(max);
  }

  #connect(url: string): Connection {
    const { client = 'parloir-typescript/0.1.0', codec = 'msgpack', backoff } = this.#options;
    return new Connection({
      url,
      client,
      codec,
      tokens: this.#tokens,
      backoff: new Backoff(backoff?.floorMs, backoff?.ceilingMs),
      WebSocket: this.#options.WebSocket ?? globalThis.WebSocket,
      view: () => this.#begin(),
      frame: (frame) => this.#frame(frame),
      room: () => this.#streams.room(),
      lost: () => this.#lost(),
      ended: (code, reason) => this.#ended(code, reason),
    });
  }

  #start(): void {
    globalThis.addEventListener?.('online', this.#back);
    this.#commands.restore();
    this.#connection.open();
  }

  #begin(): View {
    const view = this.#options.view ?? OPEN;
    this.#store.begin(view);
    return view;
  }

  #frame(frame: Down): void {
    if (frame.type === 'event' || frame.type === 'unknown_event') {
      this.#store.fold(frame);
      this.#changed();
      this.#streams.put(frame);
      if (this.#streams.room() !== 'room') this.#connection.pause('stop');
      return;
    }
    if (frame.type === 'reply') return this.#asks.answered(frame);
    if (frame.type === 'change') return this.#watches.fold(frame);
    if (frame.type === 'reset') this.#streams.resetFor(frame.reason);
    if (frame.type === 'reset' || (frame.type === 'welcome' && !frame.resumed)) this.#filling.forget();
    this.#store.fold(frame);
    if (frame.type === 'welcome') this.#welcomed(frame.agent.agent_id);
    if (frame.type === 'snapshot' && frame.last) this.#streams.began(this.#store.expected());
    this.#changed();
  }

  #welcomed(me: AgentId): void {
    this.#asks.inFlightMax = this.#connection.limits.in_flight_max;
    this.#commands.welcomed(me);
    this.#asks.pump();
    this.#signals.welcomed();
    this.#tokens.beforeEnd(Date.now(), () => void this.#renew());
  }

  /** Another token before the one in use ends. One that cannot be had now is asked for at the next connection. */
  async #renew(): Promise<void> {
    try {
      const token = await this.#tokens.take();
      if (token !== undefined) await this.#refresh(token);
      this.#tokens.beforeEnd(Date.now(), () => void this.#renew());
    } catch {
      this.#tokens.stop();
    }
  }

  #changed(): void {
    if (this.#connection.welcomed) this.#filling.fill(this.#connection.limits.page_rows_max);
    this.#board.look();
  }

  #lost(): void {
    this.#asks.lost();
    this.#watches.lost();
  }

  #readOn(): void {
    this.#connection.pause('go');
    this.retry();
  }

  #ended(code: number, reason: string): void {
    globalThis.removeEventListener?.('online', this.#back);
    this.#signals.stop();
    this.#asks.end(code, reason);
    this.#commands.end(code, reason);
    this.#streams.end();
  }

  async #refresh(token: string | Token): Promise<void> {
    const given = typeof token === 'string' ? { token } : token;
    const id = this.#nextId();
    await this.#asked({ type: 'refresh', id, token: given.token }, id);
    this.#tokens.put(given);
  }

  /** The answer stands behind the events: they are read while it is waited for. */
  #await<T>(answer: Promise<T>): Promise<T> {
    this.#awaited += 1;
    this.#streams.stir();
    return answer.finally(() => {
      this.#awaited -= 1;
    });
  }

  #asked(frame: Up, id: number, signal?: AbortSignal): Promise<unknown> {
    let stop = (): void => undefined;
    const answer = new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const refused = (error: ErrorBody): void => reject(new QueryError(error));
      if (this.#asks.size >= ASKS_MAX) return refused(ownRefusal('busy', 'too many questions wait'));
      stop = () => {
        this.#asks.drop(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop);
      const ended = (code: number, reason: string): void => reject(new Ended(code, reason));
      this.#asks.push({ to: id, frame, done: resolve, refused, ended });
    });
    return answer.finally(() => signal?.removeEventListener('abort', stop));
  }

  async #wish(extend: () => 'more' | 'end'): Promise<'more' | 'end'> {
    const wished = extend();
    this.#changed();
    return wished;
  }

  #part<T>(topic: Topic, read: () => T, hold?: Hold): Live<T> {
    return new Part(this.#board, topic, read, hold);
  }

  #hold(key: string, open: () => void, close: () => void): Hold {
    const opened = (): void => {
      open();
      this.#changed();
    };
    return { take: () => this.#holds.take(key, opened), leave: () => this.#holds.leave(key, close) };
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
