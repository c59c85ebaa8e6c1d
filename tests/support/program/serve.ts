import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { endWith, temporaryFolder } from '../folder.ts';
import type { Message } from '../mcp/lines.ts';
import { CLI } from '../paths.ts';
import { auditFiles, fixtureBackend, isolatedHome, readLines } from './gateway.ts';

export interface ServeOptions {
  /** The `server` section; it listens on a free port unless told otherwise. */
  readonly server?: Message;
  /** Entries of `api_keys`. */
  readonly keys?: readonly Message[];
  /** More of the `security.auth` section. */
  readonly auth?: Message;
  /** YAML of the `backends` entries; one fixture server, `fix`, unless told otherwise. */
  readonly backends?: string;
  /** More of the config, as YAML. */
  readonly more?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
}

/** A gateway that listens, run as an operator runs it. */
export class Served {
  readonly child: ChildProcess;
  readonly home: string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  #change: () => void = () => {};

  constructor(t: TestContext, config: string, home: string, env: Readonly<Record<string, string>>) {
    this.home = home;
    const file = join(home, 'serve.yaml');
    writeFileSync(file, config);
    this.child = spawn(process.execPath, [CLI, 'serve', '--config', file], {
      env: { ...process.env, ...isolatedHome(home), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
    const gather = (key: 'stdout' | 'stderr') => (text: string) => {
      this[key] += text;
      this.#change();
    };
    this.child.stdout!.setEncoding('utf8').on('data', gather('stdout'));
    this.child.stderr!.setEncoding('utf8').on('data', gather('stderr'));
    void this.exited.then(() => this.#change());
    endWith(t, () => this.end());
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Address of the MCP endpoint. */
  get url(): string {
    return /listening on (\S+)/.exec(this.stdout)![1]!;
  }

  /** Address of something else on the same server. */
  at(path: string): string {
    return new URL(path, this.url).href;
  }

  /** Every audit record written so far. */
  get records(): Message[] {
    const dir = join(this.home, 'state', 'sallyport', 'audit');
    return auditFiles(dir).flatMap((file) => readLines(file).map((line) => JSON.parse(line)));
  }

  /** Resolves once it listens. */
  async ready(): Promise<this> {
    while (!this.stdout.includes('listening on')) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#change = resolve;
      });
    }
    return this;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 40_000);
    const exit = await this.exited;
    clearTimeout(killer);
    return exit;
  }
}

/** The config of a gateway that listens on a free port of this machine, under the balanced profile. */
export function serveConfig({ server = {}, keys, auth, backends, more = '' }: ServeOptions = {}): string {
  const section = { ...(keys === undefined ? {} : { api_keys: keys }), ...auth };
  const security = Object.keys(section).length === 0 ? '' : `security: ${JSON.stringify({ auth: section })}\n`;
  const listen = JSON.stringify({ listen_addr: '127.0.0.1:0', drain: '1s', ...server });
  return `version: 1\nprofile: balanced\nserver: ${listen}\n${security}backends:\n${backends ?? fixtureBackend('fix')}${more}`;
}

/** Starts one and resolves once it listens. */
export function serve(t: TestContext, options: ServeOptions = {}): Promise<Served> {
  const home = options.home ?? temporaryFolder(t);
  return new Served(t, serveConfig(options), home, options.env ?? {}).ready();
}
