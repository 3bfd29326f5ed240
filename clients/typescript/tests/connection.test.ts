// Connections against a server of the test's own: how they come back, and when they do not.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backoff } from '../src/backoff.js';
import {
  Client,
  CommandError,
  Dropped,
  Ended,
  LocalStorageOutbox,
  MemoryOutbox,
  type Options,
  type OutboxStore,
  type QueryError,
  uuidv7,
} from '../src/index.js';
import { Pace } from '../src/pace.js';
import { event, Peer } from './peer.js';
import { nodeSocket, until } from './server.js';

const DEADLINE_MS = 5_000;
const SEND = { conversation_id: 'cnv_0192f0c4-0000-7000-8000-000000000001', text: 'Bonjour' } as const;

describe('a connection', () => {
  let peer: Peer;
  const clients: Client[] = [];
  const join = (options: Partial<Options> = {}): Client => {
    const backoff = { floorMs: 5, ceilingMs: 20 };
    const client = Client.connect({
      url: peer.url,
      token: 'plr_AAAA',
      codec: 'json',
      WebSocket: nodeSocket,
      backoff,
      ...options,
    });
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    peer = await Peer.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await peer.stop();
  });

  it('goes on where it was, and drops what is repeated', async () => {
    const client = join();
    const seen: number[] = [];
    client.onEvent(({ seq }) => seen.push(seq));
    await client.live();
    for (const seq of [1, 2, 3]) peer.say(event(seq));
    peer.say({ type: 'checkpoint', seq: 2, cursor: 'cursor 2' });
    await until(() => seen.length === 3, DEADLINE_MS, 'three events');
    peer.greet = (_peer, socket) => {
      peer.resume(socket, 2);
      for (const seq of [3, 4]) peer.say(event(seq), socket);
    };
    peer.socket.terminate();
    await until(() => seen.length === 4, DEADLINE_MS, 'the fourth');
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(peer.of('hello').map(({ resume }) => resume?.cursor)).toEqual([undefined, 'cursor 2']);
    expect(client.state.value).toEqual({ name: 'live' });
  });

  it('takes half a snapshot for nothing to resume from', async () => {
    peer.greet = (_peer, socket) => {
      peer.say({ type: 'ping', cursor: 'cursor 9' }, socket);
      socket.terminate();
    };
    join();
    await peer.connections(2);
    expect(peer.of('hello').every(({ resume }) => resume === undefined)).toBe(true);
  });

  it('comes back no earlier than it is told', async () => {
    const client = join();
    await client.live();
    peer.say({ type: 'goodbye', code: 'shutdown', reason: 'the server stops', retry_after_ms: 300 });
    peer.socket.close(4000, 'the server stops');
    await until(() => client.state.value.name === 'offline', DEADLINE_MS, 'offline');
    expect(client.state.value).toMatchObject({ reason: 'the server stops', retryMs: 300 });
    await peer.connections(2);
    expect((peer.times[1] ?? 0) - (peer.times[0] ?? 0)).toBeGreaterThanOrEqual(300);
  });

  it('ends on a code that says so, also when the close frame got lost', async () => {
    const client = join();
    await client.live();
    const waiting = client.command('message.send', SEND).catch((error: unknown) => error);
    await until(() => peer.of('command').length === 1, DEADLINE_MS, 'the command');
    peer.say({ type: 'goodbye', code: 'revoked', reason: 'the token was revoked' });
    setTimeout(() => peer.socket.terminate(), 20);
    expect(await waiting).toBeInstanceOf(Ended);
    expect(client.state.value).toEqual({ name: 'closed', code: 4504, reason: 'the token was revoked' });
    await expect(client.query('counters.get', {})).rejects.toBeInstanceOf(Ended);
  });

  it('says no token where a cookie says who comes in', async () => {
    const client = Client.connect({ url: peer.url, codec: 'json', WebSocket: nodeSocket });
    clients.push(client);
    await client.live();
    expect(peer.of('hello')[0]).not.toHaveProperty('token');
  });

  it('tries another token once when one is refused', async () => {
    const tokens = ['plr_OLD', 'plr_NEW'];
    peer.greet = (_peer, socket) => {
      if (peer.of('hello').at(-1)?.token === 'plr_NEW') peer.welcome(socket);
      else socket.close(4501, 'no');
    };
    const client = join({ token: () => tokens.shift() ?? 'plr_NONE' });
    await client.live();
    expect(peer.of('hello').map(({ token }) => token)).toEqual(['plr_OLD', 'plr_NEW']);
  });

  it('leaves a server that says nothing', async () => {
    peer.greet = (_peer, socket) => peer.welcome(socket, 0, { heartbeat_ms: 40, pong_timeout_ms: 40 });
    join();
    await peer.connections(2);
    expect((peer.times[1] ?? 0) - (peer.times[0] ?? 0)).toBeGreaterThanOrEqual(80);
  });

  it('answers a ping', async () => {
    await join().live();
    peer.say({ type: 'ping', cursor: 'cursor 1' });
    await until(() => peer.of('pong').length === 1, DEADLINE_MS, 'a pong');
  });

  it('sends a command with its id until it is answered', async () => {
    const client = join();
    await client.live();
    const { done, command_id, message_id } = client.send(SEND.conversation_id, { text: 'Bonjour' });
    await until(() => peer.of('command').length === 1, DEADLINE_MS, 'the command');
    const busy = { code: 'busy', message: 'later', temporary: true, retry_after_ms: 20 };
    peer.say({ type: 'reply', command_id, error: busy });
    await until(() => peer.of('command').length === 2, DEADLINE_MS, 'again after busy');
    peer.socket.terminate();
    await until(() => peer.of('command').length === 3, DEADLINE_MS, 'again after the loss');
    peer.say({ type: 'reply', command_id, ok: { seq: 7, message_id } });
    expect(await done).toEqual({ seq: 7, message_id });
    expect(new Set(peer.of('command').map((frame) => JSON.stringify(frame))).size).toBe(1);
  });

  it('goes on with the commands of an earlier run, and keeps a refused one for a decision', async () => {
    const storage = new Map<string, string>();
    const outbox = (): LocalStorageOutbox =>
      new LocalStorageOutbox('test.', {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => void storage.set(key, value),
        removeItem: (key) => void storage.delete(key),
        key: (index) => [...storage.keys()][index] ?? null,
        get length() {
          return storage.size;
        },
      });
    const first = join({ outbox: outbox() });
    await first.live();
    const ended = [1, 2].map(() => first.command('message.send', SEND).catch((error: unknown) => error));
    await until(() => peer.of('command').length === 2, DEADLINE_MS, 'both commands');
    first.close();
    await Promise.all(ended);
    const [one, two] = peer.of('command').map(({ command_id }) => command_id);
    const second = join({ outbox: outbox() });
    await until(() => peer.of('command').length === 4, DEADLINE_MS, 'both again');
    expect(
      peer
        .of('command')
        .slice(2)
        .map(({ command_id }) => command_id),
    ).toEqual([one, two]);
    const error = { code: 'opted_out', message: 'no', temporary: false };
    peer.say({ type: 'reply', command_id: one, error });
    peer.say({ type: 'reply', command_id: two, ok: { seq: 8 } });
    await until(() => second.outbox.value.length === 1, DEADLINE_MS, 'one is left');
    expect(second.outbox.value[0]).toMatchObject({ command_id: one, refused: error });
    second.drop(one ?? '');
    expect([second.outbox.value, [...storage.keys()]]).toEqual([[], []]);
  });

  it('sends no command of another agent', async () => {
    const outbox = new MemoryOutbox();
    const command = { name: 'message.send', params: SEND } as const;
    const rest = { agent_id: 'agt_other', given_at: '2026-11-03T09:15:02.123Z' } as const;
    outbox.put({ command_id: 'a', ...rest, ...command });
    const client = join({ outbox });
    await client.live();
    await client.query('counters.get', {}, { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    expect(peer.of('command')).toEqual([]);
    expect(outbox.all()).toHaveLength(1);
  });

  it('says in the outbox whose a command is that was given before the first welcome', async () => {
    const outbox = new MemoryOutbox();
    peer.greet = () => undefined;
    const client = join({ outbox });
    await peer.connections(1);
    const done = client.command('message.send', SEND).catch((error: unknown) => error);
    await until(() => outbox.all().length === 1, DEADLINE_MS, 'it is kept');
    expect(outbox.all()[0]).not.toHaveProperty('agent_id');
    peer.welcome();
    await until(() => peer.of('command').length === 1, DEADLINE_MS, 'the command');
    const agent_id = 'agt_0192f0c4-0000-7000-8000-000000000001';
    expect([outbox.all(), client.outbox.value]).toMatchObject([[{ agent_id }], [{ agent_id }]]);
    client.close();
    await done;
  });

  it('keeps for a decision what nobody knows the author of', async () => {
    const outbox = new MemoryOutbox();
    const given_at = '2026-11-03T09:15:02.123Z';
    outbox.put({ command_id: 'a', given_at, name: 'message.send', params: SEND });
    const client = join({ outbox });
    await until(() => client.outbox.value.length === 1, DEADLINE_MS, 'it is shown');
    expect(client.outbox.value[0]?.refused?.code).toBe('not_allowed');
    peer.answer = (frame, socket) =>
      frame.type === 'command' &&
      peer.say({ type: 'reply', command_id: frame.command_id, ok: { seq: 7 } }, socket);
    await client.query('counters.get', {}, { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    expect(peer.of('command')).toEqual([]);
    expect(await client.command('message.send', SEND, { commandId: 'a' })).toEqual({ seq: 7 });
    expect([client.outbox.value, outbox.all()]).toEqual([[], []]);
  });

  it('refuses by itself what would end the connection', async () => {
    const client = join();
    await client.live();
    const text = 'a'.repeat(70_000);
    const refused = await client.command('message.send', { ...SEND, text }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandError);
    expect((refused as CommandError).code).toBe('frame_too_large');
    expect(client.state.value.name).toBe('live');
  });

  it('refuses by itself what is asked too long, and goes on', async () => {
    const client = join();
    await client.live();
    const text = 'a'.repeat(70_000);
    const plan = client.query('send.plan', { ...SEND, text }).catch((error: unknown) => error);
    const endless: Record<string, unknown> = {};
    endless.itself = endless;
    const unwritten = client.query('contact.get', endless as never).catch((error: unknown) => error);
    const half = '😀'.slice(0, 1);
    await expect(client.query('send.plan', { ...SEND, text: half })).rejects.toMatchObject({
      code: 'invalid_params',
    });
    await expect(client.command('message.send', { ...SEND, text: half })).rejects.toMatchObject({
      code: 'invalid_params',
    });
    const watch = client.watch({ text });
    const token = await client.refresh(text).catch((error: unknown) => error);
    expect((await plan) as QueryError).toMatchObject({
      code: 'frame_too_large',
      body: { details: { max: 65_536 } },
    });
    expect(await unwritten).toMatchObject({ code: 'invalid_params' });
    expect(token).toMatchObject({ code: 'frame_too_large' });
    await until(() => watch.value.load.name === 'refused', DEADLINE_MS, 'the refusal');
    expect(watch.value.load).toMatchObject({ error: { code: 'frame_too_large' } });
    const due = client.query('counters.get', {});
    await until(() => peer.of('query').length === 1, DEADLINE_MS, 'the one that can be asked');
    peer.say({ type: 'reply', id: peer.of('query')[0]?.id, ok: { counters: [] } });
    expect(await due).toEqual({ counters: [] });
    expect(peer.of('hello')).toHaveLength(1);
  });

  it('keeps what an earlier run gave too long for a decision', async () => {
    const outbox = new MemoryOutbox();
    const params = { ...SEND, text: 'a'.repeat(70_000) };
    outbox.put({
      command_id: 'a',
      agent_id: 'agt_0192f0c4-0000-7000-8000-000000000001',
      given_at: '2026-11-03T09:15:02.123Z',
      name: 'message.send',
      params,
    });
    const client = join({ outbox });
    await until(() => client.outbox.value[0]?.refused !== undefined, DEADLINE_MS, 'the refusal');
    expect(client.outbox.value[0]?.refused?.code).toBe('frame_too_large');
    expect([client.state.value.name, peer.of('command')]).toEqual(['live', []]);
  });

  it('takes a command with the id of one that waits for that one', async () => {
    const client = join();
    await client.live();
    const commandId = uuidv7();
    const both = [1, 2].map(() => client.command('message.send', SEND, { commandId }));
    await until(() => peer.of('command').length === 1, DEADLINE_MS, 'the command');
    expect(client.outbox.value).toHaveLength(1);
    peer.say({ type: 'reply', command_id: commandId, ok: { seq: 7 } });
    expect(await Promise.all(both)).toEqual([{ seq: 7 }, { seq: 7 }]);
    expect(peer.of('command')).toHaveLength(1);
  });

  it('tells whoever waits for a command that is dropped', async () => {
    let keep = (): void => undefined;
    const kept = new MemoryOutbox();
    const slow: OutboxStore = {
      put: async (entry) => {
        await new Promise<void>((resolve) => {
          keep = resolve;
        });
        kept.put(entry);
      },
      remove: (id) => kept.remove(id),
      all: () => kept.all(),
    };
    const client = join({ outbox: slow });
    await client.live();
    const { command_id, done } = client.send(SEND.conversation_id, { text: 'Bonjour' });
    client.drop(command_id);
    await expect(done).rejects.toBeInstanceOf(Dropped);
    keep();
    const due = client.query('counters.get', {});
    await until(() => peer.of('query').length === 1, DEADLINE_MS, 'a question after it');
    peer.say({ type: 'reply', id: peer.of('query')[0]?.id, ok: { counters: [] } });
    await due;
    expect([client.outbox.value, kept.all(), peer.of('command')]).toEqual([[], [], []]);
  });

  it('asks nothing that is cancelled already, and forgets a signal with the answer', async () => {
    const client = join();
    await client.live();
    const early = client.query('counters.get', {}, { signal: AbortSignal.abort() });
    await expect(early).rejects.toMatchObject({ name: 'AbortError' });
    const { signal } = new AbortController();
    const [heard, left] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    const due = client.query('counters.get', {}, { signal });
    await until(() => peer.of('query').length === 1, DEADLINE_MS, 'the question');
    peer.say({ type: 'reply', id: peer.of('query')[0]?.id, ok: { counters: [] } });
    await due;
    expect(heard.mock.calls.map(([name, run]) => [name, run])).toEqual(left.mock.calls);
    expect(heard).toHaveBeenCalledOnce();
  });

  it('gives nothing more once it is over', async () => {
    const client = join();
    await client.live();
    client.close();
    expect(await client.events().next()).toEqual({ done: true, value: undefined });
    const watch = client.watch({ text: 'a' });
    await until(() => watch.value.load.name === 'refused', DEADLINE_MS, 'the refusal');
    await expect(client.query('counters.get', {})).rejects.toBeInstanceOf(Ended);
  });

  it('forgets everything at a reset', async () => {
    const client = join();
    await client.live();
    peer.say({
      type: 'counters',
      seq: 1,
      group_id: 'grp_1',
      open: 3,
      closed: 0,
      unread: 0,
      unassigned: 1,
      assignees: [],
    });
    await until(() => client.counters.value.all.open === 3, DEADLINE_MS, 'a counter');
    peer.say({ type: 'checkpoint', seq: 2, cursor: 'cursor 2' });
    peer.say({ type: 'reset', reason: 'scope_changed' });
    peer.socket.close(4002, 'reset');
    await peer.connections(2);
    await client.live();
    expect(client.counters.value.all.open).toBe(0);
    expect(peer.of('hello').at(-1)?.resume).toBeUndefined();
  });

  it('says what holds again on a new connection', async () => {
    const client = join();
    await client.live();
    client.signal(SEND.conversation_id, 'typing');
    client.signal(SEND.conversation_id, 'typing');
    await until(() => peer.of('signal').length === 1, DEADLINE_MS, 'a signal');
    peer.socket.terminate();
    await until(() => peer.of('signal').length === 2, DEADLINE_MS, 'the signal again');
  });
});

describe('pauses', () => {
  it('grow to the ceiling and start again', () => {
    const backoff = new Backoff();
    expect(Array.from({ length: 6 }, () => backoff.pause(1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
    expect(backoff.pause(0)).toBe(500);
    backoff.reset();
    expect(backoff.pause(1)).toBe(1_000);
  });
});

describe('the rate', () => {
  it('is never higher than a server lets in', () => {
    const pace = new Pace(50, 200, 0);
    let [now, left, at] = [0, 200, 0];
    for (let frame = 0; frame < 20_000; frame += 1) {
      for (let wait = pace.take(now); wait > 0; wait = pace.take(now)) now += wait;
      left = Math.min(200, left + (now - at) * 0.05) - 1;
      at = now;
      expect(left).toBeGreaterThanOrEqual(0);
    }
  });
});
