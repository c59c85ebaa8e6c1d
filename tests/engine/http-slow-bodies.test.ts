import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { engineFront, proofOf } from '../support/engine/engine-front.ts';
import { modernPost, send } from '../support/http/http.ts';

const MiB = 1024 * 1024;

test('72: what one client sends slowly takes no room from another', async (t) => {
  const own = await engineFront(t, { clients: ['slow', 'quick'] });
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const head = [
    'POST /mcp HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Authorization: ${proofOf('slow').Authorization}`,
    `Content-Length: ${8 * MiB}`,
  ].join('\r\n');
  /** Resolves with what is answered to most of a body, if anything is. */
  const begin = () => {
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1').setEncoding('utf8');
    sockets.push(socket);
    const answer = new Promise<string>((resolve) => {
      socket.on('data', (text: string) => resolve(text));
      socket.on('error', () => {});
    });
    socket.write(`${head}\r\n\r\n{"jsonrpc":"2.0","x":"${'a'.repeat(7 * MiB)}`);
    return answer;
  };
  const answers = Array.from({ length: 4 }, begin);
  assert.match(await Promise.any(answers), /^HTTP\/1\.1 429 [\s\S]*SP8023/);
  const text = 'b'.repeat(2 * MiB);
  const call = modernPost('tools/call', { name: 'work', arguments: { text } }, proofOf('quick'));
  assert.equal((await send(own.url, call)).json.result.content[0].text, 'done');
  for (const socket of sockets) socket.destroy();
  while (own.front.uploads.size > 0) await new Promise(setImmediate);
});
