// A demo server of a test's own: the real binary on a free port, gone with its data afterwards.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { WebSocket } from 'ws';
import { type ChannelId, Client, type Options, type Socket } from '../src/index.js';

/** The binary, when there is one to test against. */
export const binary = process.env.PARLOIR_BIN ?? '../../target/debug/parloir';
export const hasBinary = existsSync(binary);

const START_MS = 60_000;

interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly token: string;
}

export interface Demo {
  readonly url: string;
  readonly agents: readonly Person[];
  readonly integration: { readonly token: string };
  readonly channels: readonly { readonly id: string; readonly kind: string }[];
}

export class Server {
  readonly demo: Demo;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, demo: Demo) {
    this.#child = child;
    this.#folder = folder;
    this.demo = demo;
  }

  /** Starts one whose customers keep quiet. */
  static async start(): Promise<Server> {
    const folder = mkdtempSync(path(tmpdir(), 'parloir-ts-'));
    const data = path(folder, 'data');
    const args = ['demo', '--listen', '127.0.0.1:0', '--data-dir', data, '--quiet-customers'];
    const child = spawn(binary, args, { stdio: 'ignore' });
    const file = path(data, 'demo.json');
    const demo = await until(() => read(file), START_MS, 'the demo is ready');
    return new Server(child, folder, demo);
  }

  token(at: number): string {
    const person = this.demo.agents[at];
    if (person === undefined) throw new Error(`the demo has no agent ${at}`);
    return person.token;
  }

  channel(kind: string): ChannelId {
    const channel = this.demo.channels.find((one) => one.kind === kind);
    if (channel === undefined) throw new Error(`the demo has no channel of kind ${kind}`);
    return channel.id as ChannelId;
  }

  /** Somebody writes in. */
  async customer(number: string, text: string, event_id: string): Promise<void> {
    const from = { kind: 'e164', value: number };
    const answer = await fetch(`${this.demo.url}/v1/inbound/${this.channel('sms')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event_id, type: 'message', from, text }),
    });
    if (answer.status !== 200) throw new Error(`inbound: ${answer.status} ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function read(file: string): Demo | undefined {
  try {
    const demo = JSON.parse(readFileSync(file, 'utf8')) as Demo;
    return demo.agents.length > 0 ? demo : undefined;
  } catch {
    return undefined;
  }
}

/** A client of the demo. */
export function join(server: Server, options: Partial<Options>): Client {
  return Client.connect({ url: server.demo.url, token: server.token(0), WebSocket: nodeSocket, ...options });
}

/** The WebSocket of the platform, as an option. */
export const nodeSocket = WebSocket as unknown as new (url: string, protocols: string[]) => Socket;

/** Waits for what `look` gives, with a deadline. */
export async function until<T>(look: () => T | undefined | false, ms: number, what: string): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found as T;
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
