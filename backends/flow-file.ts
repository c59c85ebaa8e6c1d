import { closeSync, futimesSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/model/clock.ts';
import type { FlowMemory } from '../lib/model/flow-memory.ts';
import { ownFolder } from '../lib/model/own-folder.ts';
import { MARK_LIFE_MS } from '../lib/quota/flow-marks.ts';

/** Marks of one client; a config with more flows than that cannot be remembered, which denies. */
const MOST_MARKS = 1000;
/** Characters a name may take in a file name; longer ones cannot be remembered, which denies. */
const MOST_NAME = 120;

/**
 * Marks in the state folder, for servers that are wrapped one by one: each is a process of its own, and all that one
 * client started share a folder. A mark is an empty file, so that any number of processes may set it at once, and its
 * time says when it was set last.
 */
export class FlowFile implements FlowMemory {
  readonly #root: string;
  readonly #client: () => string;
  readonly #clock: Clock;
  #folder: string | undefined;
  #tidied = false;

  /** `client` names the client process, and is asked once when it is needed; see `clientProcess`. */
  constructor(root: string, client: () => string, clock: Clock) {
    this.#root = root;
    this.#client = client;
    this.#clock = clock;
  }

  get #dir(): string {
    this.#folder ??= join(this.#root, encode(this.#client()));
    return this.#folder;
  }

  /** The session is not asked for: what one server of the client has read, all have. */
  marks(_scope: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (const file of filesIn(this.#dir)) {
      const setAt = changedAt(join(this.#dir, file));
      if (setAt !== undefined && this.#clock.now() - setAt < MARK_LIFE_MS) found.add(decode(file));
    }
    return found;
  }

  mark(_scope: string, names: readonly string[]): void {
    ownFolder(this.#root);
    this.#tidy();
    ownFolder(this.#dir);
    const known = new Set(filesIn(this.#dir));
    for (const name of names) {
      const file = encode(name);
      if (!known.has(file) && known.size >= MOST_MARKS) throw new Error('too many marks');
      known.add(file);
      touch(join(this.#dir, file), this.#clock.now());
    }
  }

  /** Once in the life of the process, folders go in which nothing was set for longer than it counts. */
  #tidy(): void {
    if (this.#tidied) return;
    this.#tidied = true;
    for (const client of filesIn(this.#root)) {
      const dir = join(this.#root, client);
      const times = [dir, ...filesIn(dir).map((file) => join(dir, file))].map((path) => changedAt(path) ?? 0);
      if (this.#clock.now() - Math.max(...times) >= MARK_LIFE_MS) rmSync(dir, { recursive: true, force: true });
    }
  }
}

function touch(path: string, nowMs: number): void {
  const fd = openSync(path, 'a', 0o600);
  try {
    futimesSync(fd, nowMs / 1000, nowMs / 1000);
  } finally {
    closeSync(fd);
  }
}

function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function changedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Any text as a file name, so that it can be read back. */
function encode(name: string): string {
  const file = Buffer.from(name, 'utf8').toString('base64url');
  if (file.length > MOST_NAME) throw new Error('the name of a flow is too long to be remembered');
  return file;
}

function decode(file: string): string {
  return Buffer.from(file, 'base64url').toString('utf8');
}
