import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { reserveName } from './files.ts';

const RESERVE_BYTES = 256 * 1024;

/**
 * One file of the log, only ever appended to, readable by its owner alone. Beside it lies a small reserve
 * whose removal makes room for the last records when the disk is full.
 */
export class Segment {
  readonly path: string;
  readonly #fd: number;
  readonly #reserve: string;
  #reserveHeld = false;
  #dirty = false;
  /** Flushes that were begun and have not ended. */
  #flushes = 0;
  #size = 0;
  #closed = false;

  /** Throws when the file cannot be created; an existing one is never opened. */
  constructor(dir: string, name: string) {
    this.path = join(dir, name);
    this.#reserve = join(dir, reserveName(name));
    this.#fd = openSync(this.path, 'ax', 0o600);
  }

  get size(): number {
    return this.#size;
  }

  get reserveHeld(): boolean {
    return this.#reserveHeld;
  }

  /** Sets room aside, unless it is or there is none. Best done while nothing waits. */
  holdReserve(): void {
    if (this.#reserveHeld || this.#closed) return;
    try {
      const fd = openSync(this.#reserve, 'w', 0o600);
      try {
        this.#reserveHeld = writeSync(fd, Buffer.alloc(RESERVE_BYTES)) === RESERVE_BYTES;
      } finally {
        closeSync(fd);
      }
    } catch {
      this.#reserveHeld = false;
    }
    if (!this.#reserveHeld) rmSync(this.#reserve, { force: true });
  }

  /** Appends `bytes` whole or not at all; throws when it cannot. A full disk costs the reserve first. */
  append(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        if (isFull(error) && this.#spendReserve()) continue;
        if (at > 0) ftruncateSync(this.#fd, this.#size);
        throw error;
      }
    }
    this.#size += bytes.length;
    this.#dirty = true;
  }

  /** Starts a flush to the device unless nothing changed. */
  sync(): void {
    if (!this.#dirty || this.#closed) return;
    this.#dirty = false;
    this.#flushes++;
    fdatasync(this.#fd, () => {
      this.#flushes--;
    });
  }

  /** Calls `done` once all that was appended so far is on the device, or with why it is not. */
  flushed(done: (error?: Error | null) => void): void {
    if (this.#closed) done();
    else fdatasync(this.#fd, done);
  }

  syncNow(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    fdatasyncSync(this.#fd);
  }

  close(): void {
    this.#closed = true;
    // One that has begun may not have ended, and what is closed counts as being on the device.
    if (this.#flushes > 0) this.#dirty = true;
    this.syncNow();
    closeSync(this.#fd);
    this.#spendReserve();
  }

  #spendReserve(): boolean {
    if (!this.#reserveHeld) return false;
    this.#reserveHeld = false;
    rmSync(this.#reserve, { force: true });
    return true;
  }
}

/** The disk, or the user's share of it, is used up. */
function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
