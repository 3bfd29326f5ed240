// A client of Parloir in plain JavaScript: it comes in, follows, resumes after a loss, sends a message once. What it
// leaves out stands in protocol/CLIENTS.md.   node client.mjs http://127.0.0.1:8080 plr_… [conversation_id text]
import { randomUUID } from 'node:crypto';

const [url = 'http://127.0.0.1:8080', token = '', conversation_id, text] = process.argv.slice(2);
const WebSocket = globalThis.WebSocket ?? (await import('ws')).WebSocket;
const rows = new Map(); // what is folded: conversations by their id
const waiting = new Map(); // commands without an answer by their id
let [seq, whole, cursor, limits, pause] = [0, false, undefined, { heartbeat_ms: 20_000, pong_timeout_ms: 20_000 }, 500];
function connect() {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`, ['parloir.v1.json']);
  const send = (frame) => socket.send(JSON.stringify(frame));
  let [goodbye, watchdog] = [{ retry_after_ms: 0 }, setTimeout(() => socket.close(), 10_000)];
  socket.onopen = () => send({ type: 'hello', token, client: 'plain/1.0', resume: cursor && { cursor } });
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data); // types and names that are not known are passed over
    clearTimeout(watchdog);
    watchdog = setTimeout(() => socket.close(), limits.heartbeat_ms + limits.pong_timeout_ms);
    if (frame.type === 'welcome') {
      [limits, pause] = [frame.limits, 500];
      if (!frame.resumed) rows.clear(), ([seq, whole, cursor] = [0, false, undefined]);
      else for (const command of waiting.values()) send(command);
    } else if (frame.type === 'snapshot') {
      for (const row of frame.rows ?? []) rows.set(row.conversation.conversation_id, row);
      if (!frame.last) return;
      [seq, whole] = [frame.seq, true];
      console.log(`snapshot at ${seq}: ${rows.size} conversations`);
      for (const command of waiting.values()) send(command);
    } else if (frame.type === 'event' && frame.seq > seq) fold(frame);
    else if (frame.type === 'ping') send({ type: 'pong' });
    else if (frame.type === 'reset') cursor = undefined;
    else if (frame.type === 'goodbye') goodbye = frame;
    else if (frame.type === 'reply' && waiting.delete(frame.command_id)) console.log('reply', frame.ok ?? frame.error);
    if (whole && frame.cursor) cursor = frame.cursor; // half a snapshot is no place to resume from
    if (frame.type === 'checkpoint') console.log('complete up to', (seq = Math.max(seq, frame.seq)));
  };
  socket.onerror = () => undefined; // `close` follows
  socket.onclose = ({ code }) => {
    clearTimeout(watchdog);
    const over = goodbye.retry_after_ms === undefined || code >= 4500 || [1002, 1003, 1007, 1008, 1009].includes(code);
    if (over) return console.log(`closed with ${code}, for good`);
    pause = Math.min(pause * 2, 10_000);
    setTimeout(connect, Math.max(goodbye.retry_after_ms, 500 + Math.random() * (pause - 500)));
  };
}

function fold(event) {
  seq = event.seq;
  const header = event.data.conversation ?? event.data.row?.conversation;
  const row = rows.get(header?.conversation_id) ?? { seq: 0 };
  if (header && row.seq < seq) rows.set(header.conversation_id, { ...row, seq, conversation: header });
  if (event.name === 'conversation.left') rows.delete(event.data.conversation_id);
  console.log(`event ${seq} ${event.name}`, event.data.message?.text ?? '');
}

const time = Date.now().toString(16).padStart(12, '0');
const command_id = `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`; // a UUID of version 7
const send = { type: 'command', command_id, name: 'message.send', params: { conversation_id, text } };
if (text) waiting.set(command_id, send);
connect();
