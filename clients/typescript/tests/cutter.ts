// A TCP proxy that cuts what runs through it, on demand: the network of a bad day.

import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

export class Cutter {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  /** Connections that were let through. */
  accepted = 0;
  /** Whether new connections are let through. */
  way: 'open' | 'shut' = 'open';

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(url: string): Promise<Cutter> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    const proxy = new Cutter(server);
    server.on('connection', (near) => proxy.#carry(near, dial(Number(port), hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every connection at once, without a word. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(near: Socket, far: Socket): void {
    if (this.way === 'shut') {
      near.destroy();
      far.destroy();
      return;
    }
    this.accepted += 1;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  }
}
