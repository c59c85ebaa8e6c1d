/**
 * Measures whatever speaks MCP behind two named pipes, with blocking reads and writes: a client whose own share
 * is small. `node driver.js TO FROM MODE COUNT`, answers one line of JSON.
 */
import { openSync, readSync, writeSync } from 'node:fs';
import { VariedTexts } from './varied-texts.ts';

const [, , to, from, mode, countText] = process.argv;
const count = Number(countText);
const out = openSync(to!, 'w');
const input = openSync(from!, 'r');
const chunk = Buffer.alloc(1 << 20);
const begun = Number(process.env.BENCH_STARTED_US);

const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
send(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":${JSON.stringify(initialize)}}\n`);
awaitLines(1);
const startMs = (nowUs() - begun) / 1000;
if (mode === 'start') {
  report({});
  awaitRelease();
}
send('{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n');
awaitLines(1);
const tool = process.env.BENCH_TOOL ?? 'echo';
const varied = process.env.BENCH_TEXTS === 'varied' ? new VariedTexts(2) : undefined;
const MESSAGE = 'a message of ordinary length for a tool';
let nextId = 2;

if (mode === 'latency') report(latency());
else if (mode === 'flood') report({ callsPerSecond: flood() });
else report(slowReader());

/** Keeps the pipes open until the parent has looked at the subject's memory and says so. */
function awaitRelease(): never {
  readSync(0, Buffer.alloc(1), 0, 1, null);
  process.exit(0);
}

function call(): string {
  const message = varied === undefined ? MESSAGE : varied.next(MESSAGE.length);
  return `{"jsonrpc":"2.0","id":${nextId++},"method":"tools/call","params":{"name":"${tool}","arguments":{"message":"${message}","n":4}}}\n`;
}

function latency(): object {
  const times = new Float64Array(count);
  const warm = Math.min(4000, count);
  for (let i = -warm; i < count; i++) {
    const line = call();
    const start = process.hrtime.bigint();
    send(line);
    awaitLines(1);
    if (i >= 0) times[i] = Number(process.hrtime.bigint() - start) / 1000;
  }
  times.sort();
  const at = (share: number) => times[Math.min(count - 1, Math.floor(count * share))]!;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

/** Calls a second with 64 in flight. */
function flood(): number {
  const inFlight = 64;
  let sent = 0;
  let done = 0;
  const batch = (size: number) => {
    let lines = '';
    for (let i = 0; i < size && sent < count; i++, sent++) lines += call();
    if (lines !== '') send(lines);
  };
  const start = process.hrtime.bigint();
  batch(inFlight);
  while (done < count) {
    const arrived = readLines();
    done += arrived;
    batch(arrived);
  }
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}

/** Asks for `count` big results at once, then reads 64 KiB a millisecond. */
function slowReader(): object {
  let lines = '';
  for (let i = 0; i < count; i++) lines += call();
  send(lines);
  let done = 0;
  while (done < count) {
    const read = readSync(input, chunk, 0, 64 * 1024, null);
    for (let at = chunk.indexOf(10); at !== -1 && at < read; at = chunk.indexOf(10, at + 1)) done++;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  return { done };
}

function send(text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at, bytes.length - at);
}

function awaitLines(wanted: number): void {
  for (let left = wanted; left > 0; ) left -= readLines();
}

function readLines(): number {
  const read = readSync(input, chunk, 0, chunk.length, null);
  if (read === 0) {
    console.error('the other side ended');
    process.exit(1);
  }
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1 && at < read; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}

function nowUs(): number {
  return performance.timeOrigin * 1000 + performance.now() * 1000;
}

function report(values: object): void {
  process.stdout.write(`${JSON.stringify({ startMs, ...values })}\n`);
}
