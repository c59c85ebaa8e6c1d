import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { readCheckpoints } from '../../../lib/audit/checkpoints/checkpoint-file.ts';
import { signedNote, signerOf } from '../../../lib/audit/checkpoints/note.ts';
import { freshKey } from '../../../lib/audit/checkpoints/signing-key.ts';
import { type Crime, crime, resign, rewritten } from '../../support/audit/crimes.ts';
import { checkpointFiles, endedLog, type SignedLog, verified } from '../../support/audit/signed-log.ts';

/** A sound log of 45 records in several segments, and one of another process, signed by the same key. */
let sound: SignedLog;
let foreign: SignedLog;

before(async (t) => {
  sound = await endedLog(t as TestContext, { copies: true });
  foreign = await endedLog(t as TestContext, { keyFile: sound.keyFile });
});

test('a sound log is proven to its end, beside it and elsewhere', () => {
  const copies = checkpointFiles(sound.copyDir);
  const all = verified(sound.files, [sound.verifier], copies);
  assert.ok(sound.files.length >= 3, `${sound.files.length} segments`);
  assert.deepEqual([all.fault, all.records, all.coverage.upTo, all.coverage.upToElsewhere], [undefined, 45, 45, 45]);
  assert.ok(all.coverage.keyKnown && all.coverage.gap === undefined);
  const notes = (path: string) => [...new Set(readCheckpoints(path)!.checkpoints.map(({ raw }) => raw))].sort();
  assert.deepEqual(copies.map(notes), checkpointFiles(sound.dir).map(notes));
  assert.deepEqual(verified(foreign.files, [sound.verifier]).fault, undefined);
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

for (const [what, commit, code, why] of CRIMES) {
  test(`it shows when ${what}`, (t) => {
    const log = crime(t, sound);
    commit(log);
    const { fault } = log.found();
    assert.equal(fault?.code, code, JSON.stringify(fault));
    assert.match(fault.why, why);
    assert.ok(fault.line >= 1 && [...log.files, ...log.checkpoints].map((one) => basename(one)).includes(fault.file));
  });
}
