// The smallest broadcaster around `ws`: what a socket at /pub says, every socket at /sub hears. It keeps nothing.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const port = Number(process.argv[2]);
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const listeners = new Set();

sockets.on('connection', (socket, request) => {
  socket.on('error', () => socket.terminate());
  if (request.url === '/pub') {
    socket.on('message', (data) => {
      for (const listener of listeners) listener.send(data, { binary: false });
    });
    return;
  }
  listeners.add(socket);
  socket.on('close', () => listeners.delete(socket));
});

server.listen({ port, host: '127.0.0.1', backlog: 4096 });
