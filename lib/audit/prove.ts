import type { ReadCheckpoint } from './checkpoints/checkpoint.ts';
import { checkpointsPath, readCheckpoints } from './checkpoints/checkpoint-file.ts';
import { standing, type Verifier } from './checkpoints/note.ts';
import { eachLine } from './lines.ts';
import type { Proof } from './proof.ts';
import { readHead } from './record-head.ts';
import { leafHashAt } from './tree/hashes.ts';
import { Leaves } from './tree/leaves.ts';

/** A record by the id of its decision or its number. */
export interface Sought {
  readonly id?: string | undefined;
  readonly seq?: number | undefined;
}

/** Why there is no proof: the record is not there, or nothing that is believed was signed of it. */
export type NoProof = 'no such record' | 'no checkpoint covers it' | 'the records before it are not known';

/**
 * Proofs of the records of one log that are looked for, each for the oldest checkpoint that covers it. A decision has a record
 * when it was made and one of its outcome, so there may be two.
 */
export function proofsOf(files: readonly string[], sought: Sought, verifiers: readonly Verifier[]): Proof[] | NoProof {
  const found: { readonly index: number; readonly record: Buffer }[] = [];
  const mark = Buffer.from(sought.id === undefined ? `"seq":${sought.seq},` : `"id":"${sought.id}"`, 'latin1');
  let leaves: Leaves | undefined;
  let unknown = false;
  for (const file of files) {
    eachLine(file, ({ bytes, from, to, complete }) => {
      if (!complete) return false;
      leaves ??= beginning(file, readHead(bytes, from, to)?.seq ?? 1);
      if (leaves === undefined) {
        unknown = true;
        leaves = new Leaves();
      }
      const line = bytes.subarray(from, to);
      if (line.includes(mark) && matches(sought, bytes, from, to))
        found.push({ index: leaves.size, record: Buffer.from(line) });
      leaves.append(leafHashAt(bytes, from, to));
      return true;
    });
  }
  if (found.length === 0 || leaves === undefined) return 'no such record';
  if (unknown) return 'the records before it are not known';
  const tree = leaves;
  const checkpoints = believed(files, verifiers);
  const proofs = found.flatMap(({ index, record }): Proof[] => {
    const checkpoint = checkpoints.find(({ size }) => size > index && size <= tree.size);
    return checkpoint === undefined
      ? []
      : [{ record, index, path: tree.inclusion(index, checkpoint.size), checkpoint }];
  });
  return proofs.length === 0 ? 'no checkpoint covers it' : proofs;
}

function matches({ id, seq }: Sought, bytes: Buffer, from: number, to: number): boolean {
  const head = readHead(bytes, from, to);
  return head !== undefined && (id === undefined ? head.seq === seq : head.id === id);
}

/** The tree before the record `seq` that `file` begins with; undefined when it is not known. */
function beginning(file: string, seq: number): Leaves | undefined {
  if (seq === 1) return new Leaves();
  const before = readCheckpoints(checkpointsPath(file))?.before;
  return before?.size === seq - 1 ? new Leaves(before.size, before.peaks) : undefined;
}

/** The checkpoints beside the log that are signed by somebody who is believed, the smallest first. */
function believed(files: readonly string[], verifiers: readonly Verifier[]): ReadCheckpoint[] {
  return files
    .flatMap((file) => readCheckpoints(checkpointsPath(file))?.checkpoints ?? [])
    .filter(({ note }) => standing(note, verifiers) === 'signed')
    .sort((a, b) => a.size - b.size);
}
