import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Measure, measure } from '../measure.ts';
import { interleaved, median } from '../sampler.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const BYTES = 2e9;
const SMALL_BYTES = 200e6;
const REQUESTS = 3000;
/** Enough for any run: what is measured is that bytes are counted. */
const ALLOWANCE = 1e15;

const DIRECT = 'direct';
const PIPE = 'raw Node pipe';
const PROXY = 'sallyport';
const LIMITED = 'sallyport, limited';

/** Ports of what bytes and requests are sent to. */
interface Ports {
  readonly flood: number;
  readonly small: number;
  readonly pipe: number;
  readonly proxy: number;
  readonly limited: number;
}

/** The way out of a sandbox on loopback: bytes through a tunnel, and small requests on a connection that is kept. */
export async function overEgress(rounds: number, quick: boolean, note: (text: string) => void): Promise<Measure[]> {
  const far = begin('far.js');
  const children = [far];
  try {
    const [flood, small] = await portsOf(far);
    const between = begin('between.js', String(flood));
    const limiting = begin('between.js', String(flood), String(ALLOWANCE));
    children.push(between, limiting);
    const [proxy, pipe] = await portsOf(between);
    const [limited] = await portsOf(limiting);
    return await measured(
      { flood: flood!, small: small!, pipe: pipe!, proxy: proxy!, limited: limited! },
      rounds,
      quick ? SMALL_BYTES : BYTES,
      note,
    );
  } finally {
    for (const child of children) child.kill();
  }
}

async function measured(
  { flood, small, pipe, proxy, limited }: Ports,
  rounds: number,
  bytes: number,
  note: (text: string) => void,
): Promise<Measure[]> {
  const ways: Readonly<Record<string, () => Promise<number>>> = {
    [DIRECT]: () => megabytesPerSecond(flood, bytes),
    [PIPE]: () => megabytesPerSecond(pipe, bytes),
    [PROXY]: () => megabytesPerSecond(proxy, bytes, flood),
    [LIMITED]: () => megabytesPerSecond(limited, bytes, flood),
  };
  note('measuring bytes …');
  const speeds = middle(await interleaved(rounds, Object.keys(ways), (name) => ways[name]!()));
  note('measuring requests …');
  const there = { host: '127.0.0.1', port: small, path: '/' };
  const asked: Readonly<Record<string, RequestOptions>> = {
    [DIRECT]: there,
    [PROXY]: { ...there, port: proxy, path: `http://127.0.0.1:${small}/`, headers: { host: `127.0.0.1:${small}` } },
  };
  const times = middle(await interleaved(rounds, Object.keys(asked), (name) => millisecondsEach(asked[name]!)));
  return [
    measure('bytes through CONNECT', speeds, 'MB/s', speeds[PROXY]!, 'MB/s', -500),
    measure(
      'bytes through CONNECT, beside a raw pipe',
      {},
      '',
      speeds[PROXY]! / speeds[PIPE]!,
      '× raw pipe',
      undefined,
    ),
    measure('request on a kept connection, p50', times, 'ms', times[PROXY]! - times[DIRECT]!, 'ms more', 0.3),
  ];
}

function middle(runs: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  return Object.fromEntries([...runs].map(([name, all]) => [name, median(all)]));
}

/** `through`: the port is that of a proxy, which is asked for a tunnel to this one. */
async function megabytesPerSecond(port: number, bytes: number, through?: number): Promise<number> {
  let got = 0;
  // Bytes are only counted, into one buffer, so that the reader is not what is measured.
  const onread = {
    buffer: Buffer.alloc(1 << 18),
    callback: (count: number) => {
      got += count;
      return true;
    },
  };
  const socket = connect({ host: '127.0.0.1', port, onread });
  await once(socket, 'connect');
  const began = performance.now();
  // A tunnel may be asked for and used in one breath.
  if (through !== undefined) socket.write(`CONNECT 127.0.0.1:${through} HTTP/1.1\r\n\r\n`);
  socket.write(`${bytes}\n`);
  await once(socket, 'end');
  const seconds = (performance.now() - began) / 1000;
  socket.destroy();
  if (got < bytes) throw new Error(`${got} of ${bytes} bytes came`);
  return bytes / 1e6 / seconds;
}

/** Median of requests one after the other. */
async function millisecondsEach(options: RequestOptions): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const began = performance.now();
    await answered({ ...options, agent });
    took.push(performance.now() - began);
  }
  agent.destroy();
  return median(took);
}

function answered(options: RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end();
  });
}

function begin(file: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(HERE, file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function portsOf(child: ChildProcess): Promise<number[]> {
  const [line] = await once(createInterface(child.stdout!), 'line');
  return (line as string).split(' ').map(Number);
}
