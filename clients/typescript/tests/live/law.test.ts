// The law against the real server: two agents work, one of them over a network that is cut again and again, and in
// the end its picture is that of a client that has just come.

import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type ConversationId, type Queue, Refused, type Thread } from '../../src/index.js';
import { Cutter } from '../cutter.js';
import { hasBinary, join, Server, until } from '../server.js';

const DEADLINE_MS = 30_000;
const STEPS = 60;
const CUTS = 8;

const VIEWS = [
  { status: 'open' },
  { order: 'activity' },
  { status: 'open', order: 'waiting' },
  { assignee: 'me' },
  { unread: true },
] as const;

/** Everything that a screen shows. */
class Screen {
  readonly queues: Queue[];
  readonly threads: Thread[];
  readonly ids: readonly ConversationId[];
  readonly #client: Client;
  readonly #stops: (() => void)[];

  constructor(client: Client, ids: readonly ConversationId[]) {
    this.#client = client;
    this.ids = ids;
    this.queues = VIEWS.map((view) => client.queue(view));
    this.threads = ids.map((id) => client.thread(id));
    this.#stops = [...this.queues, ...this.threads].map((part) => part.subscribe(() => undefined));
  }

  get ready(): boolean {
    return [...this.queues, ...this.threads].every(({ value }) => value.load.name === 'ready');
  }

  /** Rows down to the bound that both have: one that came later begins with another page. */
  rows(other: Screen): unknown {
    return this.queues.map(({ value }, at) => {
      const theirs = other.queues[at]?.value;
      const whole = value.whole && theirs?.whole === true;
      const shared = Math.min(value.rows.length, theirs?.rows.length ?? 0);
      return whole ? value.rows : value.rows.slice(0, shared);
    });
  }

  picture(other: Screen): unknown {
    const { all, byGroup, byAgent } = this.#client.counters.value;
    const counted = [...byAgent].filter(([, { open, unread }]) => open + unread > 0).sort();
    return {
      rows: this.rows(other),
      lines: this.threads.map(({ value }) => value.lines.slice(-40)),
      pending: this.threads.map(({ value }) => value.pending),
      counters: { all, byGroup: [...byGroup].sort(), byAgent: counted },
      groups: [...this.#client.directory.value.groups].sort(),
      agents: [...this.#client.directory.value.agents].sort(),
    };
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }
}

describe.skipIf(!hasBinary)('the law, live', () => {
  let server: Server;
  let cutter: Cutter;
  beforeAll(async () => {
    server = await Server.start();
    cutter = await Cutter.to(server.demo.url);
  });
  afterAll(async () => {
    await cutter?.stop();
    await server?.stop();
  });

  for (const codec of ['msgpack', 'json'] as const) {
    it(`holds over cut sockets in ${codec}`, { timeout: 120_000 }, async () => {
      const backoff = { floorMs: 10, ceilingMs: 50 };
      const lea = join(server, { codec, url: cutter.url, backoff });
      const thomas = join(server, { codec, token: server.token(1) });
      await Promise.all([lea.live(), thomas.live()]);
      const page = await thomas.query('queue.page', { view: {}, limit: 6 });
      const ids = page.rows.map((row) => row.conversation.conversation_id);
      const screen = new Screen(lea, ids);
      const seen = new Set<number>();
      let repeated = 0;
      lea.onEvent((event) => {
        if (seen.has(event.seq)) repeated += 1;
        seen.add(event.seq);
      });
      const [before, sent] = [cutter.accepted, await work(server, lea, thomas, ids, cutter)];
      await settled(server, lea, screen, codec);
      expect(repeated).toBe(0);
      expect(cutter.accepted - before).toBeGreaterThanOrEqual(CUTS);
      expect(lea.outbox.value).toEqual([]);
      const lines = await all(thomas, ids);
      for (const text of sent)
        expect(
          lines.filter((line) => line === text),
          text,
        ).toHaveLength(1);
      screen.close();
      lea.close();
      thomas.close();
    });
  }
});

/** Both agents and customers do things while the network of one of them is cut. Answers the texts that were sent. */
async function work(
  server: Server,
  lea: Client,
  thomas: Client,
  ids: readonly ConversationId[],
  cutter: Cutter,
): Promise<string[]> {
  const [pending, sent]: [Promise<string | undefined>[], string[]] = [[], []];
  const add = (asked: Promise<unknown>): void => {
    pending.push(asked.then(() => undefined, codeOf));
  };
  for (let step = 0; step < STEPS; step += 1) {
    const id = ids[step % ids.length] as ConversationId;
    const who = step % 2 === 0 ? lea : thomas;
    const text = `${step} ${Math.random()}`;
    if (step % 5 === 0) add(server.customer(`+3363998${2000 + step}`, text, text));
    else if (step % 5 === 1) add(who.command('conversation.close', { conversation_id: id }));
    else if (step % 5 === 2) add(who.command('conversation.claim', { conversation_id: id }));
    else {
      sent.push(text);
      add(who.send(id, { text }).done);
    }
    if (step % Math.floor(STEPS / CUTS) === 3) {
      const { accepted } = cutter;
      cutter.cut();
      const back = (): boolean => cutter.accepted > accepted && lea.state.value.name === 'live';
      await until(back, DEADLINE_MS, 'back');
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const refused = (await Promise.all(pending)).filter(
    (code) => code !== undefined && code !== 'already_claimed',
  );
  expect(refused).toEqual([]);
  return sent;
}

function codeOf(error: unknown): string {
  return error instanceof Refused ? error.code : String(error);
}

/** Waits until the picture is that of a client that has just come. */
async function settled(
  server: Server,
  lea: Client,
  screen: Screen,
  codec: 'msgpack' | 'json',
): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const fresh = join(server, { codec });
    await fresh.live();
    const other = new Screen(fresh, screen.ids);
    await until(() => other.ready && screen.ready, DEADLINE_MS, 'both are loaded');
    const same = isDeepStrictEqual(screen.picture(other), other.picture(screen));
    if (same || Date.now() > end) expect(screen.picture(other)).toEqual(other.picture(screen));
    other.close();
    fresh.close();
    if (same) return;
    await until(() => lea.state.value.name === 'live', DEADLINE_MS, 'live');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Every text that stands in these conversations. */
async function all(client: Client, ids: readonly ConversationId[]): Promise<(string | null)[]> {
  const texts: (string | null)[] = [];
  for (const conversation_id of ids) {
    const { items } = await client.query('conversation.timeline', { conversation_id, limit: 200 });
    for (const { item } of items) if (item.kind === 'message') texts.push(item.message.text);
  }
  return texts;
}
