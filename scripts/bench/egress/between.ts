/** What stands between: the proxy, and a pipe of sockets as the least a relay in Node can be. `node between.js PORT`. */
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { EgressProxy } from '../../../backends/egress/egress-proxy.ts';

const far = Number(process.argv[2]);

const proxy = new EgressProxy({
  backend: 'bench',
  rules: { destination: () => ({ effect: 'allow' }), address: () => ({ effect: 'allow' }) },
  log: { decided: () => true, ended: () => {} },
  maxBytes: process.argv[3] === undefined ? undefined : Number(process.argv[3]),
  connectTimeoutMs: 5000,
  maxConnections: 100,
});
const asked = createServer();
const pipe = createServer((socket) => {
  const there = connect(far, '127.0.0.1');
  socket.pipe(there).pipe(socket);
  for (const one of [socket, there]) one.on('error', () => one.destroy());
});

const ports = [await listening(asked), await listening(pipe)];
proxy.accept(asked);
process.stdout.write(`${ports.join(' ')}\n`);

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
