// The client in plain JavaScript against the real server, as its page shows it: it comes in, sends once, goes on after
// a cut, and ends when its token does not work.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cutter } from '../cutter.js';
import { hasBinary, join, Server, until } from '../server.js';

const FILE = '../plain/javascript/client.mjs';
const LINES_MAX = 60;
const DEADLINE_MS = 20_000;

class Plain {
  readonly #child: ChildProcess;
  said = '';

  constructor(...args: string[]) {
    // Node has a WebSocket behind this flag before version 22.
    const flags = process.allowedNodeEnvironmentFlags.has('--experimental-websocket')
      ? ['--experimental-websocket']
      : [];
    this.#child = spawn(process.execPath, [...flags, FILE, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (bytes: Buffer) => {
      this.said += bytes.toString();
    });
  }

  says(word: string | RegExp): Promise<unknown> {
    return until(() => this.said.match(word) ?? undefined, DEADLINE_MS, `${word} in ${this.said}`);
  }

  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await gone;
  }
}

it('is sixty lines at most', () => {
  expect(readFileSync(FILE, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(LINES_MAX);
});

describe.skipIf(!hasBinary)('the client in plain JavaScript', () => {
  let server: Server;
  let cutter: Cutter;
  beforeAll(async () => {
    server = await Server.start();
    cutter = await Cutter.to(server.demo.url);
  });
  afterAll(async () => {
    await cutter?.stop();
    await server?.stop();
  });

  it('comes in, sends once and goes on where it was after a cut', { timeout: 60_000 }, async () => {
    const nadia = join(server, { token: server.token(2) });
    await nadia.live();
    const page = await nadia.query('queue.page', { view: { status: 'open' }, limit: 1 });
    const id = page.rows[0]?.conversation.conversation_id;
    if (id === undefined) throw new Error('the queue is empty');
    const plain = new Plain(cutter.url, server.token(0), id, 'bonjour en clair');
    await plain.says(/snapshot at \d+: [1-9]/);
    await plain.says(/reply \{\s+seq: \d+/);
    await plain.says('message.queued bonjour en clair');
    await nadia.send(id, { text: 'vu de loin' }).done;
    await plain.says('message.queued vu de loin');
    await plain.says('complete up to');
    const { accepted } = cutter;
    cutter.cut();
    await until(() => cutter.accepted > accepted, DEADLINE_MS, 'it is back');
    await nadia.send(id, { text: 'après la coupure' }).done;
    await plain.says('message.queued après la coupure');
    expect(plain.said.match(/snapshot at/g)).toHaveLength(1);
    expect(plain.said.match(/message.queued bonjour en clair/g)).toHaveLength(1);
    await plain.end();
    nadia.close();
  });

  it('ends when its token does not work', async () => {
    const plain = new Plain(server.demo.url, 'plr_AAAA');
    await plain.says('closed with 4501, for good');
    await plain.end();
  });
});
