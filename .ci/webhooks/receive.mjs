// A receiver that keeps what it is sent, a line of JSON each, in the file it is given; it says its address first.

import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , file] = process.argv;
const bodyBytesMax = 1 << 20;

const server = createServer((request, response) => {
  const pieces = [];
  let bytes = 0;
  request.on('data', (piece) => {
    bytes += piece.length;
    if (bytes > bodyBytesMax) request.destroy();
    pieces.push(piece);
  });
  request.on('end', () => {
    const body = Buffer.concat(pieces).toString('base64');
    appendFileSync(file, `${JSON.stringify({ headers: request.headers, body })}\n`);
    response.writeHead(204).end();
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/hook\n`);
});
