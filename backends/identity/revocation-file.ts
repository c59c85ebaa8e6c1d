import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Revocations } from '../../lib/identity/revocations.ts';
import { type Revocation, type RevocationNote, Revoked, readRevocations } from '../../lib/identity/revoked.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Log } from '../../lib/model/log.ts';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { placeFile, versionOf } from '../../lib/model/placed-file.ts';
import { takeLock } from '../registry/file-lock.ts';

const LOOK_MS = 200;
const MOST_BYTES = 32 * 1024 * 1024;
/** What has run out is kept for a while longer, for clocks that go slow. */
const KEPT_MS = 86_400_000;

/** What was taken back, by a file that is looked at again whenever somebody is judged. */
export class RevocationFile implements Revocations {
  readonly #path: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #log: Log;
  #revoked: Revoked;
  #version: string;
  #lookedMs: number;

  /** Throws when there is a file and it cannot be read. */
  constructor(path: string, clock: Pick<Clock, 'monotonic'>, log: Log) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
    this.#version = versionOf(path);
    this.#revoked = new Revoked(entriesIn(path));
    this.#lookedMs = clock.monotonic();
  }

  has(issuer: string, what: string): boolean {
    return this.current().has(issuer, what);
  }

  /** What counts now. A file that is gone or no good takes nothing back that was said before: that would open a door. */
  current(): Revoked {
    const now = this.#clock.monotonic();
    if (now - this.#lookedMs < LOOK_MS) return this.#revoked;
    this.#lookedMs = now;
    const version = versionOf(this.#path);
    if (version === this.#version) return this.#revoked;
    this.#version = version;
    try {
      if (version === 'none') throw new Error('is gone');
      this.#revoked = new Revoked(entriesIn(this.#path));
      this.#log.write('info', 'revocations_read', { file: this.#path });
    } catch (error) {
      const why = (error as Error).message;
      this.#log.write('error', 'revocations_not_read', { code: 'SP2017', file: this.#path, why });
    }
    return this.#revoked;
  }
}

/** Takes something back: the file has it as soon as this resolves, and whoever else writes it loses nothing. */
export async function revoke(path: string, entry: Revocation & RevocationNote, now: number): Promise<void> {
  ownFolder(dirname(path));
  const lock = await takeLock(`${path}.lock`);
  try {
    const left = entriesIn(path).filter(({ until }) => until === undefined || Date.parse(until) + KEPT_MS > now);
    placeFile(path, `${JSON.stringify({ version: 1, revoked: [...left, entry] }, undefined, 2)}\n`);
  } finally {
    lock.release();
  }
}

function entriesIn(path: string): (Revocation & RevocationNote)[] {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return [];
  if (size > MOST_BYTES) throw new Error('is too large');
  const text = readFileSync(path, 'utf8');
  try {
    return readRevocations(text);
  } catch (error) {
    throw error instanceof SyntaxError ? new Error('is not JSON') : error;
  }
}
