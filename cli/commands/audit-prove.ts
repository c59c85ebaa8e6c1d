import { readFileSync, statSync } from 'node:fs';
import { standing } from '../../lib/audit/checkpoints/note.ts';
import { holds, type Proof, parseProof, proofText } from '../../lib/audit/proof.ts';
import { type NoProof, proofsOf, type Sought } from '../../lib/audit/prove.ts';
import { readHead } from '../../lib/audit/record-head.ts';
import { groupSegments } from '../../lib/audit/verify.ts';
import { placeFile } from '../../lib/model/placed-file.ts';
import { whyUnreadable } from '../../lib/model/why-unreadable.ts';
import { verifiersOf } from '../audit/keys.ts';
import { mayHold, segmentsOf } from '../audit/log.ts';
import { CommandError, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { foldersOf, type WhereOptions } from './audit-read.ts';
import { filesOf } from './audit-verify.ts';

/** The longest record there can be, in base64, with its path and checkpoint, has less. */
const MOST_PROOF_BYTES = 64 * 1024 * 1024;

export interface ProveOptions extends WhereOptions {
  readonly log?: string;
  readonly output?: string;
  readonly key?: readonly string[];
  readonly outcome?: boolean;
}

export interface CheckProofOptions {
  readonly config?: string;
  readonly key?: readonly string[];
  readonly json?: boolean;
}

/** Writes a proof that a record is in the log, which can be checked without the log. */
export async function auditProve(record: string, options: ProveOptions): Promise<number> {
  const { log, output, key, config } = options;
  const sought = soughtBy(record, log);
  const verifiers = await verifiersOf(key, config);
  if (verifiers.length === 0) throw new CommandError('there is no key of yours yet; name one with `--key`');
  const files = log === undefined ? segmentsOf(await foldersOf(options)) : filesOf([log]);
  const groups = groupSegments(files).filter(
    (group) => sought.id === undefined || group.some((file) => mayHold(file, sought.id!)),
  );
  let why: NoProof = 'no such record';
  for (const group of groups) {
    const found = proofsOf(group, sought, verifiers);
    if (typeof found !== 'string') return write(chosen(found, options.outcome === true), output);
    if (found !== 'no such record') why = found;
  }
  throw new CommandError(
    why === 'no checkpoint covers it'
      ? 'no checkpoint that is believed covers the record: wait for the next one, name its key with `--key`, or set `audit.checkpoints: true` where none are made'
      : `${why}: ${record}`,
    why === 'no such record' ? EXIT.usage : EXIT.unavailable,
  );
}

/** Checks a proof by itself, and prints the record it is of. */
export async function auditCheckProof(file: string, { config, key, json }: CheckProofOptions): Promise<number> {
  const proof = parseProof(textOf(file));
  if (proof === undefined) throw new CommandError(`${file} is no proof of a record`, EXIT.integrity);
  const verifiers = await verifiersOf(key, config);
  if (verifiers.length === 0)
    throw new CommandError('there is no key of yours; name whose checkpoint is believed with `--key`');
  const why = faultOf(proof, standing(proof.checkpoint.note, verifiers));
  const { index, checkpoint } = proof;
  const record = proof.record.toString('utf8');
  const seq = index + 1;
  if (json === true)
    printJson({ ok: why === undefined, why, origin: checkpoint.origin, seq, size: checkpoint.size, record });
  else if (why !== undefined) print(`BROKEN  ${shown(file)}: ${why} (SP7006)`);
  else {
    print(
      `ok      record ${seq} of ${shown(checkpoint.origin)}, which had ${checkpoint.size} records when it was signed`,
    );
    print(shown(record, 10_000));
  }
  return why === undefined ? EXIT.ok : EXIT.integrity;
}

function faultOf(proof: Proof, how: ReturnType<typeof standing>): string | undefined {
  if (how === 'unknown') return 'its checkpoint is signed by no key that is believed';
  if (how === 'false') return 'the signature of its checkpoint does not fit';
  if (!holds(proof)) return 'its hashes do not lead from the record to the root that was signed';
  const { record, index } = proof;
  return readHead(record, 0, record.length)?.seq === index + 1 ? undefined : 'the record has another number';
}

/** A number needs the log it counts in; an id is found anywhere. */
function soughtBy(record: string, log: string | undefined): Sought {
  if (!/^\d{1,15}$/.test(record)) return { id: record };
  if (log === undefined)
    throw new CommandError('every process counts its own records: say which log with `--log FILE`');
  return { seq: Number(record) };
}

/** The decision, or its outcome. */
function chosen(proofs: readonly Proof[], outcome: boolean): Proof {
  return (outcome ? proofs.at(-1) : proofs[0])!;
}

function write(proof: Proof, output: string | undefined): number {
  const text = proofText(proof);
  if (!holds(proof)) {
    const why = `the log does not fit its checkpoint of ${proof.checkpoint.size} records; see \`sallyport audit verify\``;
    throw new CommandError(why, EXIT.integrity);
  }
  if (output === undefined) print(text.slice(0, -1));
  else {
    placeFile(output, text);
    printError(`record ${proof.index + 1} of ${shown(proof.checkpoint.origin)}: ${shown(output)}`);
  }
  return EXIT.ok;
}

function textOf(file: string): string {
  try {
    if (statSync(file).size > MOST_PROOF_BYTES) throw new Error('it is larger than any proof');
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${whyUnreadable(error)}`);
  }
}
