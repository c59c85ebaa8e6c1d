import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutant } from './mutants.ts';

/** A copy of the compiled project in which files can be changed; all that is not compiled is linked to. */
export class Checkout {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sallyport-mutants-'));

  constructor() {
    for (const name of readdirSync('.')) {
      if (name !== 'build' && name !== '.git') symlinkSync(resolve(name), join(this.#folder, name));
    }
    mkdirSync(join(this.#folder, 'build'));
    cpSync('build', join(this.#folder, 'build'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  }

  /** Runs `work` while the mutant stands in the place of what it changes. */
  async with(mutant: Mutant, work: () => Promise<boolean>): Promise<boolean> {
    const path = join(this.#folder, mutant.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, mutant.start) + mutant.now + text.slice(mutant.end));
    try {
      return await work();
    } finally {
      writeFileSync(path, text);
    }
  }

  /** Whether a compiled test passes within `limitMs`. */
  passes(test: string, limitMs: number): Promise<boolean> {
    return new Promise((done) => {
      const child = spawn(process.execPath, ['--max-old-space-size=768', test], {
        cwd: this.#folder,
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      // The test may have started programs, so its whole group ends.
      const end = () => {
        if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
      };
      const timer = setTimeout(end, limitMs);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (/^\s*not ok /m.test(text)) end();
      });
      child.once('exit', (code) => {
        clearTimeout(timer);
        done(code === 0);
      });
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
