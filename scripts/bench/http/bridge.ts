/**
 * The baseline: `node:http` in front of one server on standard input and output, with ids of its own for the server and
 * nothing else. `node bridge.js PORT COMMAND ARGS…`
 */
import { spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';

const ID = /"id":(\d+)/;
const child = spawn(process.argv[3]!, process.argv.slice(4), { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map<string, { readonly id: string; readonly response: ServerResponse }>();
let nextId = 1;
let rest = '';

child.stdout.setEncoding('latin1').on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop()!;
  for (const line of lines) {
    const own = ID.exec(line)?.[1] ?? '';
    const asked = waiting.get(own);
    if (asked === undefined) continue;
    waiting.delete(own);
    const body = Buffer.from(line.replace(ID, `"id":${asked.id}`), 'latin1');
    asked.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
  }
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('latin1');
    const id = ID.exec(body)?.[1];
    if (id === undefined) {
      response.writeHead(202).end();
    } else {
      waiting.set(String(nextId), { id, response });
    }
    child.stdin.write(`${body.replace(ID, `"id":${nextId++}`)}\n`, 'latin1');
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
