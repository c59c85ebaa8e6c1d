import { randomBytes, randomInt } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { asObject } from '../../lib/model/json.ts';
import { ancestorsOf, factsOf } from './process-facts.ts';
import { processElsewhere } from './process-facts-elsewhere.ts';
import type { Peer } from './who-may.ts';

/** What a client has to do to show which process it is. */
export interface Posed {
  /** Name of a file in the folder of the socket. It is opened, kept open, and so many bytes of it are read. */
  readonly file: string;
  readonly read: number;
  /** What root writes instead into a file of its own, `<file>.root`: nobody else can read what root has open. */
  readonly word: string;
}

/** What it says it did: a process and which of its descriptors, or that root placed the file. */
export interface Claim {
  readonly pid: number;
  readonly fd: number;
}

const FILE_BYTES = 4096;
const OTHERS_WRITE = 0o022;
/** Whoever mounts such a file system says whose its files are. */
const FUSE = 0x65735546;
export const POSED_NAME = /^[0-9a-f]{32}\.ask$/;
export const POSED_WORD = /^[0-9a-f]{32}$/;

/**
 * One question which process a client is, put to it once. Node does not ask the kernel who is at the other end of a socket,
 * so the client shows it: it holds a file open that was made for this question, at a place in the file only its
 * connection was told.
 */
export class Challenge {
  readonly posed: Posed;
  readonly #folder: string;
  readonly #path: string;
  readonly #identity: string;

  /** `folder` is the real path of one that nobody else can enter. */
  constructor(folder: string) {
    this.#folder = folder;
    this.posed = {
      file: `${randomBytes(16).toString('hex')}.ask`,
      read: randomInt(1, FILE_BYTES),
      word: randomBytes(16).toString('hex'),
    };
    this.#path = join(folder, this.posed.file);
    const file = openSync(this.#path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      writeSync(file, Buffer.alloc(FILE_BYTES, '.'));
      const { dev, ino } = fstatSync(file, { bigint: true });
      this.#identity = `${dev} ${ino}`;
    } finally {
      closeSync(file);
    }
  }

  /** The process, or why it is not proven which one it is. The question is not put a second time. */
  async judge(claim: Claim): Promise<Peer | { readonly unproven: string }> {
    try {
      if (process.platform !== 'linux') return await this.#judgeElsewhere(claim);
      const before = factsOf(claim.pid);
      if (before === undefined) return { unproven: `there is no process ${claim.pid}` };
      const shown = before.uid === process.getuid!() ? this.#isHeldBy(claim) : this.#isPlacedByRoot(claim);
      if (shown !== true) return { unproven: shown };
      const ancestors = ancestorsOf(before);
      // The number may have been given to somebody else while we looked.
      if (factsOf(claim.pid)?.start !== before.start) return { unproven: 'the process ended' };
      return { facts: before, ancestors };
    } catch (error) {
      return { unproven: (error as Error).message };
    } finally {
      this.end();
    }
  }

  /** Takes the files away. */
  end(): void {
    for (const path of [this.#path, `${this.#path}.root`]) rmSync(path, { force: true });
  }

  #isHeldBy({ pid, fd }: Claim): true | string {
    const held = `/proc/${pid}/fd/${fd}`;
    if (readlinkSync(held) !== this.#path) return `process ${pid} does not hold the file open`;
    const { dev, ino, nlink } = statSync(held, { bigint: true });
    if (`${dev} ${ino}` !== this.#identity || nlink !== 1n) return `process ${pid} holds another file open`;
    const at = /^pos:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.[1];
    return at === String(this.posed.read) || 'the file was not read as far as was asked';
  }

  #isPlacedByRoot({ pid }: Claim): true | string {
    if (statfsSync(this.#folder).type === FUSE) return 'on this file system it cannot be told what root wrote';
    const path = `${this.#path}.root`;
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link === undefined || !link.isFile()) return `process ${pid} is of another user, who placed no file`;
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { uid, mode, nlink, size } = fstatSync(file);
      if (uid !== 0 || (mode & OTHERS_WRITE) !== 0 || nlink !== 1 || size > 256) return 'root did not write that file';
      return readFileSync(file, 'latin1') === rootText(this.posed, pid) || 'root wrote something else';
    } finally {
      closeSync(file);
    }
  }

  async #judgeElsewhere({ pid }: Claim): Promise<Peer | { readonly unproven: string }> {
    const peer = await processElsewhere(pid, this.#path);
    return peer ?? { unproven: `process ${pid} does not hold the file open` };
  }
}

/** What root writes to show that it is process `pid`. */
export function rootText({ word }: Posed, pid: number): string {
  return `${word} ${pid}\n`;
}

/** A claim as a client sent it; undefined for anything else. */
export function claimOf(value: unknown): Claim | undefined {
  const { pid, fd } = asObject(value) ?? {};
  const isCount = (one: unknown): one is number => Number.isSafeInteger(one) && (one as number) >= 0;
  return isCount(pid) && pid > 0 && isCount(fd) ? { pid, fd } : undefined;
}
