// Whether a server brings what is looked at: the desk as it was built last, and the door of the demo. Without
// either nothing that a story or a measure says would be about the product.
import { readFile } from 'node:fs/promises';

/** Fails in words unless `server` serves the page in dist/ and lets agents of the demo in. */
export async function bringsDesk(server) {
  const built = await readFile(new URL('../dist/index.html', import.meta.url), 'utf8').catch(() => undefined);
  if (built === undefined) throw new Error('the desk was not built: make web');
  const answer = await fetch(server.url);
  const served = await answer.text();
  if (!answer.ok || !served.includes('id="desk"')) throw new Error('the server was built without its desk');
  // The page names its parts by their content: the same page is the same desk.
  if (served !== built)
    throw new Error('the server brings another desk than the one in dist/: build it again');
  const demo = await fetch(`${server.url}/v1/demo`);
  if (!demo.ok) throw new Error(`the demo lets nobody in: /v1/demo answers ${demo.status}`);
}
