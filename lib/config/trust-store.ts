import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { asObject, type Json } from '../model/json.ts';

/** Whether the user has looked at a project's config and said that it may be believed. */
export type Trust = 'trusted' | 'untrusted' | 'changed';

/** Files beside the config that decide what runs. */
const BESIDE = ['sallyport.lock.json'];
const MOST_BYTES = 10_000_000;

/** What `sallyport trust` remembers: the hash of each config and of all it refers to, in the user's own config folder. */
export class TrustStore {
  readonly #path: string;

  constructor(configFile: string) {
    this.#path = join(dirname(configFile), 'trusted.json');
  }

  /** `value` is what the config at `path` says. A store that cannot be read trusts nothing. */
  of(path: string, text: string, value: unknown): Trust {
    const known = this.#read()[resolve(path)];
    if (typeof known !== 'string') return 'untrusted';
    return known === trustHash(path, text, value) ? 'trusted' : 'changed';
  }

  trust(path: string, text: string, value: unknown): void {
    this.#write({ ...this.#read(), [resolve(path)]: trustHash(path, text, value) });
  }

  /** Answers whether it was trusted before. */
  forget(path: string): boolean {
    const { [resolve(path)]: known, ...rest } = this.#read();
    if (known !== undefined) this.#write(rest);
    return known !== undefined;
  }

  #read(): Json {
    try {
      return asObject(JSON.parse(readFileSync(this.#path, 'utf8'))) ?? {};
    } catch {
      return {};
    }
  }

  /** A new file in the place of the old one, so that whoever reads meanwhile sees one or the other. */
  #write(value: Json): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const next = `${this.#path}.${process.pid}`;
    const file = openSync(next, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, this.#path);
  }
}

/** SHA-256 over the config, the lockfile beside it and every file of the project that a backend's command names. */
export function trustHash(path: string, text: string, value: unknown): string {
  const folder = dirname(resolve(path));
  const hash = createHash('sha256').update(JSON.stringify([resolve(path), text]));
  for (const name of [...BESIDE, ...named(value)]) {
    const file = resolve(folder, name);
    if (isBelow(folder, file)) hash.update(JSON.stringify([name, digestOf(file)]));
  }
  return hash.digest('hex');
}

/** What commands and their arguments name, which may be files of the project. */
function named(value: unknown): string[] {
  const backends = asObject(value)?.backends;
  const words = (Array.isArray(backends) ? backends : []).flatMap((backend: unknown) => {
    const { command, args } = asObject(backend) ?? {};
    return [command, ...(Array.isArray(args) ? args : [])];
  });
  return [...new Set(words.filter((word): word is string => typeof word === 'string' && word !== ''))].sort();
}

function isBelow(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

/** What is no file that can be read has a digest of its own, so that its coming ends the trust as well. */
function digestOf(file: string): string {
  try {
    const stat = existsSync(file) ? statSync(file) : undefined;
    if (stat?.isFile() !== true) return 'none';
    if (stat.size > MOST_BYTES) return `${stat.size} ${stat.mtimeMs}`;
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'unreadable';
  }
}
