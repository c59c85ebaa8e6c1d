import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Probe } from '../../lib/model/sandbox.ts';
import { type Ended, runToEnd } from '../one-shot.ts';
import { clientEnvironment } from './container-environment.ts';

export type EngineName = 'docker' | 'podman';

export const BACKEND_LABEL = 'dev.sallyport.backend';

/** An engine that has just been started takes seconds for its first answer. */
const ANSWER_MS = 10_000;
/** A container that is being removed is listed until it is gone. */
const REMOVAL_ROUNDS = 5;

export type Run = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  withinMs: number,
) => Promise<Ended>;

/** What an engine said of itself. */
export type Engine =
  | { readonly answers: true; readonly version: string; readonly rootless: boolean }
  | { readonly answers: false; readonly refusal: Extract<Probe, { works: false }> };

/** What prints its version and whether it runs without root: `docker info` and `podman info`, both of which ask the engine. */
const INFO: Readonly<Record<EngineName, string>> = {
  docker: '{{.ServerVersion}} {{json .SecurityOptions}}',
  podman: '{{.Version.Version}} rootless={{.Host.Security.Rootless}}',
};

/** The client of an engine, run once for each question. */
export class EngineClient {
  readonly name: EngineName;
  readonly #inherited: NodeJS.ProcessEnv;
  readonly #run: Run;
  #file: string | undefined;

  constructor(name: EngineName, inherited: NodeJS.ProcessEnv = process.env, run: Run = runToEnd) {
    this.name = name;
    this.#inherited = inherited;
    this.#run = run;
  }

  /** An absolute path, or the bare name when PATH has no such program; looked for when somebody wants it. */
  get file(): string {
    this.#file ??= programOf(this.name, this.#inherited['PATH'] ?? '');
    return this.#file;
  }

  get env(): Readonly<Record<string, string>> {
    return clientEnvironment(this.#inherited);
  }

  async ask(): Promise<Engine> {
    const ended = await this.#ask('info', '--format', INFO[this.name]);
    if (!ended.ok) return { answers: false, refusal: { works: false, ...this.#refusal(ended) } };
    const [version] = ended.stdout.trim().split(' ', 1);
    return { answers: true, version: version ?? '', rootless: /name=rootless|rootless=true/.test(ended.stdout) };
  }

  /** Ends and removes the containers with all these labels. Throws when some are left. */
  async remove(labels: readonly string[]): Promise<void> {
    const filters = labels.flatMap((label) => ['--filter', `label=${label}`]);
    for (let round = 0; round <= REMOVAL_ROUNDS; round++) {
      const { ok, why, stdout } = await this.#ask('ps', '-aq', ...filters);
      if (!ok) throw new Error(why);
      const ids = stdout.split('\n').filter((id) => id !== '');
      if (ids.length === 0) return;
      // Removing alone would let podman wait for one that does not heed SIGTERM.
      await this.#ask('kill', ...ids);
      await this.#ask('rm', '-f', '-v', ...ids);
    }
    throw new Error(`${this.name} did not remove the containers labelled ${labels.join(', ')}`);
  }

  #ask(...args: string[]): Promise<Ended> {
    return this.#run(this.file, args, this.env, ANSWER_MS);
  }

  #refusal({ missing, timedOut, stderr, why }: Ended): { why: string; fix: string } {
    const { name } = this;
    if (missing) {
      return { why: `${name} is not installed`, fix: `install ${name}, or choose another driver` };
    }
    if (timedOut) {
      return { why: `${name} did not answer in time`, fix: `see whether \`${name} info\` answers on a terminal` };
    }
    if (/newuidmap|newgidmap|subuid|subgid/.test(stderr)) {
      return {
        why: 'podman has no user numbers to give to containers of this account',
        fix: 'as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ACCOUNT, then podman system migrate',
      };
    }
    if (/permission denied/i.test(stderr)) {
      return {
        why: `this account may not talk to ${name}`,
        fix: 'use rootless podman or rootless docker; membership in the group docker amounts to being root',
      };
    }
    if (/cannot connect|connection refused|is the docker daemon running|no such file or directory/i.test(stderr)) {
      return {
        why: `the engine of ${name} does not run`,
        fix: name === 'docker' ? 'start Docker Desktop, or systemctl start docker' : 'podman machine start',
      };
    }
    return { why: `${name} failed: ${lastLine(stderr) || why}`, fix: `see what \`${name} info\` says` };
  }
}

function programOf(name: string, path: string): string {
  const folders = path.split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(canRun) ?? name;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
