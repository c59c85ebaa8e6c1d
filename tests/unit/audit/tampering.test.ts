import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { checkpointText, type ReadCheckpoint } from '../../../lib/audit/checkpoints/checkpoint.ts';
import { parseCheckpoints, readCheckpoints } from '../../../lib/audit/checkpoints/checkpoint-file.ts';
import { signedNote, signerOf, type Verifier } from '../../../lib/audit/checkpoints/note.ts';
import { freshKey, ownSigner } from '../../../lib/audit/checkpoints/signing-key.ts';
import { CompactRange } from '../../../lib/audit/tree/compact-range.ts';
import { leafHash } from '../../../lib/audit/tree/hashes.ts';
import { hashOf, memberOf } from '../../support/audit/chain.ts';
import { checkpointFiles, endedLog, linesOf, type SignedLog, verified } from '../../support/audit/signed-log.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { auditFiles } from '../../support/program/gateway.ts';

/** A sound log of 45 records in several segments, and one of another process, signed by the same key. */
let sound: SignedLog;
let foreign: SignedLog;

before(async (t) => {
  sound = await endedLog(t as TestContext, { copies: true });
  foreign = await endedLog(t as TestContext, { keyFile: sound.keyFile });
});

/** A copy of the log in which something is done to it. */
interface Crime {
  readonly dir: string;
  readonly files: string[];
  readonly checkpoints: string[];
  /** Replaces the lines of the n-th segment. */
  lines(segment: number, edit: (lines: string[]) => readonly string[]): void;
  /** Replaces the text of the n-th file of checkpoints. */
  notes(file: number, edit: (text: string, read: readonly ReadCheckpoint[]) => string): void;
}

function crime(t: TestContext): Crime {
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
  };
}

const trusted = (): Verifier[] => [sound.verifier];
const found = ({ dir }: Crime, against: readonly string[] = []) => verified(auditFiles(dir), trusted(), against);

/** All hashes made anew from line `from` on, as somebody would who knows the format. */
function rechained(lines: readonly string[], from: number): string[] {
  let prev = from === 0 ? '0'.repeat(64) : memberOf(lines[from - 1]!, 'hash');
  return lines.map((line, i) => {
    if (i < from) return line;
    const linked = line.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    prev = hashOf(linked);
    return linked.replace(/"hash":"[0-9a-f]{64}"\}$/, `"hash":"${prev}"}`);
  });
}

/** A change in one segment that all later segments are made to follow. */
function rewritten(log: Crime, edit: (all: string[]) => readonly string[]): void {
  const counts = log.files.map((file) => linesOf(file).length);
  const all = rechained(edit(log.files.flatMap(linesOf)), 0);
  let at = 0;
  for (const [i, count] of counts.entries()) {
    const last = i === counts.length - 1;
    log.lines(i, () => all.slice(at, last ? all.length : at + count));
    at += count;
  }
}

test('a sound log is proven to its end, beside it and elsewhere', () => {
  const copies = checkpointFiles(sound.copyDir);
  const all = verified(sound.files, trusted(), copies);
  assert.ok(sound.files.length >= 3, `${sound.files.length} segments`);
  assert.deepEqual([all.fault, all.records, all.coverage.upTo, all.coverage.upToElsewhere], [undefined, 45, 45, 45]);
  assert.ok(all.coverage.keyKnown && all.coverage.gap === undefined);
  const notes = (path: string) => [...new Set(readCheckpoints(path)!.checkpoints.map(({ raw }) => raw))].sort();
  assert.deepEqual(copies.map(notes), checkpointFiles(sound.dir).map(notes));
  assert.deepEqual(verified(foreign.files, trusted()).fault, undefined);
});

const CRIMES: readonly [string, (log: Crime) => void, code: string, why: RegExp][] = [
  [
    'a byte is flipped',
    (log) => log.lines(1, (all) => all.map((line, i) => (i === 2 ? line.replace('noted', 'noteD') : line))),
    'SP7002',
    /does not fit its bytes/,
  ],
  ['a record is dropped', (log) => log.lines(1, (all) => all.toSpliced(3, 1)), 'SP7002', /does not follow/],
  [
    'two records are swapped',
    (log) => log.lines(0, (all) => all.toSpliced(2, 2, all[3]!, all[2]!)),
    'SP7002',
    /does not follow/,
  ],
  ['a record is put in', (log) => log.lines(0, (all) => all.toSpliced(2, 0, all[7]!)), 'SP7002', /does not follow/],
  [
    'a line is no object',
    (log) => log.lines(0, (all) => all.toSpliced(2, 1, '["a record"]')),
    'SP7002',
    /not a record/,
  ],
  [
    'a record says something twice, and all hashes are made anew',
    (log) => rewritten(log, (all) => all.toSpliced(4, 1, all[4]!.replace('"n":5', '"n":5,"n":5'))),
    'SP7002',
    /not a record/,
  ],
  ['a segment in the middle is removed', (log) => rmSync(log.files[1]!), 'SP7002', /does not follow/],
  [
    'a segment in the middle is removed with its checkpoints',
    (log) => {
      rmSync(log.files[1]!);
      rmSync(log.checkpoints[1]!);
    },
    'SP7002',
    /does not follow/,
  ],
  [
    'a record is changed, and all hashes are made anew',
    (log) => rewritten(log, (all) => all.toSpliced(12, 1, all[12]!.replace('some length', 'no length at all'))),
    'SP7006',
    /of records 11 to \d+ some are not what was signed/,
  ],
  [
    'a record is dropped, and all numbers and hashes are made anew',
    (log) =>
      rewritten(log, (all) =>
        all.toSpliced(20, 1).map((line, i) => (i < 20 ? line : line.replace(/"seq":\d+/, `"seq":${i + 1}`))),
      ),
    'SP7006',
    /not what was signed/,
  ],
  [
    'the tail is cut off',
    (log) => log.lines(log.files.length - 1, (all) => all.slice(0, -1)),
    'SP7006',
    /its tail was cut off/,
  ],
  [
    'the last segment is removed, and its checkpoints are not',
    (log) => rmSync(log.files.at(-1)!),
    'SP7006',
    /its tail was cut off/,
  ],
  [
    'all records are taken out of the files',
    (log) => {
      for (const i of log.files.keys()) log.lines(i, () => []);
    },
    'SP7006',
    /tail was cut off/,
  ],
  [
    'a checkpoint is given another size',
    (log) => log.notes(0, (text) => text.replace('\n10\n', '\n9\n')),
    'SP7006',
    /its signature does not fit/,
  ],
  [
    'a checkpoint is given the root of another',
    (log) =>
      log.notes(0, (text, [one, two]) => text.replace(one!.note.text.split('\n')[2]!, two!.note.text.split('\n')[2]!)),
    'SP7006',
    /its signature does not fit/,
  ],
  [
    'a checkpoint is no longer one',
    (log) => log.notes(0, (text) => text.replace('\n10\n', '\nten\n')),
    'SP7006',
    /not a checkpoint/,
  ],
  [
    'a checkpoint is replaced by one of another log',
    (log) => log.notes(0, () => readFileSync(checkpointFiles(foreign.dir)[0]!, 'utf8')),
    'SP7006',
    /it is of another log/,
  ],
  [
    'the log is changed and signed with another key',
    (log) => {
      const signer = signerOf(createPrivateKey(freshKey()));
      rewritten(log, (all) => all.toSpliced(12, 1, all[12]!.replace('some length', 'no length at all')));
      resign(log, (text) => signedNote(text, signer));
    },
    'SP7006',
    /signed by sallyport\/[0-9a-f]{16}\+[0-9a-f]{8}, which is no key that is believed/,
  ],
  [
    'older checkpoints are put after newer ones',
    (log) => log.notes(0, (text, [one]) => text + one!.raw),
    'SP7006',
    /covers less than the one before/,
  ],
  [
    'the tree a segment begins with is another',
    (log) =>
      log.notes(1, (text) =>
        text.replace(/^tree \d+ \S/, (head) => `${head.slice(0, -1)}${head.endsWith('A') ? 'B' : 'A'}`),
      ),
    'SP7006',
    /the tree it begins with is not that of the records before/,
  ],
  [
    'the tree a segment begins with cannot be read',
    (log) => log.notes(1, (text) => text.replace('tree ', 'tree x')),
    'SP7006',
    /not a checkpoint/,
  ],
  [
    'the log is replaced by one of another process, checkpoints and all',
    (log) => {
      for (const path of [...log.files, ...log.checkpoints]) rmSync(path);
      const [from] = [foreign.files[0]!];
      writeFileSync(log.files[0]!, readFileSync(from));
      writeFileSync(log.checkpoints[0]!, readFileSync(checkpointFiles(foreign.dir)[0]!));
    },
    'SP7006',
    /it is of another log/,
  ],
];

/** Every checkpoint beside the log, made to fit what is there now. */
function resign(log: Crime, sign: (text: string) => string): void {
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

for (const [what, commit, code, why] of CRIMES) {
  test(`it shows when ${what}`, (t) => {
    const log = crime(t);
    commit(log);
    const { fault } = found(log);
    assert.equal(fault?.code, code, JSON.stringify(fault));
    assert.match(fault.why, why);
    assert.ok(fault.line >= 1 && [...log.files, ...log.checkpoints].map((one) => basename(one)).includes(fault.file));
  });
}

test('a tail cut off with its checkpoints passes by itself, and shows against those kept elsewhere', (t) => {
  const log = crime(t);
  const last = log.files.length - 1;
  rmSync(log.files[last]!);
  rmSync(log.checkpoints[last]!);
  assert.equal(found(log).fault, undefined);
  const { fault } = found(log, checkpointFiles(sound.copyDir));
  assert.match(fault!.why, /it covers 45 records, and the log ends after \d+: its tail was cut off/);
});

test('what was signed anew with the very key shows against checkpoints kept elsewhere', (t) => {
  const log = crime(t);
  const signer = ownSigner(sound.keyFile);
  rewritten(log, (all) => all.toSpliced(12, 1, all[12]!.replace('some length', 'no length at all')));
  resign(log, (text) => signedNote(text, signer));
  assert.equal(found(log).fault, undefined, 'who has the key can sign anything');
  assert.match(found(log, checkpointFiles(sound.copyDir)).fault!.why, /not what was signed/);
});

test('without its checkpoints a log passes, and nothing of it is said to be proven', (t) => {
  const log = crime(t);
  for (const path of log.checkpoints) rmSync(path);
  const { fault, coverage } = found(log);
  assert.deepEqual([fault, coverage.checkpoints, coverage.upTo], [undefined, 0, 0]);
});

test('where no key is known roots are compared all the same, and nothing is called signed', (t) => {
  const log = crime(t);
  const plain = verified(log.files, []);
  assert.deepEqual([plain.fault, plain.coverage.keyKnown, plain.coverage.upTo], [undefined, false, 45]);
  rewritten(log, (all) => all.toSpliced(12, 1, all[12]!.replace('some length', 'no length at all')));
  assert.match(verified(log.files, []).fault!.why, /not what was signed/);
});

test('when old segments are deleted the later ones are proven from where they begin', (t) => {
  const log = crime(t);
  const before = linesOf(log.files[0]!).length;
  rmSync(log.files[0]!);
  const kept = found(log);
  assert.deepEqual([kept.fault, kept.first, kept.coverage.upTo], [undefined, before + 1, 45]);
  rmSync(log.checkpoints[0]!);
  assert.deepEqual([found(log).fault, found(log).coverage.upTo], [undefined, 45], 'nor are their checkpoints needed');
  log.lines(1, (all) => rechained(all.toSpliced(0, 1, all[0]!.replace('some length', 'no length')), 0));
  assert.ok(found(log).fault !== undefined);
});

test('a forged tree at the beginning is found out by the checkpoint after it, and its absence said', (t) => {
  const log = crime(t);
  rmSync(log.files[0]!);
  log.notes(1, (text) =>
    text.replace(/^tree \d+ \S/, (head) => `${head.slice(0, -1)}${head.endsWith('A') ? 'B' : 'A'}`),
  );
  assert.match(found(log).fault!.why, /not what was signed/);
  rmSync(log.checkpoints[1]!);
  const { fault, coverage } = found(log);
  assert.equal(fault, undefined);
  assert.match(coverage.gap!, /the tree before record \d+ is not known/);
  assert.equal(coverage.upTo, 0);
});

test('a log whose files were given other names is compared all the same', (t) => {
  const log = crime(t);
  renameSync(log.files[0]!, join(log.dir, 'copy.jsonl'));
  renameSync(log.checkpoints[0]!, join(log.dir, 'copy.jsonl.checkpoints'));
  const { fault, coverage } = verified([join(log.dir, 'copy.jsonl')], trusted());
  assert.equal(fault, undefined);
  assert.ok(coverage.upTo > 0);
});
