import { basename } from 'node:path';
import { GENESIS, readLink } from './chain.ts';
import type { CheckpointCheck } from './checkpoints/checkpoint-check.ts';
import type { Fault } from './fault.ts';
import { eachLine, type RawLine } from './lines.ts';
import { readHead } from './record-head.ts';
import { leafHashAt } from './tree/hashes.ts';

/** What the verification of one process's segments found. */
export interface Verified {
  readonly files: readonly string[];
  readonly records: number;
  readonly fault: Fault | undefined;
  /** The last line was not written to its end, as after a crash. */
  readonly unfinished: boolean;
  /** The first segment given is not the first of the chain. */
  readonly beginsLater: boolean;
  /** Number of the first record that is there; 1 for a log without any. */
  readonly first: number;
  /** Ids of allowed calls without an outcome. */
  readonly open: readonly string[];
  readonly lastHash: string;
}

/** Groups segments by the process that wrote them, in the order they were written. */
export function groupSegments(files: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const stem = file.replace(/(?:\.\d+)?\.jsonl$/, '');
    groups.set(stem, [...(groups.get(stem) ?? []), file]);
  }
  const order = (file: string) => Number(/\.(\d+)\.jsonl$/.exec(file)?.[1] ?? 1);
  return [...groups.values()].map((group) => group.sort((a, b) => order(a) - order(b)));
}

/** Checks the chain over the segments of one process, by raw bytes, and what was signed of it. Stops at the first fault. */
export function verifyChain(files: readonly string[], checkpoints?: CheckpointCheck): Verified {
  const check = new ChainCheck(checkpoints);
  for (const file of files) {
    check.begin(file);
    eachLine(file, (line) => check.line(file, line));
    if (check.fault !== undefined) break;
  }
  if (check.fault === undefined) check.end();
  return {
    files,
    records: check.records,
    fault: check.fault,
    unfinished: check.unfinished,
    beginsLater: check.beginsLater,
    first: check.first,
    open: [...check.open],
    lastHash: check.prev,
  };
}

class ChainCheck {
  records = 0;
  fault: Fault | undefined;
  unfinished = false;
  beginsLater = false;
  first = 1;
  prev = GENESIS;
  readonly open = new Set<string>();
  readonly #checkpoints: CheckpointCheck | undefined;
  #seq = 0;

  constructor(checkpoints: CheckpointCheck | undefined) {
    this.#checkpoints = checkpoints;
  }

  begin(file: string): void {
    this.#checkpoints?.segment(file);
  }

  /** Answers whether to go on. */
  line(file: string, { bytes, from, to, number, complete }: RawLine): boolean {
    if (this.unfinished) return this.#bad(file, number, 'records follow one that was not written to its end');
    if (!complete) {
      this.unfinished = true;
      return true;
    }
    const link = readLink(bytes, from, to);
    if (link === undefined) return this.#bad(file, number, 'not a record');
    if (!link.sound) {
      if (readHead(bytes, from, to) === undefined) return this.#bad(file, number, 'not a record');
      return this.#bad(file, number, 'its hash does not fit its bytes: the record was changed');
    }
    const record = readHead(bytes, from, to);
    if (record === undefined) return this.#bad(file, number, 'not a record');
    if (this.records === 0) this.#begin(link.prev, record.seq);
    else if (link.prev !== this.prev)
      return this.#bad(file, number, 'it does not follow the record before: one was removed, added or moved');
    else if (record.seq !== this.#seq + 1)
      return this.#bad(file, number, `its number is ${record.seq} after ${this.#seq}`);
    this.#seq = record.seq;
    this.prev = link.hash;
    this.records++;
    if (record.kind === 'call' && record.decision === 'allow') this.open.add(record.id);
    if (record.kind === 'done') this.open.delete(record.id);
    if (this.#checkpoints !== undefined) this.fault = this.#checkpoints.record(leafHashAt(bytes, from, to));
    return this.fault === undefined;
  }

  end(): void {
    this.fault = this.#checkpoints?.end(this.#seq);
  }

  #begin(prev: string, seq: number): void {
    this.beginsLater = prev !== GENESIS || seq !== 1;
    this.first = seq;
    if (this.beginsLater) this.#checkpoints?.beginsAt(seq - 1);
  }

  #bad(file: string, line: number, why: string): false {
    this.fault = { code: 'SP7002', file: basename(file), line, why };
    return false;
  }
}
