// The way from one browser window to the server: it hands everything on, and can be cut like a network cable.
// It serves the built desk under the strictest policy, where the server does not do that by itself.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { extname, join, normalize } from 'node:path';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const kinds = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export class Door {
  #sockets = new Set();
  #blocked = false;
  #agent;

  /** Opens a door to `server`; `dist` is the built desk, or nothing when the server brings it; `standsIn` is for
   *  a server without sessions. */
  static async open(server, { dist, standsIn }) {
    const door = new Door();
    door.server = server;
    door.dist = dist;
    door.standsIn = standsIn;
    door.http = createServer((ask, answer) => void door.#answer(ask, answer));
    door.http.on('upgrade', (ask, socket, head) => door.#upgrade(ask, socket, head));
    await new Promise((open) => door.http.listen(0, '127.0.0.1', open));
    door.url = `http://127.0.0.1:${door.http.address().port}`;
    return door;
  }

  /** Pulls the cable; `mend` puts it back. */
  cut() {
    this.#blocked = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() {
    this.#blocked = false;
  }

  close() {
    this.cut();
    this.http.closeAllConnections();
    this.http.close();
  }

  async #answer(ask, answer) {
    const path = new URL(ask.url, this.url).pathname;
    if (this.#blocked) return ask.destroy();
    if (this.dist && !/^\/(v1|a|simulator|status\.json|healthz|readyz)(\/|$)/.test(path))
      return this.#file(path, answer);
    if (this.standsIn && /^\/v1\/(session|demo)/.test(path)) return this.#session(path, ask, answer);
    return this.#hand(ask, answer);
  }

  async #file(path, answer) {
    let file = join(this.dist, normalize(path));
    if (path === '/' || !(await stat(file).catch(() => undefined))?.isFile())
      file = join(this.dist, 'index.html');
    answer.writeHead(200, {
      'content-type': kinds[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    });
    createReadStream(file).pipe(answer);
  }

  /** Stands in for the server's own sign-in: one window is one agent, and a token takes the cookie's place. */
  async #session(path, ask, answer) {
    const { demo } = this.server;
    const agents = demo.agents.map(({ id, name, role }) => ({ agent_id: id, name, role }));
    if (path === '/v1/demo') return json(answer, 200, { agents });
    if (path === '/v1/demo/sign-in') {
      this.#agent = JSON.parse(await text(ask)).agent_id;
      return json(answer, 200, {});
    }
    if (ask.method === 'DELETE') this.#agent = undefined;
    const agent = demo.agents.find(({ id }) => id === this.#agent);
    if (!agent) return json(answer, 401, { code: 'unauthenticated' });
    return json(answer, 200, { agent_id: agent.id, workspace_id: demo.workspace, token: agent.token });
  }

  #hand(ask, answer) {
    const { hostname, port } = new URL(this.server.url);
    const on = request(
      { hostname, port, path: ask.url, method: ask.method, headers: ask.headers },
      (back) => {
        answer.writeHead(back.statusCode, back.headers);
        back.pipe(answer);
      },
    );
    on.on('error', () => answer.destroy());
    ask.pipe(on);
  }

  #upgrade(ask, socket, head) {
    const { hostname, port } = new URL(this.server.url);
    if (this.#blocked) return socket.destroy();
    const on = connect(Number(port), hostname, () => {
      const headers = Object.entries(ask.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      on.write(`GET ${ask.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
      on.write(head);
      on.pipe(socket).pipe(on);
    });
    for (const each of [on, socket]) {
      this.#sockets.add(each);
      each.on('error', () => {});
      each.on('close', () => {
        this.#sockets.delete(each);
        on.destroy();
        socket.destroy();
      });
    }
  }
}

function json(answer, status, body) {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(body));
}

async function text(ask) {
  let body = '';
  for await (const part of ask) body += part;
  return body;
}
