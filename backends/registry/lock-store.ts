import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { processRuns } from '../../lib/model/process-runs.ts';
import type { LockedBackend, Lockfile } from '../../lib/model/registry.ts';
import { formatLockfile } from '../../lib/registry/format.ts';
import { NO_PINS, parseLockfile, pinsOf } from '../../lib/registry/lockfile.ts';
import { LockfileFault } from '../../lib/registry/lockfile-fault.ts';
import { LockTaken, takeLock } from './file-lock.ts';

/** Bytes of a lockfile: many backends at the most each may offer. */
const MOST_BYTES = 64 * 1024 * 1024;
/** How often work is done anew because somebody took the lock from us. */
const MOST_TRIES = 5;
/** What follows the name of the lockfile in those of drafts, and of what locks are made of. */
const LEFT_OVER = /^(?:(\d+)\.[0-9a-f]+\.tmp|lock\.(\d+)\.(?:[0-9a-f]+|left))$/;

/** What becomes of the section of one backend; undefined removes it. */
export type SectionChange = (before: LockedBackend | undefined) => LockedBackend | undefined;

/** One lockfile on disk. Whoever reads sees it as it was before a change or after it, whatever happens amid it. */
export class LockStore {
  readonly path: string;
  readonly #patienceMs: number | undefined;

  constructor(path: string, patienceMs?: number) {
    this.path = path;
    this.#patienceMs = patienceMs;
  }

  /** What is pinned; nothing where there is no file. Throws a `LockfileFault` for a file that cannot be believed. */
  read(): Lockfile {
    const text = this.#text();
    return text === undefined ? NO_PINS : parseLockfile(text, this.path);
  }

  /** The text of the file; undefined where there is none. */
  get text(): string | undefined {
    return this.#text();
  }

  /**
   * Changes the sections of these backends in what the file holds by then, so that processes that write at once lose
   * nothing of each other. Resolves with what was written. A file that cannot be believed is not written over.
   */
  async update(changes: ReadonlyMap<string, SectionChange>): Promise<Lockfile> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const written = await this.#tryUpdate(changes);
      if (written !== undefined) return written;
    }
    throw new LockfileFault('SP4011', 'other processes take it all the time', this.path);
  }

  /** Undefined when the lock was taken from us before anything was written. */
  async #tryUpdate(changes: ReadonlyMap<string, SectionChange>): Promise<Lockfile | undefined> {
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      const lock = await takeLock(`${this.path}.lock`, this.#patienceMs);
      try {
        const before = this.read();
        const after = changed(before, changes);
        const draft = this.#draft(formatLockfile(after));
        if (!lock.isOurs) {
          rmSync(draft, { force: true });
          return undefined;
        }
        this.#putInPlace(draft);
        return after;
      } finally {
        lock.release();
      }
    } catch (error) {
      if (error instanceof LockTaken) throw new LockfileFault('SP4011', error.message, this.path);
      throw isSystemError(error) ? new LockfileFault('SP4001', error.message, this.path) : error;
    }
  }

  #text(): string | undefined {
    try {
      const stats = statSync(this.path);
      // A pipe would be waited for, and a device has no end.
      if (!stats.isFile()) throw new LockfileFault('SP4001', 'it is not a file', this.path);
      const { size } = stats;
      if (size > MOST_BYTES) throw new LockfileFault('SP4001', `it has more than ${MOST_BYTES} bytes`, this.path);
      return readFileSync(this.path, 'utf8');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'ENOENT') return undefined;
      throw new LockfileFault('SP4001', error.message, this.path);
    }
  }

  /** Written to the disk under another name, and not yet in force. */
  #draft(text: string): string {
    this.#tidy();
    const draft = `${this.path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    const mode = statSync(this.path, { throwIfNoEntry: false })?.mode ?? 0o644;
    const file = openSync(draft, 'wx', mode & 0o777);
    try {
      const bytes = Buffer.from(text, 'utf8');
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
      return draft;
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  }

  #putInPlace(draft: string): void {
    renameSync(draft, this.path);
    if (process.platform === 'win32') return;
    const folder = openSync(dirname(this.path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  /** Drafts of writers that were killed amid them are of no use to anybody. */
  #tidy(): void {
    const name = basename(this.path);
    for (const entry of readdirSync(dirname(this.path))) {
      if (!entry.startsWith(`${name}.`)) continue;
      const [, writer, locker] = LEFT_OVER.exec(entry.slice(name.length + 1)) ?? [];
      const pid = writer ?? locker;
      if (pid !== undefined && !processRuns(Number(pid))) rmSync(join(dirname(this.path), entry), { force: true });
    }
  }
}

function changed(before: Lockfile, changes: ReadonlyMap<string, SectionChange>): Lockfile {
  const sections = new Map(Object.entries(before.backends));
  for (const [name, change] of changes) {
    const section = change(pinsOf(before, name));
    if (section === undefined) sections.delete(name);
    else sections.set(name, section);
  }
  return { version: 1, backends: Object.fromEntries(sections) };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
