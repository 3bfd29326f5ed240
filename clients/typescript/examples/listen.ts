// Prints what happens in a workspace, one line an event, until it is stopped:
//   npm run example listen -- http://127.0.0.1:8080 plr_…

import { Client } from '@parloir/client';

const [url = 'http://127.0.0.1:8080', token = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const client = Client.connect({ url, token, client: 'listen/1.0', ...(await socketOption()) });
client.state.subscribe((state) => say(`-- ${state.name}`));
process.once('SIGINT', () => client.close());

for await (const event of client.events()) {
  if (event.type === 'gap') say(`${event.after} to ${event.seq}: not told (${event.reason})`);
  else if (event.type === 'unknown_event') say(`${event.seq} ${event.name} (of a newer server)`);
  else if (event.name === 'message.received') say(`${event.seq} ${event.name}: ${event.data.message.text}`);
  else say(`${event.seq} ${event.name}`);
}

/** Node has a WebSocket of its own from 22 on; before that, `ws` is one. */
async function socketOption(): Promise<{ WebSocket?: never }> {
  if (globalThis.WebSocket !== undefined) return {};
  const { WebSocket } = await import('ws');
  return { WebSocket: WebSocket as never };
}
