// Checks kept deliveries with the npm package `standardwebhooks`: the secret given must prove each of them as it
// came, and neither an altered body, an altered id nor another secret may.

import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';

const [, , file, secret, other] = process.argv;

function proves(webhook, body, headers) {
  try {
    webhook.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

const lines = readFileSync(file, 'utf8').trim().split('\n');
for (const line of lines) {
  const kept = JSON.parse(line);
  const body = Buffer.from(kept.body, 'base64').toString('utf8');
  const altered = { ...kept.headers, 'webhook-id': `${kept.headers['webhook-id']}0` };
  const said = [
    proves(new Webhook(secret), body, kept.headers),
    proves(new Webhook(secret), `${body} `, kept.headers),
    proves(new Webhook(secret), body, altered),
    proves(new Webhook(other), body, kept.headers),
  ];
  if (said.join() !== 'true,false,false,false') {
    process.stderr.write(`npm standardwebhooks says ${said} of ${line}\n`);
    process.exit(1);
  }
}
process.stdout.write(`npm standardwebhooks: ${lines.length} deliveries proved\n`);
