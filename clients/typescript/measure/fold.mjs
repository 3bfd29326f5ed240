// Events a second that one client reads and folds, with one full queue open: node measure/fold.mjs [events]

import { writeFrame } from '../dist/frames/codec.js';
import { readDown } from '../dist/strict.js';
import { Store } from '../dist/store.js';

const EVENTS = Number(process.argv[2] ?? 20_000);
const CONVERSATIONS = 5_000;
const AT = '2026-11-03T09:15:02.123Z';

const id = (prefix, n) => `${prefix}_0192f0c4-0000-7000-8000-${String(n).padStart(12, '0')}`;
const header = (n, seq) => ({
  conversation_id: id('cnv', n),
  status: 'open',
  unread: true,
  group_id: id('grp', n % 8),
  activity_seq: seq,
  activity_at: AT,
  waiting_seq: seq,
  waiting_since: AT,
  episode: 1,
});

function received(seq) {
  const message = {
    message_id: id('msg', seq),
    direction: 'inbound',
    text: `Bonjour, où en est ma commande ${seq} ?`,
    attempt: 0,
  };
  const data = { conversation: header(seq % CONVERSATIONS, seq), message };
  return { type: 'event', seq, at: AT, actor: { kind: 'contact', channel_id: id('chn', 1) }, name: 'message.received', data };
}

const store = new Store();
const view = { status: 'open' };
store.begin(view);
const rows = Array.from({ length: CONVERSATIONS }, (_, n) => ({
  seq: 1,
  conversation: header(n, n + 1),
  channel_id: id('chn', 1),
  address: { kind: 'e164', value: `+3363998${String(n).padStart(4, '0')}` },
  opted_out: false,
}));
store.fold({ type: 'snapshot', part: 0, last: true, seq: CONVERSATIONS, rows });

const frames = Array.from({ length: EVENTS }, (_, n) => writeFrame('msgpack', received(CONVERSATIONS + 1 + n)));
const [began, cpu] = [performance.now(), process.cpuUsage()];
for (const [n, bytes] of frames.entries()) {
  store.fold(readDown('msgpack', bytes));
  if (n % 16 === 0) store.queue(view);
}
const seconds = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(cpu);
const figures = {
  rows: store.queue(view).rows.length,
  events_per_second: Math.round(EVENTS / seconds),
  cpu_seconds_per_million: Number(((user + system) / EVENTS).toFixed(2)),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
