// Joins a workspace with another program over lines of JSON: each message that comes in is a line on the standard
// output, `{"seq", "conversation_id", "text"}`; each line on the standard input, `{"conversation_id", "text"}`, is sent
// once. What cannot be sent is a line with `error`:
//   npm run example bridge -- http://127.0.0.1:8080 plr_…

import { createInterface } from 'node:readline';
import { Client, type ConversationId } from '@parloir/client';

interface Line {
  readonly conversation_id: ConversationId;
  readonly text: string;
}

const [url = 'http://127.0.0.1:8080', token = ''] = process.argv.slice(2);
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const client = Client.connect({ url, token, client: 'bridge/1.0', ...(await socketOption()) });
client.onEvent((event) => {
  if (event.type !== 'event' || event.name !== 'message.received') return;
  const { conversation, message } = event.data;
  say({ seq: event.seq, conversation_id: conversation.conversation_id, text: message.text });
});
await client.live();

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { conversation_id, text } = JSON.parse(line) as Line;
    await client.send(conversation_id, { text }).done;
  } catch (error) {
    say({ error: String(error), line });
  }
}
client.close();

/** Node has a WebSocket of its own from 22 on; before that, `ws` is one. */
async function socketOption(): Promise<{ WebSocket?: never }> {
  if (globalThis.WebSocket !== undefined) return {};
  const { WebSocket } = await import('ws');
  return { WebSocket: WebSocket as never };
}
