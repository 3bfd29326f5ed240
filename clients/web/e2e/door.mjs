// The way from one browser window to the server: it hands everything on as it is, and can be cut like a network
// cable. It answers nothing by itself.
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

export class Door {
  #sockets = new Set();
  #blocked = false;
  /** Whether it was ever cut: a page may then complain of its line. */
  wasCut = false;
  /** What a story does with a request before it is handed on; it waits until that is done. */
  meets = async (_ask) => {};

  /** Opens a door to `server`. */
  static async open(server) {
    const door = new Door();
    door.server = server;
    door.http = createServer((ask, answer) => void door.#meet(ask, answer));
    door.http.on('upgrade', (ask, socket, head) => door.#upgrade(ask, socket, head));
    await new Promise((open) => door.http.listen(0, '127.0.0.1', open));
    door.url = `http://127.0.0.1:${door.http.address().port}`;
    return door;
  }

  /** Pulls the cable; `mend` puts it back. */
  cut() {
    this.#blocked = true;
    this.wasCut = true;
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

  async #meet(ask, answer) {
    if (!this.#blocked) await this.meets(ask);
    if (this.#blocked) return ask.destroy();
    this.#hand(ask, answer);
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
