import { parseCheckpoint, type ReadCheckpoint } from './checkpoints/checkpoint.ts';
import { fromBase64, leafHash, toBase64 } from './tree/hashes.ts';
import { isIncluded } from './tree/inclusion.ts';

/*
 * Proofs that a record is in a log (c2sp.org/tlog-proof): the record, its place, the hashes that lead to the root, and a
 * checkpoint that signs the root.
 */

const HEAD = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';
/** A path is as long as a tree is high. */
const MOST_HASHES = 60;

export interface Proof {
  /** The line of the record, without its newline. */
  readonly record: Buffer;
  /** From 0. */
  readonly index: number;
  readonly path: readonly string[];
  readonly checkpoint: ReadCheckpoint;
}

export function proofText({ record, index, path, checkpoint }: Proof): string {
  const lines = [HEAD, `${EXTRA}${record.toString('base64')}`, `${INDEX}${index}`, ...path.map(toBase64), ''];
  return `${lines.join('\n')}\n${checkpoint.raw}`;
}

/** Undefined when `text` is no such proof, or one without its record. */
export function parseProof(text: string): Proof | undefined {
  const split = text.indexOf('\n\n');
  const [head, extra, place, ...hashes] = text.slice(0, Math.max(0, split)).split('\n');
  if (head !== HEAD || !extra?.startsWith(EXTRA) || !place?.startsWith(INDEX)) return undefined;
  const record = Buffer.from(extra.slice(EXTRA.length), 'base64');
  const index = place.slice(INDEX.length);
  const path = hashes.map(fromBase64);
  // The last newline is easily lost on the way.
  const checkpoint = parseCheckpoint(text.slice(split + 2).replace(/\n?$/, '\n'));
  if (record.toString('base64') !== extra.slice(EXTRA.length) || !/^(?:0|[1-9]\d{0,14})$/.test(index)) return undefined;
  if (checkpoint === undefined || path.length > MOST_HASHES || path.includes(undefined)) return undefined;
  return { record, index: Number(index), path: path as string[], checkpoint };
}

/** Whether the record stands at its place in the log whose root the checkpoint names. Who signed that is not asked here. */
export function holds({ record, index, path, checkpoint }: Proof): boolean {
  return isIncluded(leafHash(record), index, checkpoint.size, path, checkpoint.root);
}
