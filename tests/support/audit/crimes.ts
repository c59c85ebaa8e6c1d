import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { checkpointText, type ReadCheckpoint } from '../../../lib/audit/checkpoints/checkpoint.ts';
import { parseCheckpoints, readCheckpoints } from '../../../lib/audit/checkpoints/checkpoint-file.ts';
import { CompactRange } from '../../../lib/audit/tree/compact-range.ts';
import { leafHash } from '../../../lib/audit/tree/hashes.ts';
import { temporaryFolder } from '../folder.ts';
import { auditFiles } from '../program/gateway.ts';
import { hashOf, memberOf } from './chain.ts';
import { checkpointFiles, type Finding, linesOf, type SignedLog, verified } from './signed-log.ts';

/** A copy of the log in which something is done to it. */
export interface Crime {
  readonly dir: string;
  readonly files: string[];
  readonly checkpoints: string[];
  /** Replaces the lines of the n-th segment. */
  lines(segment: number, edit: (lines: string[]) => readonly string[]): void;
  /** Replaces the text of the n-th file of checkpoints. */
  notes(file: number, edit: (text: string, read: readonly ReadCheckpoint[]) => string): void;
  /** What verifying it finds, also with the checkpoints of these files, which were kept elsewhere. */
  found(against?: readonly string[]): Finding;
}

export function crime(t: TestContext, sound: SignedLog): Crime {
  const dir = join(temporaryFolder(t), 'audit');
  cpSync(sound.dir, dir, { recursive: true });
  const [files, checkpoints] = [auditFiles(dir), checkpointFiles(dir)];
  return {
    dir,
    files,
    checkpoints,
    lines: (segment, edit) =>
      writeFileSync(
        files[segment]!,
        edit(linesOf(files[segment]!))
          .map((one) => `${one}\n`)
          .join(''),
      ),
    notes: (file, edit) => {
      const [path, text] = [checkpoints[file]!, readFileSync(checkpoints[file]!, 'utf8')];
      writeFileSync(path, edit(text, parseCheckpoints(path, text).checkpoints));
    },
    found: (against = []) => verified(auditFiles(dir), [sound.verifier], against),
  };
}

/** All hashes made anew from line `from` on, as somebody would who knows the format. */
export function rechained(lines: readonly string[], from: number): string[] {
  let prev = from === 0 ? '0'.repeat(64) : memberOf(lines[from - 1]!, 'hash');
  return lines.map((line, i) => {
    if (i < from) return line;
    const linked = line.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    prev = hashOf(linked);
    return linked.replace(/"hash":"[0-9a-f]{64}"\}$/, `"hash":"${prev}"}`);
  });
}

/** A change in one segment that all later segments are made to follow. */
export function rewritten(log: Crime, edit: (all: string[]) => readonly string[]): void {
  const counts = log.files.map((file) => linesOf(file).length);
  const all = rechained(edit(log.files.flatMap(linesOf)), 0);
  let at = 0;
  for (const [i, count] of counts.entries()) {
    const last = i === counts.length - 1;
    log.lines(i, () => all.slice(at, last ? all.length : at + count));
    at += count;
  }
}

/** Every checkpoint beside the log, made to fit what is there now. */
export function resign(log: Crime, sign: (text: string) => string): void {
  const origin = readCheckpoints(log.checkpoints[0]!)!.checkpoints[0]!.origin;
  const tree = new CompactRange();
  const roots = new Map<number, string>();
  for (const line of log.files.flatMap(linesOf)) {
    tree.append(leafHash(Buffer.from(line)));
    roots.set(tree.size, tree.root());
  }
  for (const path of log.checkpoints.slice(1)) rmSync(path);
  log.notes(0, (_, read) =>
    read.map(({ size }) => sign(checkpointText({ origin, size, root: roots.get(size)! }))).join(''),
  );
}
