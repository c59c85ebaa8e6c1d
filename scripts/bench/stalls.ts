import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Measure, measure } from './measure.ts';
import { median } from './sampler.ts';
import type { Stall } from './stall-probe.ts';
import { CLI, NODE } from './subject.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const GOAL_MS = 5;
const KINDS = ['text', 'lines', 'rows', 'colours', 'accents', 'markdown', 'pages', 'bells', 'order', 'key', 'sent'];
const LF = 0x0a;

/** How long large answers keep everybody else waiting, in a gateway with inspection on. */
export async function stalls(rounds: number, cli = CLI): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const [name, bytes] of [
    ['1 MB', 1_000_000],
    ['8 MB', 7_800_000],
  ] as const) {
    const found = await stallsOf(bytes, rounds, cli);
    const worst = Math.max(...Object.values(found).map(({ processor }) => processor));
    const values = Object.entries(found).map(([kind, { processor }]) => [kind, processor] as const);
    measures.push(
      measure(`stalls: an answer of ${name}`, Object.fromEntries(values), 'ms', worst, 'ms at most', GOAL_MS),
    );
  }
  return measures;
}

/** By kind of answer, medians of calls made one after the other; the first of each is not counted. */
export async function stallsOf(
  bytes: number,
  rounds: number,
  cli: string,
  kinds: readonly string[] = KINDS,
  flags: readonly string[] = [],
): Promise<Record<string, Stall>> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const probe = pathToFileURL(join(HERE, 'stall-probe.js')).href;
  const server = [NODE, join(HERE, 'large-answers.js')];
  const gateway = spawn(NODE, [...flags, '--import', probe, cli, 'wrap', '--', ...server], {
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
    stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
  });
  try {
    const client = new Client(gateway);
    await client.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    });
    client.tell('notifications/initialized');
    await client.ask('tools/list', {});
    const found: Record<string, Stall> = {};
    const sent = 'The server reads files from the folder. '.repeat(Math.ceil(bytes / 40)).slice(0, bytes);
    for (const kind of kinds) {
      const calls: Stall[] = [];
      for (let round = -2; round < rounds; round++) {
        await told(gateway);
        await client.ask(
          'tools/call',
          kind === 'sent' ? { name: 'text', arguments: { bytes: 100, sent } } : { name: kind, arguments: { bytes } },
        );
        const stall = await told(gateway);
        if (round >= 0) calls.push(stall);
      }
      const middle = (of: (stall: Stall) => number) => median(calls.map(of));
      found[kind] = {
        wall: middle(({ wall }) => wall),
        processor: middle(({ processor }) => processor),
        worked: middle(({ worked }) => worked),
      };
    }
    return found;
  } finally {
    gateway.stdin?.end();
    await new Promise((resolve) => gateway.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

function told(gateway: ChildProcess): Promise<Stall> {
  return new Promise((resolve) => {
    gateway.once('message', (stall) => resolve(stall as Stall));
    gateway.send('tell');
  });
}

/** Asks one thing at a time and waits for the end of the line that answers. */
class Client {
  readonly #gateway: ChildProcess;
  #id = 0;

  constructor(gateway: ChildProcess) {
    this.#gateway = gateway;
  }

  ask(method: string, params: object): Promise<void> {
    const out = this.#gateway.stdout!;
    return new Promise((resolve) => {
      const read = (chunk: Buffer) => {
        if (chunk.at(-1) !== LF) return;
        out.off('data', read);
        resolve();
      };
      out.on('data', read);
      this.#send({ jsonrpc: '2.0', id: this.#id++, method, params });
    });
  }

  tell(method: string): void {
    this.#send({ jsonrpc: '2.0', method });
  }

  #send(message: object): void {
    this.#gateway.stdin!.write(`${JSON.stringify(message)}\n`);
  }
}
