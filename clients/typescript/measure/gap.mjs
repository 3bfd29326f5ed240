// Time to live after a gap: how long a client takes to be where the others are. Against a running demo; one client loses
// its connection, another makes so many events, the first one comes back:
// node measure/gap.mjs http://127.0.0.1:8080 plr_… [events]

import { WebSocket } from 'ws';
import { Client } from '../dist/index.js';

const [url, token, asked = '1000'] = process.argv.slice(2);
const EVENTS = Number(asked);
const TIMES = 5;
/** Longer than any checkpoint lets wait, so that the client resumes from what it has folded. */
const CHECKPOINT_MS = 1_200;
const NEVER_MS = 600_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Makes events in one conversation: its mark is set and cleared. */
async function make(client, conversation_id) {
  const target = client.expected.seq + EVENTS;
  while (client.expected.seq < target) {
    const { seq } = client.expected;
    const marked = client.command('conversation.mark_unread', { conversation_id });
    await Promise.all([marked, client.command('conversation.mark_read', { conversation_id, up_to: seq })]);
  }
}

/** Milliseconds from connecting to live with everything folded, and the events that were missed. */
async function once() {
  const backoff = { floorMs: NEVER_MS, ceilingMs: NEVER_MS };
  const lost = Client.connect({ url, token, WebSocket, backoff });
  const other = Client.connect({ url, token, WebSocket });
  await Promise.all([lost.live(), other.live()]);
  const page = await other.query('queue.page', { view: { status: 'open' }, limit: 1 });
  await sleep(CHECKPOINT_MS);
  lost.cut();
  const before = lost.expected.seq;
  await make(other, page.rows[0].conversation.conversation_id);
  const began = performance.now();
  lost.retry();
  while (lost.expected.seq < other.expected.seq || lost.state.value.name !== 'live') await turn();
  const ms = performance.now() - began;
  const missed = lost.expected.seq - before;
  lost.close();
  other.close();
  return { ms, missed };
}

const took = [];
while (took.length < TIMES) took.push(await once());
const ms = took.map((one) => Math.round(one.ms * 10) / 10).sort((a, b) => a - b);
const figures = { missed: took.map((one) => one.missed), ms, median_ms: ms[Math.floor(TIMES / 2)] };
process.stdout.write(`${JSON.stringify(figures)}\n`);
