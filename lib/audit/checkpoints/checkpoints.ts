import { basename } from 'node:path';
import type { CheckpointConfig } from '../../model/checkpoint-config.ts';
import type { Clock } from '../../model/clock.ts';
import type { Code } from '../../model/codes.ts';
import type { Log } from '../../model/log.ts';
import { CompactRange } from '../tree/compact-range.ts';
import { leafHashAt } from '../tree/hashes.ts';
import { checkpointText, originOf } from './checkpoint.ts';
import { CheckpointAppender, checkpointsPath, rangeLine } from './checkpoint-file.ts';
import type { CoveredSegment, Covering } from './covering.ts';
import { type Signer, signedNote } from './note.ts';
import { ownSigner } from './signing-key.ts';

const LF = 0x0a;
/** A checkpoint is made after this, if anything was added. */
const MOST_WAIT_MS = 60_000;
/** So much is hashed in one go: some 0.4 ms, for which nobody waits. */
const BITE_BYTES = 64 * 1024;

export interface CheckpointSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** Has the log say that it is not signed, once it can. */
  report(failed: { readonly code: Code; readonly why: string }): void;
  /** Where copies of the notes go. */
  readonly copies: NoteCopies | undefined;
}

/** A place elsewhere that gets every note as well. */
export interface NoteCopies {
  /** Adds `text` to the file `name` some time later; nobody waits. */
  add(name: string, text: string): void;
  /** Writes what is still waiting. */
  close(): void;
}

/**
 * Signs a log while it is written: a tree over the lines of all its segments, and now and then a note that says what its root
 * is. Lines are hashed when nobody waits; a note is written only once what it covers is on the device, so that after a
 * power cut no note speaks of records that never were.
 */
export class Checkpoints implements Covering {
  readonly #config: CheckpointConfig;
  readonly #around: CheckpointSurroundings;
  readonly #tree = new CompactRange();
  #waiting: (Buffer | CoveredSegment)[] = [];
  #waitingBytes = 0;
  #waitingRecords = 0;
  #scheduled = false;
  #current: SignedSegment | undefined;
  #origin = '';
  #signer: Signer | undefined;
  /** Size of the newest checkpoint that was written, and of the newest that was tried. */
  #covered = 0;
  #tried = 0;
  #triedMs: number;
  #flushing = false;
  #failing = false;
  #closed = false;

  constructor(config: CheckpointConfig, around: CheckpointSurroundings) {
    this.#config = config;
    this.#around = around;
    this.#triedMs = around.clock.monotonic();
  }

  began(segment: CoveredSegment): void {
    this.#waiting.push(segment);
    this.#schedule();
  }

  wrote(lines: Buffer, records: number): void {
    // The byte in front is where the first line gets the prefix of a leaf.
    const copy = Buffer.allocUnsafe(lines.length + 1);
    lines.copy(copy, 1);
    this.#waiting.push(copy);
    this.#waitingBytes += lines.length;
    this.#waitingRecords += records;
    const unsigned = this.#tree.size + this.#waitingRecords - this.#tried;
    if (this.#waitingBytes >= BITE_BYTES || unsigned >= this.#config.every) this.#schedule();
  }

  tick(): void {
    if (this.#closed) return;
    this.#feed();
    const waited = this.#around.clock.monotonic() - this.#triedMs;
    if (this.#tree.size > this.#covered && waited >= MOST_WAIT_MS) this.#checkpoint();
  }

  close(): void {
    if (this.#closed) return;
    this.#feed();
    this.#closed = true;
    if (this.#current !== undefined && this.#tree.size > this.#covered) this.#write(this.#current, this.#snapshot());
    this.#current?.close();
    this.#around.copies?.close();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#closed) this.#feed();
    });
  }

  /** Hashes what was written meanwhile. */
  #feed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#waitingRecords = 0;
    for (const item of waiting) {
      if (Buffer.isBuffer(item)) this.#add(item);
      else this.#move(item);
    }
    if (this.#tree.size - this.#tried >= this.#config.every) this.#checkpoint();
  }

  #add(lines: Buffer): void {
    for (let from = 1, lf = lines.indexOf(LF, 1); lf !== -1; lf = lines.indexOf(LF, from)) {
      this.#tree.append(leafHashAt(lines, from, lf));
      from = lf + 1;
    }
  }

  #move(segment: CoveredSegment): void {
    const before = this.#current;
    const state = this.#snapshot();
    if (before === undefined) this.#origin = originOf(segment.path) ?? basename(segment.path);
    else {
      if (state.size > this.#covered) this.#write(before, state);
      before.close();
    }
    this.#current = new SignedSegment(segment, state);
  }

  /** Signs what there is now, as soon as it is on the device. */
  #checkpoint(): void {
    const segment = this.#current;
    if (segment === undefined || this.#flushing) return;
    const state = this.#snapshot();
    this.#tried = state.size;
    this.#triedMs = this.#around.clock.monotonic();
    this.#flushing = true;
    segment.of.flushed((error) => {
      this.#flushing = false;
      // The segment may have been left since, and with it this state signed.
      if (this.#closed || segment !== this.#current) return;
      if (error) this.#failed(error);
      else this.#write(segment, state);
    });
  }

  #write(segment: SignedSegment, state: CompactRange): void {
    try {
      this.#signer ??= ownSigner(this.#config.keyFile);
      const begins = segment.isEmpty && segment.before.size > 0;
      const first = begins ? this.#note(segment.before) : '';
      const note = begins && segment.before.size === state.size ? '' : this.#note(state);
      segment.append(`${begins ? rangeLine(segment.before) : ''}${first}${note}`);
      this.#around.copies?.add(basename(segment.path), `${first}${note}`);
      this.#covered = Math.max(this.#covered, state.size);
      if (this.#failing) this.#around.log.write('warn', 'checkpoint_recovered');
      this.#failing = false;
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #note(state: CompactRange): string {
    return signedNote(checkpointText({ origin: this.#origin, size: state.size, root: state.root() }), this.#signer!);
  }

  #snapshot(): CompactRange {
    return new CompactRange(this.#tree.size, this.#tree.peaks);
  }

  #failed({ message }: Error): void {
    if (!this.#failing) {
      const about = { code: 'SP7005', why: message } as const;
      this.#around.log.write('error', 'checkpoint_failed', about);
      if (!this.#closed) this.#around.report(about);
    }
    this.#failing = true;
  }
}

/** A segment with the file of its checkpoints, which is made with the first. */
class SignedSegment {
  readonly of: CoveredSegment;
  /** The tree when it began. */
  readonly before: CompactRange;
  readonly path: string;
  #file: CheckpointAppender | undefined;

  constructor(of: CoveredSegment, before: CompactRange) {
    this.of = of;
    this.before = before;
    this.path = checkpointsPath(of.path);
  }

  get isEmpty(): boolean {
    return this.#file?.isEmpty ?? true;
  }

  append(text: string): void {
    this.#file ??= new CheckpointAppender(this.path);
    this.#file.append(text);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
