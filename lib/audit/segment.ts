import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

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
  #size = 0;
  #closed = false;

  /** Throws when the file cannot be created; an existing one is never opened. */
  constructor(dir: string, name: string) {
    this.path = join(dir, name);
    this.#reserve = join(dir, `.${name}.reserve`);
    this.#fd = openSync(this.path, 'ax', 0o600);
  }

  get size(): number {
    return this.#size;
  }

  /** Sets room aside. Best done while nothing waits. */
  holdReserve(): void {
    try {
      const fd = openSync(this.#reserve, 'wx', 0o600);
      writeSync(fd, Buffer.alloc(RESERVE_BYTES));
      closeSync(fd);
      this.#reserveHeld = true;
    } catch {
      this.#reserveHeld = false;
    }
  }

  /** Appends `bytes` whole or not at all; throws when it cannot. A full disk costs the reserve first. */
  append(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC' && this.#spendReserve()) continue;
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
    fdatasync(this.#fd, () => {});
  }

  syncNow(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    fdatasyncSync(this.#fd);
  }

  close(): void {
    this.#closed = true;
    this.syncNow();
    closeSync(this.#fd);
    this.#spendReserve();
  }

  #spendReserve(): boolean {
    if (!this.#reserveHeld) return false;
    this.#reserveHeld = false;
    if (existsSync(this.#reserve)) unlinkSync(this.#reserve);
    return true;
  }
}
