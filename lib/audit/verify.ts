import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Code } from '../model/codes.ts';
import { asObject } from '../model/json.ts';
import { children } from '../wire/walk.ts';
import { GENESIS, readLink } from './chain.ts';

/** The first thing wrong in a segment. */
export interface Fault {
  readonly code: Code;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly why: string;
}

/** What the verification of one process's segments found. */
export interface Verified {
  readonly files: readonly string[];
  readonly records: number;
  readonly fault: Fault | undefined;
  /** The last line was not written to its end, as after a crash. */
  readonly unfinished: boolean;
  /** The first segment given is not the first of the chain. */
  readonly beginsLater: boolean;
  /** Ids of allowed calls without an outcome. */
  readonly open: readonly string[];
  readonly lastHash: string;
}

const LF = 0x0a;
const DEEPEST = 1100;

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

/** Checks the chain over the segments of one process, by raw bytes. Stops at the first fault. */
export async function verifyChain(files: readonly string[]): Promise<Verified> {
  const check = new ChainCheck();
  for (const file of files) {
    for await (const { line, number, complete } of rawLines(file)) {
      check.line(file, line, number, complete);
      if (check.fault !== undefined) break;
    }
    if (check.fault !== undefined) break;
  }
  return {
    files,
    records: check.records,
    fault: check.fault,
    unfinished: check.unfinished,
    beginsLater: check.beginsLater,
    open: [...check.open],
    lastHash: check.prev,
  };
}

class ChainCheck {
  records = 0;
  fault: Fault | undefined;
  unfinished = false;
  beginsLater = false;
  prev = GENESIS;
  readonly open = new Set<string>();
  #seq = 0;

  line(file: string, line: Buffer, number: number, complete: boolean): void {
    if (this.unfinished) return this.#bad(file, number, 'records follow one that was not written to its end');
    if (!complete) {
      this.unfinished = true;
      return;
    }
    const link = readLink(line);
    const record = link && readRecord(line);
    if (link === undefined || record === undefined) return this.#bad(file, number, 'not a record');
    if (!link.sound) return this.#bad(file, number, 'its hash does not fit its bytes: the record was changed');
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
  }

  #begin(prev: string, seq: number): void {
    this.beginsLater = prev !== GENESIS || seq !== 1;
  }

  #bad(file: string, line: number, why: string): void {
    this.fault = { code: 'SP7002', file: basename(file), line, why };
  }
}

interface RecordHead {
  readonly seq: number;
  readonly kind: string;
  readonly id: string;
  readonly decision: string;
}

/** A record must be an object that says everything once; a second reader could pick the other value. */
function readRecord(line: Buffer): RecordHead | undefined {
  const value = asObject(parsed(line));
  if (value === undefined || !saysOnce(line, 0, 0)) return undefined;
  const { seq, kind, id, decision } = value;
  return { seq: Number(seq), kind: String(kind), id: String(id), decision: String(decision) };
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whether no object has a key twice; nothing we write is nested deeper than {@link DEEPEST}. */
function saysOnce(bytes: Buffer, at: number, depth: number): boolean {
  if (depth > DEEPEST) return false;
  const inner = children(bytes, at);
  if (bytes[at] === 0x7b && new Set(inner.map(({ key }) => key)).size !== inner.length) return false;
  return inner.every(
    ({ start }) => (bytes[start] !== 0x7b && bytes[start] !== 0x5b) || saysOnce(bytes, start, depth + 1),
  );
}

/** The lines of a file as bytes, without their newlines; the last one may lack it. */
async function* rawLines(file: string): AsyncGenerator<{ line: Buffer; number: number; complete: boolean }> {
  let pieces: Buffer[] = [];
  let number = 0;
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let lf = bytes.indexOf(LF); lf !== -1; lf = bytes.indexOf(LF, from)) {
      pieces.push(bytes.subarray(from, lf));
      yield { line: Buffer.concat(pieces), number: ++number, complete: true };
      pieces = [];
      from = lf + 1;
    }
    if (from < bytes.length) pieces.push(bytes.subarray(from));
  }
  if (pieces.length > 0) yield { line: Buffer.concat(pieces), number: ++number, complete: false };
}
