import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, ECHO, NODE } from './subject.ts';

const CALLS = 400;
const BIG_BYTES = 8_000_000;

/** p99 in milliseconds of a small call on one backend while another sends one frame of 8 MB after the other. */
export async function besideBigFrames(folder: string): Promise<number> {
  const config = join(folder, 'beside.yaml');
  const backend = (name: string) => `  - ${JSON.stringify({ name, command: NODE, args: [ECHO, '150'] })}\n`;
  writeFileSync(config, `version: 1\nbackends:\n${backend('big')}${backend('small')}`);
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
  const gateway = spawn(NODE, [CLI, 'run', '--config', config], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = new Answers(gateway.stdout);
  const ask = (id: string, method: string, params: unknown) => {
    const answer = answers.of(id);
    gateway.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  };
  const call = (id: string, name: string, bytes: number) => ask(id, 'tools/call', { name, arguments: { bytes } });
  await ask('init', 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  gateway.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  await ask('list', 'tools/list', {});
  let busy = true;
  const big = (async () => {
    for (let i = 0; busy; i++) await call(`b${i}`, 'big__echo', BIG_BYTES);
  })();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const times: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const start = performance.now();
    await call(`s${i}`, 'small__echo', 150);
    times.push(performance.now() - start);
  }
  busy = false;
  await big;
  gateway.stdin.end();
  await once(gateway, 'exit');
  return times.sort((a, b) => a - b)[Math.floor(CALLS * 0.99)]!;
}

/** Finds the answers in a stream by their ids, which stand near the front, without joining big ones. */
class Answers {
  readonly #waiting = new Map<string, () => void>();
  #front = '';
  #atFront = true;

  constructor(stream: NodeJS.ReadableStream) {
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  of(id: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #take(chunk: Buffer): void {
    let from = 0;
    for (let lf = chunk.indexOf(10); lf !== -1; lf = chunk.indexOf(10, from)) {
      this.#note(chunk, from, lf);
      this.#end();
      from = lf + 1;
    }
    this.#note(chunk, from, chunk.length);
  }

  #note(chunk: Buffer, from: number, to: number): void {
    if (this.#atFront) this.#front += chunk.toString('latin1', from, Math.min(to, from + 80));
    if (this.#front.length >= 80) this.#atFront = false;
  }

  #end(): void {
    const id = /"id":"([^"]+)"/.exec(this.#front)?.[1] ?? '';
    this.#front = '';
    this.#atFront = true;
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}
