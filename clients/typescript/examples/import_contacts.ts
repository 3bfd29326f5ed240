// Saves everybody in a text of lines `number;name`, at most 32 at once; who is saved twice is the same contact:
//   npm run example import_contacts -- http://127.0.0.1:8080 plr_… contacts.txt

import { readFileSync } from 'node:fs';
import { Client, Refused } from '@parloir/client';

/** Commands that wait for an answer at once. */
const AT_ONCE = 32;

const [url = 'http://127.0.0.1:8080', token = '', file = 'contacts.txt'] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').split('\n');
const rows = lines.map((line) => line.split(';')).filter((parts) => parts.length === 2);
const client = Client.connect({ url, token, client: 'import_contacts/1.0', ...(await socketOption()) });
let failed = 0;
await client.live();
await Promise.all(Array.from({ length: AT_ONCE }, saveAll));
process.stdout.write(
  `${lines.filter((line) => line.includes(';')).length - failed} saved, ${failed} failed\n`,
);
client.close();

/** One of those who take the next row until there is none. */
async function saveAll(): Promise<void> {
  for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
    const [number = '', name = ''] = row.map((part) => part.trim());
    try {
      await client.command('contact.save', { name, add_addresses: [{ kind: 'e164', value: number }] });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      failed += 1;
      process.stderr.write(`${number}: ${error.message}\n`);
    }
  }
}

/** Node has a WebSocket of its own from 22 on; before that, `ws` is one. */
async function socketOption(): Promise<{ WebSocket?: never }> {
  if (globalThis.WebSocket !== undefined) return {};
  const { WebSocket } = await import('ws');
  return { WebSocket: WebSocket as never };
}
