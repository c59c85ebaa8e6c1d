import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { quoted } from '../docs/reader.ts';
import { CLI } from '../paths.ts';
import { isolatedHome } from './gateway.ts';

/** A terminal that can be typed into and read, where tmux is installed. */
export const HAS_TMUX = (() => {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const LOOK_EVERY_MS = 30;
/** A busy machine takes its time. */
const PATIENCE_MS = 60_000;

/** A terminal in which one command of the program runs; what is typed goes to it. */
export class Terminal {
  readonly #socket = `sallyport-test-${randomBytes(6).toString('hex')}`;

  constructor(t: TestContext, args: readonly string[], home: string, { columns = 100, rows = 30, env = {} } = {}) {
    const line = `${quoted([process.execPath, CLI, ...args])}; echo "[ended $?]"; exec cat`;
    const size = ['-x', String(columns), '-y', String(rows)];
    execFileSync('tmux', ['-L', this.#socket, '-f', '/dev/null', 'new-session', '-d', ...size, line], {
      env: { ...process.env, ...isolatedHome(home), TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', ...env },
    });
    t.after(() => {
      try {
        this.#tmux('kill-server');
      } catch {
        // It has ended.
      }
    });
  }

  /** Types keys, by the names tmux has for them. */
  keys(...names: readonly string[]): void {
    this.#tmux('send-keys', ...names);
  }

  /** What is to be seen now. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** The same with what colours it. */
  get coloured(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The process that runs in it. */
  get pid(): number {
    return Number(this.#tmux('display-message', '-p', '#{pane_pid}'));
  }

  /** Whether the other screen is shown, which programs that draw have for themselves. */
  get isAlternate(): boolean {
    return this.#tmux('display-message', '-p', '#{alternate_on}').trim() === '1';
  }

  hangUp(): void {
    this.#tmux('kill-server');
  }

  /** The screen, once it shows this. */
  async shows(wanted: RegExp): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { screen } = this;
      if (wanted.test(screen)) return screen;
      if (Date.now() > until) throw new Error(`never showed ${wanted}:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
