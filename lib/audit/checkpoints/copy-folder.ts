import { appendFile, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../model/log.ts';
import { ownFolder } from '../../model/own-folder.ts';
import type { NoteCopies } from './checkpoints.ts';

/** More notes than this waiting for a folder that does not answer, and the oldest are given up. */
const MOST_WAITING = 1000;

/**
 * A folder that gets a copy of every note: best one of another machine, which somebody who can cut the log cannot cut. Notes
 * are added in order and without anybody waiting; what fails is tried again with the next note.
 */
export class CopyFolder implements NoteCopies {
  readonly #dir: string;
  readonly #log: Log;
  #waiting: { readonly name: string; readonly text: string }[] = [];
  #busy = false;
  #failing = false;

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  add(name: string, text: string): void {
    this.#waiting.push({ name, text });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    if (!this.#busy) this.#next();
  }

  close(): void {
    // One that is being written may not be by the time the process ends: better twice than never.
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      if (waiting.length > 0) ownFolder(this.#dir);
      for (const { name, text } of waiting) appendFileSync(join(this.#dir, name), text, { mode: 0o600 });
    } catch (error) {
      this.#ended(error as Error);
    }
  }

  #next(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    try {
      ownFolder(this.#dir);
    } catch (error) {
      this.#ended(error as Error);
      return;
    }
    this.#busy = true;
    appendFile(join(this.#dir, first.name), first.text, { mode: 0o600 }, (error) => {
      this.#busy = false;
      this.#ended(error);
      if (error) return;
      if (this.#waiting[0] === first) this.#waiting.shift();
      this.#next();
    });
  }

  #ended(error: Error | null): void {
    if (error !== null && !this.#failing)
      this.#log.write('error', 'checkpoint_copy_failed', { code: 'SP7005', dir: this.#dir, why: error.message });
    this.#failing = error !== null;
  }
}
