// The smallest broadcaster around `socket.io`: what a socket says, all others hear. It keeps nothing.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const port = Number(process.argv[2]);
const halfAnHour = 1_800_000;
const server = createServer();
const io = new Server(server, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  pingInterval: halfAnHour,
  serveClient: false,
});

io.on('connection', (socket) => {
  socket.on('e', (text) => socket.broadcast.emit('e', text));
});

server.listen({ port, host: '127.0.0.1', backlog: 4096 });
