// Nothing grows without bound: rows and timelines that nobody follows, events that a slow program does not read.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Holds } from '../src/holds.js';
import {
  Client,
  type ConversationId,
  type Options,
  type QueuePage,
  type Row,
  type Told,
} from '../src/index.js';
import { Store, viewKey } from '../src/store.js';
import { event, Peer } from './peer.js';
import { nodeSocket, until } from './server.js';

const DEADLINE_MS = 10_000;

function row(n: number): Row {
  const conversation_id = `cnv_0192f0c4-0000-7000-8000-${String(n).padStart(12, '0')}` as ConversationId;
  const conversation = {
    conversation_id,
    status: 'open',
    unread: false,
    group_id: 'grp_1',
    activity_seq: n,
    activity_at: '2026-11-03T09:15:02.123Z',
    episode: 1,
  } as const;
  return { seq: n, conversation, channel_id: 'chn_1', address: null, opted_out: false };
}

function page(from: number, to: number, next?: string): QueuePage {
  const rows = Array.from({ length: from - to + 1 }, (_, index) => row(from - index));
  return { rows, ...(next === undefined ? {} : { next }), seq: 1_000 };
}

describe('a store', () => {
  it('keeps no more rows of a queue than its bound, and can go on from there', () => {
    const store = new Store({ rowsMax: 100 });
    store.openQueue({});
    const key = viewKey({});
    store.foldPage(store.ask(), key, undefined, page(500, 451, 'a'));
    store.foldPage(store.ask(), key, 'a', page(450, 401, 'b'));
    expect(store.queue({}).rows).toHaveLength(100);
    store.foldPage(store.ask(), key, 'b', page(400, 351, 'c'));
    expect(store.queue({}).rows).toHaveLength(100);
    expect(store.rowsKept).toBe(100);
    expect(store.extendQueue(key)).toBe('more');
    expect(store.queue({}).whole).toBe(false);
  });

  it('lets go of the rows of a queue that is closed, but of those that are pinned', () => {
    const store = new Store();
    store.openQueue({});
    store.foldPage(store.ask(), viewKey({}), undefined, page(20, 1));
    store.pin(row(3).conversation.conversation_id);
    store.closeQueue(viewKey({}));
    expect(store.rowsKept).toBe(1);
    store.unpin(row(3).conversation.conversation_id);
    expect(store.rowsKept).toBe(0);
  });
});

describe('what nobody follows', () => {
  it('gives way, the one left first', () => {
    const holds = new Holds(2);
    const log: string[] = [];
    for (const key of ['a', 'b', 'c', 'd']) {
      holds.take(key, () => log.push(`open ${key}`));
      holds.leave(key, () => log.push(`drop ${key}`));
    }
    holds.take('d', () => log.push('open d again'));
    expect(log).toEqual(['open a', 'open b', 'open c', 'drop a', 'open d', 'drop b']);
  });
});

describe('a slow program', () => {
  let peer: Peer;
  beforeEach(async () => {
    peer = await Peer.start();
  });
  afterEach(() => peer.stop());

  for (const [about, reads] of [
    ['whose socket can wait', 'pause'],
    ['whose socket cannot', 'cut'],
  ] as const) {
    it(`${about} loses nothing and keeps little`, { timeout: 30_000 }, async () => {
      const [all, max] = [2_000, 50];
      let sent = 0;
      peer.greet = (_peer, socket) => {
        const cursor = Number(peer.of('hello').at(-1)?.resume?.cursor.split(' ')[1] ?? 0);
        if (peer.of('hello').length === 1) peer.welcome(socket);
        else peer.resume(socket, cursor);
        for (let seq = cursor + 1; seq <= all; seq += 1) {
          peer.say(event(seq), socket);
          peer.say({ type: 'checkpoint', seq, cursor: `cursor ${seq}` }, socket);
          sent += 1;
        }
      };
      const WebSocket = reads === 'pause' ? nodeSocket : unpausable();
      const client = Client.connect({
        url: peer.url,
        token: 'plr_AAAA',
        codec: 'json',
        WebSocket,
        backoff: { floorMs: 1, ceilingMs: 5 },
      });
      const events = client.events({ max });
      await until(() => sent >= all, DEADLINE_MS, 'all was sent');
      const seen: number[] = [];
      for await (const { seq } of events) {
        seen.push(seq);
        if (seq === all) break;
      }
      expect(seen).toEqual(Array.from({ length: all }, (_, index) => index + 1));
      if (reads === 'cut') expect(peer.of('hello').length).toBeGreaterThan(1);
      client.close();
    });
    it(`${about} gets the answer that stands behind what it has not read`, { timeout: 30_000 }, async () => {
      const [all, max] = [1_000, 50];
      peer.greet = (_peer, socket) => {
        const cursor = Number(peer.of('hello').at(-1)?.resume?.cursor.split(' ')[1] ?? 0);
        if (peer.of('hello').length === 1) peer.welcome(socket);
        else peer.resume(socket, cursor);
        for (let seq = cursor + 1; seq <= all; seq += 1) peer.say(event(seq), socket);
      };
      peer.answer = (frame, socket) => {
        if (frame.type === 'command')
          peer.say({ type: 'reply', command_id: frame.command_id, ok: { seq: all } }, socket);
      };
      const WebSocket = reads === 'pause' ? nodeSocket : unpausable();
      const client = Client.connect({ url: peer.url, token: 'plr_AAAA', codec: 'json', WebSocket });
      const told: Told[] = [];
      for await (const one of client.events({ max })) {
        if (told.push(one) === 1) await client.command('group.create', { name: 'One' });
        if (one.seq === all) break;
      }
      // Each is told, or said to be missing, in its place.
      let reached = 0;
      for (const one of told) {
        expect(one.type === 'gap' ? one.after : one.seq - 1).toBe(reached);
        reached = one.seq;
      }
      expect(told.some((one) => one.type === 'gap' && one.reason === 'slow')).toBe(true);
      client.close();
    });
  }

  it('is told what it will never read when the server begins anew', async () => {
    let welcomed = 0;
    peer.greet = (_peer, socket) => {
      welcomed += 1;
      if (welcomed > 1) peer.say({ type: 'reset', reason: 'too_old' }, socket);
      peer.welcome(socket, welcomed * 10);
    };
    const client = Client.connect({
      url: peer.url,
      token: 'plr_AAAA',
      codec: 'json',
      WebSocket: nodeSocket,
      backoff: { floorMs: 1, ceilingMs: 5 },
    });
    await client.live();
    const events = client.events();
    client.cut();
    expect((await events.next()).value).toEqual({ type: 'gap', after: 10, seq: 20, reason: 'too_old' });
    client.close();
  });
});

/** A WebSocket as browsers have it: nobody can tell it to wait. */
function unpausable(): NonNullable<Options['WebSocket']> {
  return class extends nodeSocket {
    readonly pause = undefined;
    readonly resume = undefined;
  };
}
