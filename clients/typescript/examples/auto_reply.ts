// Answers whoever writes in while nobody has the conversation, once each time it was opened:
//   npm run example auto_reply -- http://127.0.0.1:8080 plr_…

import { Client, CommandError, type EventOf } from '@parloir/client';

const [url = 'http://127.0.0.1:8080', token = ''] = process.argv.slice(2);
const TEXT = 'Merci pour votre message. Nous vous répondons dès que possible.';
/** Conversations that are remembered; the first ones are forgotten. */
const ANSWERED_MAX = 10_000;

const client = Client.connect({ url, token, client: 'auto_reply/1.0', ...(await socketOption()) });
const answered = new Map<string, number>();
process.once('SIGINT', () => client.close());

for await (const event of client.events()) {
  if (event.type === 'event' && event.name === 'message.received') await answer(event);
}

async function answer({ seq, data }: EventOf<'message.received'>): Promise<void> {
  const { conversation_id, assignee, episode, status } = data.conversation;
  const isWord = data.message.reaction === undefined && status === 'open';
  if (!isWord || assignee !== undefined || answered.get(conversation_id) === episode) return;
  answered.set(conversation_id, episode);
  const oldest = answered.keys().next().value;
  if (answered.size > ANSWERED_MAX && oldest !== undefined) answered.delete(oldest);
  const [epoch, text] = [client.epoch, TEXT];
  // Refused when a colleague wrote meanwhile: then there is nothing to say.
  const expected = epoch === undefined ? undefined : { epoch, seq };
  await client.send(conversation_id, { text }, { expected }).done.catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${conversation_id}: ${error.message}\n`);
  });
}

/** Node has a WebSocket of its own from 22 on; before that, `ws` is one. */
async function socketOption(): Promise<{ WebSocket?: never }> {
  if (globalThis.WebSocket !== undefined) return {};
  const { WebSocket } = await import('ws');
  return { WebSocket: WebSocket as never };
}
