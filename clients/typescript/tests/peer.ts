// A server of a test's own: it says what it is told to, and remembers what it heard.

import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { DEFAULT_LIMITS, type Event, type Limits, type Up } from '../src/index.js';
import { until } from './server.js';

const GROUP = 'grp_0192f0c4-0000-7000-8000-000000000000';
const AGENT = 'agt_0192f0c4-0000-7000-8000-000000000001';

/** An event of no consequence. */
export function event(seq: number): Event {
  const at = '2026-11-03T09:15:02.123Z';
  const data = { group_id: GROUP, name: `group ${seq}` } as const;
  return { type: 'event', seq, at, actor: { kind: 'system' }, name: 'group.renamed', data };
}

export class Peer {
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly heard: Up[] = [];
  readonly times: number[] = [];
  sockets: WebSocket[] = [];
  /** What is said to each `hello`. */
  greet: (peer: Peer, socket: WebSocket) => void = (_peer, socket) => this.welcome(socket);
  /** What is said to each other frame. */
  answer: (frame: Up, socket: WebSocket) => void = () => undefined;

  static async start(): Promise<Peer> {
    const peer = new Peer();
    await new Promise((resolve) => peer.#server.once('listening', resolve));
    return peer;
  }

  private constructor() {
    this.#server.on('connection', (socket) => {
      this.times.push(Date.now());
      this.sockets.push(socket);
      socket.on('message', (data) => this.#hear(JSON.parse(String(data)) as Up, socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The newest connection. */
  get socket(): WebSocket {
    return this.sockets.at(-1) as WebSocket;
  }

  say(frame: unknown, socket = this.socket): void {
    socket.send(JSON.stringify(frame));
  }

  welcome(socket = this.socket, seq = 0, limits: Partial<Limits> = {}): void {
    const agent = {
      agent_id: AGENT,
      name: 'Ada',
      role: 'agent',
      status: 'active',
      availability: 'online',
      seq: 0,
    };
    const workspace = { workspace_id: 'wsp_1', name: 'Desk', country: 'FR', default_group: GROUP, seq: 0 };
    const rest = { epoch: '0000000000000001', cursor: `cursor ${seq}`, seq, server: 'peer' };
    const all = { ...DEFAULT_LIMITS, ...limits };
    this.say({ type: 'welcome', workspace, agent, ...rest, resumed: false, limits: all }, socket);
    this.say({ type: 'snapshot', part: 0, last: true, seq, rows: [] }, socket);
  }

  /** Goes on where the client was. */
  resume(socket: WebSocket, seq: number): void {
    const agent = {
      agent_id: AGENT,
      name: 'Ada',
      role: 'agent',
      status: 'active',
      availability: 'online',
      seq: 0,
    };
    const rest = { epoch: '0000000000000001', cursor: `cursor ${seq}`, seq, server: 'peer' };
    const limits = DEFAULT_LIMITS;
    this.say({ type: 'welcome', workspace: {}, agent, ...rest, resumed: true, limits }, socket);
  }

  of<Type extends Up['type']>(type: Type): Extract<Up, { type: Type }>[] {
    return this.heard.filter((frame): frame is Extract<Up, { type: Type }> => frame.type === type);
  }

  async connections(count: number): Promise<void> {
    await until(() => this.sockets.length >= count, 5_000, `${count} connections`);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear(frame: Up, socket: WebSocket): void {
    this.heard.push(frame);
    if (frame.type === 'hello') this.greet(this, socket);
    else this.answer(frame, socket);
  }
}
