import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CLI, NODE } from '../subject.ts';

const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };

/** A gateway with a client in front of it that waits for one answer after the other. */
export class Gateway {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #nextId = 0;

  private constructor(args: readonly string[], stateDir: string) {
    const env = { ...process.env, XDG_STATE_HOME: stateDir, XDG_CONFIG_HOME: stateDir };
    this.#child = spawn(NODE, [CLI, ...args], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#answers = createInterface(this.#child.stdout!)[Symbol.asyncIterator]();
  }

  /** Starts one and says hello; `ms` is from its start to the answer of the server behind it. */
  static async start(args: readonly string[], stateDir: string): Promise<{ gateway: Gateway; ms: number }> {
    const began = performance.now();
    const gateway = new Gateway(args, stateDir);
    await gateway.ask('initialize', HELLO);
    const ms = performance.now() - began;
    gateway.#child.stdin!.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    return { gateway, ms };
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Rejects when it is answered with an error, or not at all. */
  async ask(method: string, params: unknown): Promise<void> {
    const id = this.#nextId++;
    this.#child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done === true) throw new Error(`the gateway ended before it answered ${method}`);
      const answer: { id?: number; error?: unknown } = JSON.parse(value);
      if (answer.id !== id) continue;
      if (answer.error !== undefined) throw new Error(`${method}: ${value}`);
      return;
    }
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await ended;
  }
}
