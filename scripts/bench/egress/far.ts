/** What is connected to: a server that sends as many bytes as it is asked for, and one for small HTTP requests. */
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server } from 'node:net';

const BLOCK = Buffer.alloc(1 << 18, 'x');

/** Sends the number of bytes its first line names, and ends. */
const flood = createRawServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (line) => {
    let left = Number(line.toString());
    const send = () => {
      while (left > 0) {
        const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
        left -= block.length;
        if (!socket.write(block)) {
          socket.once('drain', send);
          return;
        }
      }
      socket.end();
    };
    send();
  });
});

const small = createServer((_, response) => response.end(BLOCK.subarray(0, 200)));
small.keepAliveTimeout = 60_000;

const ports = await Promise.all([flood, small].map(listening));
process.stdout.write(`${ports.join(' ')}\n`);

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
