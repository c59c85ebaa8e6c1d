import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../lib/model/own-folder.ts';

/** Bytes of records after which a journal is begun anew from what they add up to. */
const MOST_BYTES = 256 * 1024;
/** How often a record is tried again because others began the journal anew. */
const MOST_TRIES = 100;
const GENERATION = /^journal-(\d{1,15})$/;
const DRAFT = /^draft-(\d+)-/;
const SEAL = '["sealed"]';
const NEWLINE = 0x0a;

/** What the records of a journal add up to. The same records must always add up to the same. */
export interface Folded {
  /** Takes in what a former journal added up to; throws when it is nothing it knows. */
  restore(line: string): void;
  /** Takes in one record. Lines that are none, torn ones among them, must change nothing. */
  apply(line: string): void;
  /** One line that holds everything. */
  summary(): string;
  runs(pid: number): boolean;
}

/**
 * A journal many processes write at once, in a folder of the local disk, without any lock. Each appends whole lines and
 * then reads all lines in the order the file has them, so that all agree on what happened; what a process was
 * killed amid is a line nobody reads. A journal that has grown is sealed by a line, after which no line counts; whoever
 * meets the seal puts the next generation in place, which begins with what the sealed one added up to. It is linked
 * there complete, and only the first to do so succeeds.
 *
 * It rests on appends being atomic, which network file systems do not promise.
 */
export class Journal {
  readonly #dir: string;
  readonly #folded: Folded;
  readonly #mostBytes: number;
  #fd: number | undefined;
  #generation = 0;
  /** Bytes that were read, to the end of the last whole line. */
  #read = 0;
  /** Bytes the records begin at. */
  #begin = 0;
  #drafts = 0;

  constructor(dir: string, folded: Folded, mostBytes = MOST_BYTES) {
    this.#dir = dir;
    this.#folded = folded;
    this.#mostBytes = mostBytes;
  }

  /** Appends a line no other is equal to, and takes in everything up to it. Throws when it cannot be told that it counts. */
  put(line: string): void {
    this.#safely(() => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        this.#append(this.#opened(), line);
        if (!this.#catchUp(line)) continue;
        if (this.#fd !== undefined && this.#read - this.#begin > this.#mostBytes) this.#seal(this.#fd);
        return;
      }
      throw new Error('the journal is begun anew all the time');
    });
  }

  /** Takes in what others have written. */
  refresh(): void {
    this.#safely(() => {
      this.#opened();
      this.#catchUp(undefined);
      this.#opened();
    });
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  /** After a failure nothing is known for sure, so everything is read again. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #opened(): number {
    for (let tries = 0; this.#fd === undefined && tries < MOST_TRIES; tries++) {
      ownFolder(this.#dir);
      const newest = this.#newest();
      if (newest === 0) this.#publish(1);
      else this.#open(newest);
    }
    if (this.#fd === undefined) throw new Error('the journal is begun anew all the time');
    return this.#fd;
  }

  #open(generation: number): void {
    try {
      // Without O_CREAT: one that was removed meanwhile must not come back empty.
      this.#fd = openSync(this.#path(generation), constants.O_RDWR | constants.O_APPEND);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    this.#generation = generation;
    this.#read = 0;
    this.#begin = 0;
    this.#catchUp(undefined);
  }

  /** Takes in all whole lines that are not yet read; says whether `mine` was among them and counts. */
  #catchUp(mine: string | undefined): boolean {
    const fd = this.#fd!;
    const { size, nlink } = fstatSync(fd);
    const bytes = Buffer.allocUnsafe(Math.max(0, size - this.#read));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(fd, bytes, filled, bytes.length - filled, this.#read + filled);
      if (count === 0) break;
      filled += count;
    }
    const end = bytes.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
    let found = false;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      if (line === '') continue;
      if (this.#begin === 0) {
        this.#folded.restore(line);
        this.#begin = Buffer.byteLength(line) + 1;
      } else if (line === SEAL) {
        this.#goOn();
        return found;
      } else {
        this.#folded.apply(line);
        found ||= line === mine;
      }
    }
    this.#read += end;
    if (this.#begin === 0) throw new Error('the journal has no beginning');
    // Somebody removed it: what is written from now on would be read by nobody.
    if (nlink === 0) this.close();
    return found;
  }

  #seal(fd: number): void {
    this.#append(fd, SEAL);
    this.#catchUp(undefined);
  }

  /** Leaves a sealed generation for the next one, which is made if nobody has made it. */
  #goOn(): void {
    this.close();
    if (this.#newest() <= this.#generation) this.#publish(this.#generation + 1);
    this.#tidy();
  }

  #publish(generation: number): void {
    const draft = join(this.#dir, `draft-${process.pid}-${this.#drafts++}`);
    try {
      const fd = openSync(draft, 'wx', 0o600);
      try {
        this.#write(fd, `${this.#folded.summary()}\n`);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      linkSync(draft, this.#path(generation));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** A late reader may still be in the last generation but one; older ones are of no use. */
  #tidy(): void {
    const names = readdirSync(this.#dir);
    const newest = newestOf(names);
    for (const name of names) {
      const generation = GENERATION.exec(name)?.[1];
      const drafter = DRAFT.exec(name)?.[1];
      const isOld = generation !== undefined && Number(generation) < newest - 1;
      const isLeft = drafter !== undefined && !this.#folded.runs(Number(drafter));
      if (isOld || isLeft) rmSync(join(this.#dir, name), { force: true });
    }
  }

  #newest(): number {
    return newestOf(readdirSync(this.#dir));
  }

  #path(generation: number): string {
    return join(this.#dir, `journal-${generation}`);
  }

  /** The newline in front ends what somebody was killed amid. */
  #append(fd: number, line: string): void {
    this.#write(fd, `\n${line}\n`);
  }

  #write(fd: number, text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (writeSync(fd, bytes) !== bytes.length) throw new Error('the journal could not be written: no space left');
  }
}

function newestOf(names: readonly string[]): number {
  return names.reduce((newest, name) => Math.max(newest, Number(GENERATION.exec(name)?.[1] ?? 0)), 0);
}
