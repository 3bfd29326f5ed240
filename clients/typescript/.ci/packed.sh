#!/usr/bin/env bash
# Packs the package, installs it into an empty project and uses it there, from JavaScript and from TypeScript.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

package=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
cat >package.json <<'JSON'
{ "name": "empty", "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --ignore-scripts ./*.tgz

cat >use.mjs <<'JS'
import { Client, CLOSE_CODES } from '@parloir/client';
import { segments } from '@parloir/client/text';
import { Store } from '@parloir/client/store';
import { readUp } from '@parloir/client/strict';

const parts = [typeof Client.connect, CLOSE_CODES.revoked, segments('Ça coûte').encoding, new Store().seq];
if (parts.join() !== 'function,4504,ucs2,0') throw new Error(parts.join());
if (readUp('json', new TextEncoder().encode('{"type":"pong"}')).type !== 'pong') throw new Error('no pong');
JS
node use.mjs

cat >use.ts <<'TS'
import { Client, type Event, type Queue } from '@parloir/client';

export function open(url: string): Queue {
  const client = Client.connect({ url, token: async () => 'plr_AAAA' });
  client.onEvent((event) => {
    if (event.type === 'event' && event.name === 'message.received') read(event);
  });
  return client.queue({ status: 'open' });
}

function read(event: Extract<Event, { name: 'message.received' }>): string | null {
  return event.data.message.text;
}
TS
"$package/node_modules/.bin/tsc" --strict --noEmit --module NodeNext --moduleResolution NodeNext --target ES2022 \
  --lib ES2023,DOM --skipLibCheck false --types '' use.ts
echo 'the packed package is installed and used'
