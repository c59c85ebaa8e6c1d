import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network, Probe, SandboxDriver, SandboxSpec, Wrapped } from '../../lib/model/sandbox.ts';
import { type OneShot, runOnce } from '../one-shot.ts';
import { seatbeltProfile } from './seatbelt-profile.ts';

/** Not from PATH: whoever could put another one there would be the sandbox. */
const PROGRAM = '/usr/bin/sandbox-exec';
const PROBE_MS = 5000;

type Run = (file: string, args: readonly string[], withinMs: number) => Promise<OneShot>;

/**
 * macOS: sandbox-exec(1) with a profile made for each start. It is called deprecated and ships with every macOS
 * there is. There are no namespaces: processes of others can be seen by number, and neither their environment nor
 * signals to them can be had. Listeners of the gateway are those of the machine's loopback. It has not been tried on
 * hardware.
 */
export class Seatbelt implements SandboxDriver {
  readonly name = 'seatbelt';
  readonly networks: readonly Network[] = ['none', 'proxy', 'host'];
  readonly sharesLoopback = true;
  readonly #tmpRoot: string;
  readonly #run: Run;
  readonly #platform: NodeJS.Platform;
  /** The private temporary folders of each run. */
  readonly #folders = new Map<string, string[]>();

  constructor(tmpRoot = tmpdir(), run: Run = runOnce, platform = process.platform) {
    this.#tmpRoot = tmpRoot;
    this.#run = run;
    this.#platform = platform;
  }

  async probe(): Promise<Probe> {
    if (this.#platform !== 'darwin') {
      return { works: false, why: 'seatbelt is part of macOS', fix: 'choose another driver' };
    }
    const { ok, said } = await this.#run(PROGRAM, ['-p', '(version 1)(allow default)', '/usr/bin/true'], PROBE_MS);
    if (ok) return { works: true, said: `${PROGRAM} runs programs` };
    return {
      works: false,
      why: `${PROGRAM} does not run a program: ${said}`,
      fix: 'if this runs inside another sandbox, start it outside; a sandbox cannot be put into one',
    };
  }

  wrap(spec: SandboxSpec): Wrapped {
    const tmp = mkdtempSync(join(realpathSync(this.#tmpRoot), 'sallyport-'));
    this.#folders.set(spec.run, [...(this.#folders.get(spec.run) ?? []), tmp]);
    return {
      file: PROGRAM,
      args: ['-p', seatbeltProfile(spec, tmp), '--', spec.file, ...spec.args],
      env: { ...spec.env, TMPDIR: tmp },
      cwd: spec.cwd,
      inputs: [],
      handsOver: false,
      driver: this.name,
    };
  }

  /** Removes the temporary folders of a run. */
  async reap(run: string): Promise<void> {
    for (const folder of this.#folders.get(run) ?? []) rmSync(folder, { recursive: true, force: true });
    this.#folders.delete(run);
  }
}
