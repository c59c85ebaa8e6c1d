import {
  lstat,
  lstatSync,
  readdir,
  readdirSync,
  readFileSync,
  readlink,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { sep } from 'node:path';
import { type FileFacts, type Files, unlooked } from '../lib/model/files.ts';
import type { Later } from '../lib/model/later.ts';
import { isWithin, Mounts } from './mounts.ts';
import { type Answer, type Question, type Start, type Walk, walkPath } from './path-walk.ts';

/** Look-ups that may wait for a network and are not done yet; more are refused. */
const MAX_WAITING = 64;
/** A volume that does not answer holds a thread of the process, so few are asked at a time. */
const MAX_ASKING = 2;
const DEADLINE_MS = 2000;
const WITHOUT_THROW = { throwIfNoEntry: false } as const;

export interface FilesOptions {
  readonly mounts?: Mounts;
  readonly deadlineMs?: number;
  /** Asks without blocking; tests put a slow one in its place. */
  readonly ask?: (question: Question) => Promise<Answer>;
}

/** A folder that may be looked into. */
interface Root {
  readonly path: string;
  /** The mount that may wait it lies in. */
  readonly mount: string | undefined;
  readonly foldsCase: boolean;
  /** What it was when it was admitted; undefined where it is not there, or is not asked at once. */
  readonly known: { readonly real: string; readonly ino: number; readonly dev: number } | undefined;
}

/**
 * The file system of this machine. Volumes of its own are asked at once, which takes microseconds; those that may
 * wait are asked beside, with a deadline. Nothing outside the admitted folders is asked, and nothing is kept.
 */
export class MachineFiles implements Files {
  readonly #mounts: Mounts;
  readonly #deadlineMs: number;
  readonly #ask: (question: Question) => Promise<Answer>;
  readonly #roots: Root[] = [];
  readonly #queue: (() => void)[] = [];
  #asking = 0;
  #waiting = 0;
  readonly #mayLook = (path: string) => this.#rootOf(path) !== undefined || this.#leadsToRoot(path);
  readonly #foldsCase = (path: string) => this.#rootOf(path)?.foldsCase ?? true;

  constructor({ mounts = Mounts.read(), deadlineMs = DEADLINE_MS, ask = askAside }: FilesOptions = {}) {
    this.#mounts = mounts;
    this.#deadlineMs = deadlineMs;
    this.#ask = ask;
  }

  admit(folders: readonly string[]): void {
    for (const path of folders) {
      if (Mounts.forbids(path) || this.#roots.some((root) => root.path === path)) continue;
      const mount = this.#mounts.waitingAt(path);
      const known = mount === undefined ? knownFolder(path) : undefined;
      this.#roots.push({ path, mount, known, foldsCase: mount !== undefined || probeCase(path) });
    }
    // The innermost is found first, so that what is known of a volume inside another one counts.
    this.#roots.sort((a, b) => b.path.length - a.path.length);
  }

  look(path: string): Later<FileFacts> {
    const root = this.#rootOf(path);
    if (root === undefined) return unlooked(path);
    const walk = walkPath(path, this.#mayLook, this.#foldsCase, startAt(root, path));
    let next = walk.next();
    while (next.done !== true) {
      const { value } = next;
      if (this.#mayWait(value.path)) return this.#lookAside(walk, value);
      next = walk.next(askNow(value));
    }
    return next.value;
  }

  text(path: string, maxBytes: number): Later<string | undefined> {
    if (this.#rootOf(path) === undefined || this.#mayWait(path)) return undefined;
    const stats = statSync(path, WITHOUT_THROW);
    return stats?.isFile() === true && stats.size <= maxBytes ? readFileSync(path, 'utf8') : undefined;
  }

  /** The admitted folder `path` lies in, unless a mount that may wait lies between. */
  #rootOf(path: string): Root | undefined {
    if (Mounts.forbids(path)) return undefined;
    const root = this.#roots.find((one) => isWithin(path, one.path));
    if (root === undefined) return undefined;
    const mount = this.#mounts.waitingAt(path);
    return mount === undefined || mount === root.mount ? root : undefined;
  }

  /** The folders above an admitted one are passed on the way to it. */
  #leadsToRoot(path: string): boolean {
    return this.#roots.some((root) => isWithin(root.path, path)) && !Mounts.forbids(path);
  }

  #mayWait(path: string): boolean {
    return this.#mounts.waitingAt(path) !== undefined;
  }

  async #lookAside(walk: Walk, first: Question): Promise<FileFacts> {
    if (this.#waiting >= MAX_WAITING) throw new Error('too many look-ups are waiting');
    this.#waiting++;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the volume did not answer in time')), this.#deadlineMs);
    });
    try {
      return await Promise.race([this.#walkAside(walk, first), deadline]);
    } finally {
      clearTimeout(timer);
      this.#waiting--;
    }
  }

  async #walkAside(walk: Walk, first: Question): Promise<FileFacts> {
    let question = first;
    for (;;) {
      const next = walk.next(await this.#inTurn(question));
      if (next.done === true) return next.value;
      question = next.value;
    }
  }

  /** A question that never ends keeps its place: better no look-ups than all threads of the process taken. */
  async #inTurn(question: Question): Promise<Answer> {
    if (this.#asking >= MAX_ASKING) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#asking++;
    try {
      return await this.#ask(question);
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#asking--;
      else next();
    }
  }
}

/** A walk begins at the admitted folder while that is still the folder it was; else, and to climb, at the root. */
function startAt({ path: folder, known }: Root, path: string): Start | undefined {
  if (known === undefined || path === folder || path.includes('/..')) return undefined;
  const now = statSync(folder, WITHOUT_THROW);
  return now?.ino === known.ino && now.dev === known.dev ? { path: folder, real: known.real } : undefined;
}

function knownFolder(path: string): Root['known'] {
  try {
    const stats = statSync(path, WITHOUT_THROW);
    if (stats?.isDirectory() !== true) return undefined;
    const real = realpathSync.native(path).replaceAll(sep, '/');
    return Mounts.forbids(real) ? undefined : { real, ino: stats.ino, dev: stats.dev };
  } catch {
    return undefined;
  }
}

function askNow({ ask, path }: Question): Answer {
  if (ask === 'readlink') return readlinkSync(path);
  if (ask === 'names') return readdirSync(path);
  try {
    return lstatSync(path, WITHOUT_THROW);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Nothing is there, or a file stands where a folder would have to. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function askAside({ ask, path }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = (error: NodeJS.ErrnoException | null, answer?: Answer) => {
      if (error === null) resolve(answer);
      else if (ask === 'lstat' && isAbsent(error)) resolve(undefined);
      else reject(error);
    };
    if (ask === 'lstat') lstat(path, done);
    else if (ask === 'readlink') readlink(path, done);
    else readdir(path, done);
  });
}

/** Whether the volume takes a name and the same in the other case for one file; true when it cannot be told. */
function probeCase(path: string): boolean {
  const swapped = path.replace(/[A-Za-z](?=[^A-Za-z]*$)/, (c) =>
    c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
  );
  if (swapped === path) return process.platform === 'darwin' || process.platform === 'win32';
  try {
    const one: Stats | undefined = lstatSync(path, WITHOUT_THROW);
    const other = lstatSync(swapped, WITHOUT_THROW);
    if (one === undefined) return process.platform === 'darwin' || process.platform === 'win32';
    return other !== undefined && one.ino === other.ino && one.dev === other.dev;
  } catch {
    return true;
  }
}
