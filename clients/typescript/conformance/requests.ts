// What each request of the runner means to the client.

import { readFile } from 'node:fs/promises';
import {
  type AgentId,
  type CommandId,
  type CommandName,
  type Commands,
  type ConversationId,
  type Doing,
  type Done,
  hitId,
  type Params,
  type QueryName,
  type SearchConversations,
  uuidv7,
} from '@parloir/client';
import { decode, encode } from './frames.js';
import { type ConnectRequest, Held, until } from './held.js';
import { constants, texts } from './texts.js';
import { Wrong } from './wrong.js';

/** A request: its parameters stand beside its name. */
export interface Request {
  readonly id: number;
  readonly do: string;
  readonly client?: string;
  readonly [part: string]: unknown;
}

type Run = (request: Request) => unknown;

const clients = new Map<string, Held>();

/** The parameters of a request as what they are for it. */
function parts<T>(request: Request): T {
  return request as unknown as T;
}

function held({ client = 'a' }: Request): Held {
  const found = clients.get(client);
  if (found === undefined) throw new Wrong('no_client', `nobody is called '${client}'`);
  return found;
}

export const requests: Readonly<Record<string, Run>> = {
  about: () => ({ sdk: 'typescript', version: '0.1.0', protocol: 1 }),
  connect: (request) => {
    clients.set(request.client ?? 'a', new Held(parts<ConnectRequest>(request)));
  },
  state: (request) => stateOf(held(request)),
  await_state: (request) => awaitState(held(request), parts(request)),
  await_seq: (request) => awaitSeq(held(request), parts(request)),
  await_unsent: async (request) => {
    const { count, within_ms } = parts<{ count: number; within_ms: number }>(request);
    const { outbox } = held(request).client;
    const kept = (): number => outbox.value.length;
    await until(
      () => (kept() === count ? true : undefined),
      within_ms,
      () => `${kept()} wait`,
    );
  },
  command: (request) => command(held(request), parts(request)),
  settled: (request) => settled(held(request), parts(request)),
  query: (request) => {
    const asked = parts<{ name: QueryName; params?: Params<QueryName>; at_least?: number }>(request);
    const options = asked.at_least === undefined ? {} : { atLeast: asked.at_least };
    return held(request).client.query(asked.name, asked.params ?? {}, options);
  },
  watch: (request) => watch(held(request), parts<{ params: SearchConversations }>(request).params),
  hits: (request) => hitsOf(held(request), parts<{ watch: number }>(request).watch),
  await_hits: async (request) => {
    const { watch: number, ids, within_ms } = parts<AwaitHits>(request);
    const hits = (): Hits => hitsOf(held(request), number);
    const same = (): Hits | undefined => (hits().ids.join() === ids.join() ? hits() : undefined);
    return until(same, within_ms, () => `the list is ${hits().ids.join()}`);
  },
  signal: (request) => {
    const { conversation_id, doing } = parts<{ conversation_id: ConversationId; doing: Doing }>(request);
    held(request).client.signal(conversation_id, doing);
  },
  await_signal: async (request) => {
    const { conversation_id, agent_id, doing, within_ms } = parts<AwaitSignal>(request);
    const present = held(request).client.present(conversation_id);
    const found = (): string | null =>
      present.value.find((agent) => agent.agent_id === agent_id)?.doing ?? null;
    await until(
      () => (found() === doing ? true : undefined),
      within_ms,
      () => `${agent_id} does ${found()}`,
    );
  },
  store: (request) => picture(held(request)),
  timeline: (request) => timeline(held(request), parts(request)),
  events: (request) => ({
    events: held(request)
      .takeEvents()
      .map((told) => (told.type === 'gap' ? { gap: true } : { seq: told.seq, name: told.name })),
    dropped: 0,
  }),
  resume_reading: (request) => held(request).readOn(),
  upload: (request) => upload(held(request), parts(request)),
  decode: (request) => decode(parts(request)),
  encode: (request) => encode(parts(request)),
  ...texts,
  constants,
  close: (request) => {
    held(request).client.close();
    clients.delete(request.client ?? 'a');
  },
};

interface AwaitHits {
  readonly watch: number;
  readonly ids: readonly string[];
  readonly within_ms: number;
}

interface AwaitSignal {
  readonly conversation_id: ConversationId;
  readonly agent_id: AgentId;
  readonly doing: string | null;
  readonly within_ms: number;
}

interface Hits {
  readonly ids: readonly (string | undefined)[];
  readonly counted: number | undefined;
}

function stateOf({ client }: Held): { state: string; code?: number } {
  const { value } = client.state;
  return { state: value.name, ...(value.name === 'closed' ? { code: value.code } : {}) };
}

function awaitState(one: Held, asked: { state: string; within_ms: number }): Promise<unknown> {
  const now = (): { state: string } => stateOf(one);
  const look = (): unknown => (now().state === asked.state ? now() : undefined);
  return until(look, asked.within_ms, () => `the state is ${JSON.stringify(now())}`);
}

function awaitSeq({ client }: Held, asked: { seq: number; within_ms: number }): Promise<unknown> {
  const at = (): number => client.expected?.seq ?? 0;
  const look = (): unknown => (at() >= asked.seq ? client.expected : undefined);
  return until(look, asked.within_ms, () => `at ${at()}, not at ${asked.seq}`);
}

interface CommandRequest {
  readonly name: CommandName;
  readonly params: Commands[CommandName];
  readonly command_id?: CommandId;
  readonly expected?: boolean;
  readonly wait?: boolean;
}

async function command(one: Held, asked: CommandRequest): Promise<unknown> {
  const commandId = asked.command_id ?? uuidv7();
  const expected = asked.expected === true ? one.client.expected : undefined;
  const done = one.client.command(asked.name, asked.params, { commandId, expected });
  done.catch(() => undefined);
  one.outcomes.set(commandId, done);
  return asked.wait === false ? { command_id: commandId } : answerOf(commandId, await done);
}

async function settled(
  one: Held,
  asked: { readonly command_id: CommandId; readonly within_ms: number },
): Promise<unknown> {
  const outcome = one.outcomes.get(asked.command_id);
  if (outcome === undefined) throw new Wrong('no_command', `no command has the id '${asked.command_id}'`);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Wrong('timeout', 'no answer')), asked.within_ms).unref();
  });
  return answerOf(asked.command_id, await Promise.race([outcome, late]));
}

function answerOf(command_id: CommandId, done: Done): unknown {
  return { ...done, command_id, replayed: false };
}

async function watch(one: Held, params: SearchConversations): Promise<unknown> {
  const watching = one.client.watch(params);
  const settledLoad = await new Promise<typeof watching.value.load>((resolve) => {
    watching.subscribe(({ load }) => {
      if (load.name !== 'loading') resolve(load);
    });
  });
  if (settledLoad.name === 'refused') throw new Wrong(settledLoad.error.code, settledLoad.error.message);
  return { watch: one.watches.push(watching) };
}

function hitsOf(one: Held, number: number): Hits {
  const { hits, total } = one.watching(number).value;
  return { ids: hits.map(hitId), counted: total?.count };
}

function picture(one: Held): unknown {
  const { client, queue, threads } = one;
  const { me, agents, groups, channels } = client.directory.value;
  return {
    ...client.expected,
    me,
    rows: queue.value.rows,
    counters: Object.fromEntries(client.counters.value.byGroup),
    agents: Object.fromEntries(agents),
    groups: Object.fromEntries(groups),
    channels: Object.fromEntries(channels),
    timelines: Object.fromEntries([...threads].map(([id, thread]) => [id, thread.value.lines])),
  };
}

/** Until a page has come. */
const PAGE_MS = 30_000;

async function timeline(
  one: Held,
  asked: { readonly conversation_id: ConversationId; readonly earlier?: boolean },
): Promise<unknown> {
  const thread = one.thread(asked.conversation_id);
  const loaded = (): true | undefined => (thread.value.load.name === 'loading' ? undefined : true);
  await until(loaded, PAGE_MS, () => 'the newest page');
  const { load } = thread.value;
  if (load.name === 'refused') throw new Wrong(load.error.code, load.error.message);
  if (asked.earlier === true && (await thread.more()) === 'more') {
    await until(
      () => (thread.value.extending ? undefined : true),
      PAGE_MS,
      () => 'the page before',
    );
  }
  return { items: thread.value.lines.length };
}

interface UploadRequest {
  readonly name: string;
  readonly path: string;
  readonly cancel_at?: number;
}

async function upload(one: Held, asked: UploadRequest): Promise<unknown> {
  const file = new Blob([await readFile(asked.path)]);
  const cancel = new AbortController();
  let progress = 0;
  const onProgress = (sent: number): void => {
    progress += 1;
    if (asked.cancel_at !== undefined && sent >= asked.cancel_at) cancel.abort();
  };
  try {
    const options = { name: asked.name, signal: cancel.signal, onProgress };
    const { attachment_id } = await one.client.upload(file, options);
    return { attachment_id, progress };
  } catch (error) {
    if (cancel.signal.aborted) throw new Wrong('cancelled', 'it was cancelled');
    throw error;
  }
}
