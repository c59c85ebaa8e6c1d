import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';
import { ClientPeer } from './client.ts';

export { textOf } from './client.ts';
export type { Message } from './lines.ts';

export interface PeerOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** A process spoken to over its standard streams. */
export class Peer extends ClientPeer {
  readonly child: ChildProcess;
  stderr = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(t: TestContext, command: string, args: readonly string[], { env, cwd }: PeerOptions = {}) {
    super();
    this.child = spawn(command, args, { env: { ...process.env, ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.take(text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.wake();
    });
    this.child.stdin!.on('error', () => {});
    void this.exited.then(() => {
      this.ended = true;
      this.wake();
    });
    endWith(t, () => this.end());
  }

  get pid(): number {
    return this.child.pid!;
  }

  override write(text: string | Buffer): void {
    this.child.stdin!.write(text);
  }

  /** Closes standard input, as a client does that is done. */
  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.stdin!.end();
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    const exit = await this.exited;
    clearTimeout(killer);
    return exit;
  }

  protected override plight(): string {
    return `stderr: ${this.stderr}`;
  }
}
