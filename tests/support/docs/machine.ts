import { mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { temporaryFolder } from '../folder.ts';
import { ROOT } from '../paths.ts';

/** One instruction of a Containerfile, its lines put together. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export function instructions(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n');
  return lines.flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, rest: rest! }];
  });
}

/** A folder in the place of the root of a machine that has Node and nothing of ours. */
export class Machine {
  readonly root: string;

  constructor(t: TestContext) {
    this.root = realpathSync(temporaryFolder(t));
    for (const folder of ['etc', 'root', 'tmp', 'usr/local', 'var/lib', 'var/log']) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
  }

  /** What a shell on it would have; npm installs into it. */
  get env(): Record<string, string> {
    const prefix = this.within('/usr/local');
    return {
      PATH: [join(prefix, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
      HOME: this.within('/root'),
      npm_config_prefix: prefix,
      npm_config_cache: this.within('/root/.npm'),
    };
  }

  /** The same text with every absolute path below our root. */
  readonly within = (text: string): string => text.replaceAll(/(?<=^|\s)\/(?=[a-z])/g, `${this.root}/`);

  /** Packs the program as it is built. */
  async pack(): Promise<void> {
    await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', this.root], { cwd: ROOT });
  }

  /** Runs a line of a shell on it. */
  async run(line: string): Promise<void> {
    await execa('sh', ['-ec', this.within(line)], { env: this.env, extendEnv: false, cwd: this.root });
  }

  /** Every file on it, as it sees them. */
  files(): string[] {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(this.root.length)).sort();
  }
}
