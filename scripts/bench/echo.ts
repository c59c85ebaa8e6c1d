/**
 * The server under every measurement: answers `tools/call` with a text of a fixed size, reading and writing
 * with blocking calls so that its own share is small and steady. `node echo.js BYTES`
 */
import { readSync, writeSync } from 'node:fs';

const chunk = Buffer.alloc(1 << 20);
const source = 'const door = (a, b) => "v" + a[b];\n  return open(gate, 1);\n';
const bytes = Number(process.argv[2] ?? 150);
const texts = new Map<number, string>();
let rest = '';

for (;;) {
  const read = blocking(() => readSync(0, chunk, 0, chunk.length, null));
  if (read === 0) process.exit(0);
  const lines = (rest + chunk.toString('latin1', 0, read)).split('\n');
  rest = lines.pop()!;
  let answers = '';
  for (const line of lines) answers += answer(line);
  send(answers);
}

function answer(line: string): string {
  const id = /"id":("[^"]*"|\d+)/.exec(line)?.[1];
  if (id === undefined) return '';
  if (line.includes('"initialize"')) {
    const version = /"protocolVersion":("[^"]*")/.exec(line)?.[1] ?? '"2025-11-25"';
    return `{"jsonrpc":"2.0","id":${id},"result":{"protocolVersion":${version},"capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}}}\n`;
  }
  if (line.includes('"tools/list"')) {
    return `{"jsonrpc":"2.0","id":${id},"result":{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}}\n`;
  }
  const wanted = Number(/"bytes":(\d+)/.exec(line)?.[1] ?? bytes);
  return `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":${text(wanted)}}]}}\n`;
}

function text(size: number): string {
  let json = texts.get(size);
  if (json === undefined) {
    json = JSON.stringify(source.repeat(Math.ceil(size / source.length)).slice(0, size));
    texts.set(size, json);
  }
  return json;
}

function send(answers: string): void {
  const out = Buffer.from(answers, 'latin1');
  for (let at = 0; at < out.length; ) at += blocking(() => writeSync(1, out, at, out.length - at));
}

/** A descriptor that turns out to be non-blocking is tried again after a moment. */
function blocking(work: () => number): number {
  for (;;) {
    try {
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'EOF') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
