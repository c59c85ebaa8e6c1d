import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { asObject, type Json } from '../../model/json.ts';
import { placeFile } from '../../model/placed-file.ts';

/** Whether the user has looked at a project's config and said that it may be believed. */
export type Trust = 'trusted' | 'untrusted' | 'changed';

/** Files beside the config that decide what runs. */
const BESIDE = ['sallyport.lock.json'];
/** What a program runs in a folder it is given. */
const ENTRIES = ['package.json', 'index.js', '__main__.py'];
const MOST_BYTES = 10_000_000;
/** Longer texts are no names of files. */
const LONGEST = 4096;

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

  /** Whether the user has trusted it, as it is now or as it was. */
  knows(path: string): boolean {
    return typeof this.#read()[resolve(path)] === 'string';
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
    placeFile(this.#path, `${JSON.stringify(value, null, 2)}\n`);
  }
}

/**
 * SHA-256 over the config, its lockfile and every file of the project that the launch of a backend names: from the
 * folder of the config or that of the backend, as a word or behind an option, in its environment as well. `without` is a
 * file that is left out.
 */
export function trustHash(path: string, text: string, value: unknown, without?: string): string {
  const folder = dirname(resolve(path));
  const hash = createHash('sha256').update(JSON.stringify([resolve(path), text]));
  const files = new Set([...lockfilesOf(path, value), ...named(value, folder)]);
  for (const file of [...files].filter((one) => isBelow(folder, one) && one !== without).sort())
    hash.update(JSON.stringify([relative(folder, file), digestOf(file)]));
  return hash.digest('hex');
}

/** Where the pins of a config of a project lie, as far as that is in the project. */
export function lockfilesOf(path: string, value: unknown): string[] {
  const folder = dirname(resolve(path));
  const said = asObject(asObject(asObject(value)?.security)?.registry)?.lockfile;
  const names = typeof said === 'string' ? [...BESIDE, said] : BESIDE;
  return names.map((name) => resolve(folder, name)).filter((file) => isBelow(folder, file));
}

/** What launches name, which may be files of the project. */
function named(value: unknown, folder: string): string[] {
  const backends = asObject(value)?.backends;
  return (Array.isArray(backends) ? backends : []).flatMap((backend: unknown) => {
    const { command, args, env, cwd } = asObject(backend) ?? {};
    const words = [command, ...(Array.isArray(args) ? args : []), ...Object.values(asObject(env) ?? {})];
    const own = typeof cwd === 'string' ? resolve(folder, cwd) : folder;
    return words.filter((word) => typeof word === 'string').flatMap((word) => filesIn(word, folder, own));
  });
}

/** A word may be a path, hold one behind an option (`--import=./x`), or be several words. */
function filesIn(word: string, folder: string, own: string): string[] {
  const parts = [word, ...word.split(/[\s=:,;]+/)].filter((part) => part !== '' && part.length <= LONGEST);
  return parts.flatMap((part) =>
    [resolve(folder, part), resolve(own, part)].flatMap((file) => [file, ...ENTRIES.map((name) => join(file, name))]),
  );
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
