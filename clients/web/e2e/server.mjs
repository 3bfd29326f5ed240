// The real server with the demo inside, in a folder of its own. It can be killed and comes back on its port.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './patience.mjs';

const startMs = 60_000;

export class Server {
  #child;
  #folder;
  #log = '';
  /** Whether a story killed it: pages may then complain of their line. */
  wasKilled = false;

  /** Starts `binary` on a free port, with more flags if need be. Customers write only when a story makes them. */
  static async start(binary, flags = []) {
    const server = new Server();
    server.binary = binary;
    server.flags = flags;
    server.#folder = await mkdtemp(join(tmpdir(), 'parloir-e2e-'));
    await server.#run('127.0.0.1:0');
    return server;
  }

  async #run(listen) {
    const data = join(this.#folder, 'data');
    const file = join(data, 'demo.json');
    await rm(file, { force: true });
    const flags = ['--listen', listen, '--data-dir', data, '--quiet-customers', ...this.flags];
    this.#child = spawn(this.binary, ['demo', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    // Whatever ends this program ends the server as well.
    const child = this.#child;
    process.once('exit', () => child.kill('SIGKILL'));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (text) => this.#keep(text));
    this.demo = await until(startMs, 'the demo server is ready', async () => {
      if (this.#child.exitCode !== null) throw new Error(`the server stopped:\n${this.#log}`);
      const demo = JSON.parse(await readFile(file, 'utf8').catch(() => 'null'));
      const answer = demo && (await fetch(`${demo.url}/readyz`).catch(() => undefined));
      return answer?.ok ? demo : undefined;
    });
    this.url = this.demo.url;
  }

  #keep(text) {
    this.#log = (this.#log + text).slice(-20_000);
  }

  get log() {
    return this.#log;
  }

  /** Ends the process as a power cut would. */
  async kill() {
    this.wasKilled = true;
    this.#child.kill('SIGKILL');
    await new Promise((gone) => this.#child.once('exit', gone));
  }

  /** Comes back on the same port with the same data. */
  async restart() {
    await this.#run(new URL(this.url).host);
  }

  /** Ends it and leaves nothing behind. */
  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  agent(name) {
    const found = this.demo.agents.find((agent) => agent.name.startsWith(name));
    if (!found) throw new Error(`the demo has no agent called ${name}`);
    return found;
  }

  channel(kind) {
    return this.demo.channels.find((channel) => channel.kind === kind);
  }

  /** A customer writes. */
  async receive(from, text, more = {}, kind = 'sms') {
    await this.#hand(kind, { type: 'message', from: { kind: 'e164', value: from }, text, ...more });
  }

  async #hand(kind, body) {
    this.events = (this.events ?? 0) + 1;
    const answer = await fetch(this.channel(kind).inbound_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event_id: `e2e-${process.pid}-${this.events}`, ...body }),
    });
    if (!answer.ok) throw new Error(`the message was not taken: ${answer.status} ${await answer.text()}`);
  }

  /** Does something as an agent, without a browser. */
  async command(name, command, params) {
    const { uuidv7 } = await import('./uuid.mjs');
    return this.#post('/v1/commands', name, { command_id: uuidv7(), name: command, params });
  }

  /** Asks something as an agent. */
  async query(name, query, params) {
    return (await this.#post('/v1/queries', name, { id: 1, name: query, params })).ok;
  }

  async #post(path, name, body) {
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.agent(name).token}` },
      body: JSON.stringify(body),
    });
    return answer.json();
  }
}
