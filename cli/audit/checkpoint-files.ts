import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { originOf, type ReadCheckpoint } from '../../lib/audit/checkpoints/checkpoint.ts';
import { type CheckpointFile, readCheckpoints, segmentOf } from '../../lib/audit/checkpoints/checkpoint-file.ts';
import { standing, type Verifier } from '../../lib/audit/checkpoints/note.ts';
import { CommandError } from '../output/print.ts';

/** A log of which checkpoints speak, and nothing is there. */
export interface MissingLog {
  readonly origin: string;
  readonly records: number;
  /** The file that says so. */
  readonly file: string;
}

/** Checkpoints kept elsewhere: files of them, or folders of such files. */
export function checkpointsElsewhere(paths: readonly string[]): CheckpointFile[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new CommandError(`${path} does not exist`);
    const files = statSync(path).isDirectory() ? checkpointFilesIn(path) : [path];
    return files.flatMap((file) => readCheckpoints(file) ?? []);
  });
}

/** Files of checkpoints whose segments are gone. */
export function leftOverIn(dirs: readonly string[]): string[] {
  return [...new Set(dirs)].flatMap((dir) => checkpointFilesIn(dir).filter((path) => !existsSync(segmentOf(path)!)));
}

/** Whether a file of checkpoints belongs to the log with these segments. */
export function isOfLog(path: string, segments: readonly string[]): boolean {
  return stemOf(segmentOf(path)!) === stemOf(segments[0]!);
}

/** Logs that somebody who is believed has signed, and of which no segment is there. */
export function missingLogs(
  logs: readonly { readonly files: readonly string[] }[],
  elsewhere: readonly CheckpointFile[],
  verifiers: readonly Verifier[],
): MissingLog[] {
  const there = new Set(logs.map(({ files }) => originOf(files[0]!)));
  const missing = new Map<string, MissingLog>();
  const believed = ({ note }: ReadCheckpoint) => verifiers.length === 0 || standing(note, verifiers) === 'signed';
  for (const { path, checkpoints } of elsewhere) {
    for (const one of checkpoints.filter(({ origin }) => !there.has(origin)).filter(believed)) {
      const records = Math.max(one.size, missing.get(one.origin)?.records ?? 0);
      missing.set(one.origin, { origin: one.origin, records, file: path });
    }
  }
  return [...missing.values()];
}

function checkpointFilesIn(dir: string): string[] {
  return readdirSync(dir)
    .map((name) => join(dir, name))
    .filter((path) => segmentOf(path) !== undefined);
}

function stemOf(segment: string): string {
  return segment.replace(/(?:\.\d+)?\.jsonl$/, '');
}
