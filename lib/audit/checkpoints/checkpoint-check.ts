import { basename } from 'node:path';
import type { Fault } from '../fault.ts';
import { CompactRange } from '../tree/compact-range.ts';
import { originOf, type ReadCheckpoint } from './checkpoint.ts';
import { type CheckpointFile, checkpointsPath, readCheckpoints } from './checkpoint-file.ts';
import { standing, type Verifier } from './note.ts';

/** A checkpoint with its place. */
interface Placed extends ReadCheckpoint {
  readonly file: string;
  readonly line: number;
}

/** What checkpoints show of one log. */
export interface Coverage {
  /** How many checkpoints were compared with the records. */
  readonly checkpoints: number;
  /** Records up to this number are what was signed; 0 when none is. */
  readonly upTo: number;
  /** The same by checkpoints kept elsewhere. */
  readonly upToElsewhere: number;
  /** Whether signatures could be checked at all. */
  readonly keyKnown: boolean;
  /** Why records that are there cannot be compared with what was signed. */
  readonly gap: string | undefined;
  /** A file of checkpoints was not written to its end, as after a crash. */
  readonly unfinished: boolean;
}

export interface CheckpointSources {
  /** Segments of one process, in order. */
  readonly files: readonly string[];
  /** Files of checkpoints whose segments are gone. */
  readonly leftOver: readonly string[];
  /** Checkpoints kept elsewhere, of any log. */
  readonly elsewhere: readonly CheckpointFile[];
  readonly verifiers: readonly Verifier[];
}

/** Compares the records of one log, as they are read, with the checkpoints made of it. */
export class CheckpointCheck {
  readonly #sources: CheckpointSources;
  readonly #origin: string | undefined;
  /** By their size, those beside the log and those kept elsewhere. */
  readonly #bySize = new Map<number, Placed[]>();
  readonly #elsewhere = new Set<ReadCheckpoint>();
  readonly #befores = new Map<string, CompactRange>();
  #tree: CompactRange | undefined = new CompactRange();
  #largest: Placed | undefined;
  #early: Fault | undefined;
  #checked = 0;
  #upTo = 0;
  #upToElsewhere = 0;
  #unfinished = false;
  #gap: string | undefined;
  #file = '';

  constructor(sources: CheckpointSources) {
    this.#sources = sources;
    this.#origin = originOf(sources.files[0]!);
    for (const segment of sources.files) {
      const read = readCheckpoints(checkpointsPath(segment));
      if (read?.before !== undefined) this.#befores.set(segment, read.before);
      this.#beside(read);
    }
    for (const path of sources.leftOver) this.#beside(readCheckpoints(path));
    this.#fromElsewhere();
  }

  /** The records that follow stand in `file`. */
  segment(file: string): void {
    this.#file = file;
    const before = this.#befores.get(file);
    const tree = this.#tree;
    if (before === undefined || tree === undefined || file === this.#sources.files[0]) return;
    if (before.size !== tree.size || before.root() !== tree.root())
      this.#early ??= fault(checkpointsPath(file), 1, 'the tree it begins with is not that of the records before');
  }

  /** The log begins after `size` records that are not there. */
  beginsAt(size: number): void {
    const before = this.#befores.get(this.#file);
    // What it says is believed only as far as a signature goes: a checkpoint of this size is compared with it.
    const signed = before?.size === size ? this.#bySize.get(size) : undefined;
    if (before === undefined || signed === undefined) {
      this.#tree = undefined;
      this.#gap = `the tree before record ${size + 1} is not known`;
      return;
    }
    this.#tree = before;
    this.#early ??= this.#compare();
  }

  /** The next record, by the hash of its leaf. */
  record(leaf: string): Fault | undefined {
    if (this.#early !== undefined || this.#tree === undefined) return this.#early;
    this.#tree.append(leaf);
    return this.#bySize.has(this.#tree.size) ? this.#compare() : undefined;
  }

  /** All records were shown, the last with the number `size`. */
  end(size: number): Fault | undefined {
    const last = this.#largest;
    if (last === undefined || last.size <= size) return this.#early;
    return fault(
      last.file,
      last.line,
      `it covers ${last.size} records, and the log ends after ${size}: its tail was cut off`,
    );
  }

  get coverage(): Coverage {
    return {
      checkpoints: this.#checked,
      upTo: this.#upTo,
      upToElsewhere: this.#upToElsewhere,
      keyKnown: this.#sources.verifiers.length > 0,
      gap: this.#gap,
      unfinished: this.#unfinished,
    };
  }

  #beside(read: CheckpointFile | undefined): void {
    if (read === undefined || this.#early !== undefined) return;
    const { path, badLine, checkpoints, unfinished } = read;
    if (unfinished) this.#unfinished = true;
    let newest = 0;
    for (const one of checkpoints) {
      const placed = { ...one, file: path };
      this.#early ??= this.#believed(placed);
      if (one.size < newest) this.#early ??= fault(path, one.line, `it covers less than the one before`);
      newest = one.size;
      this.#add(placed);
    }
    if (badLine !== undefined) this.#early ??= fault(path, badLine, 'not a checkpoint');
  }

  #fromElsewhere(): void {
    const origin = this.#origin;
    for (const { path, checkpoints } of this.#sources.elsewhere) {
      for (const one of checkpoints.filter((each) => each.origin === origin)) {
        const placed = { ...one, file: path };
        this.#early ??= this.#believed(placed);
        this.#elsewhere.add(placed);
        this.#add(placed);
      }
    }
  }

  #add(placed: Placed): void {
    this.#bySize.set(placed.size, [...(this.#bySize.get(placed.size) ?? []), placed]);
    if (placed.size >= (this.#largest?.size ?? 0)) this.#largest = placed;
  }

  #believed(placed: Placed): Fault | undefined {
    const { origin, note, file, line } = placed;
    if (this.#origin !== undefined && origin !== this.#origin)
      return fault(file, line, `it is of another log, ${origin}`);
    if (this.#sources.verifiers.length === 0) return undefined;
    const how = standing(note, this.#sources.verifiers);
    if (how === 'signed') return undefined;
    const named = note.signatures.map(({ name, id }) => `${name}+${id}`).join(', ');
    return fault(
      file,
      line,
      how === 'false'
        ? 'its signature does not fit: it was changed'
        : `it is signed by ${named}, which is no key that is believed`,
    );
  }

  #compare(): Fault | undefined {
    const tree = this.#tree!;
    const root = tree.root();
    for (const one of this.#bySize.get(tree.size) ?? []) {
      if (one.root !== root) {
        const which =
          this.#upTo + 1 === tree.size
            ? `record ${tree.size} is`
            : `of records ${this.#upTo + 1} to ${tree.size} some are`;
        return fault(one.file, one.line, `${which} not what was signed`);
      }
      this.#checked++;
      if (this.#elsewhere.has(one)) this.#upToElsewhere = tree.size;
    }
    this.#upTo = tree.size;
    return undefined;
  }
}

function fault(file: string, line: number, why: string): Fault {
  return { code: 'SP7006', file: basename(file), line, why };
}
