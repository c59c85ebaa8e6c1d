import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { signedNote } from '../../../lib/audit/checkpoints/note.ts';
import { ownSigner } from '../../../lib/audit/checkpoints/signing-key.ts';
import { crime, rechained, resign, rewritten } from '../../support/audit/crimes.ts';
import { checkpointFiles, endedLog, linesOf, type SignedLog, verified } from '../../support/audit/signed-log.ts';

/** A sound log of 45 records in several segments, whose checkpoints are kept elsewhere as well. */
let sound: SignedLog;

before(async (t) => {
  sound = await endedLog(t as TestContext, { copies: true });
});

test('a tail cut off with its checkpoints passes by itself, and shows against those kept elsewhere', (t) => {
  const log = crime(t, sound);
  const last = log.files.length - 1;
  rmSync(log.files[last]!);
  rmSync(log.checkpoints[last]!);
  assert.equal(log.found().fault, undefined);
  const { fault } = log.found(checkpointFiles(sound.copyDir));
  assert.match(fault!.why, /it covers 45 records, and the log ends after \d+: its tail was cut off/);
});

test('what was signed anew with the very key shows against checkpoints kept elsewhere', (t) => {
  const log = crime(t, sound);
  const signer = ownSigner(sound.keyFile);
  rewritten(log, (all) => all.toSpliced(12, 1, all[12]!.replace('some length', 'no length at all')));
  resign(log, (text) => signedNote(text, signer));
  assert.equal(log.found().fault, undefined, 'who has the key can sign anything');
  assert.match(log.found(checkpointFiles(sound.copyDir)).fault!.why, /not what was signed/);
});

test('without its checkpoints a log passes, and nothing of it is said to be proven', (t) => {
  const log = crime(t, sound);
  for (const path of log.checkpoints) rmSync(path);
  const { fault, coverage } = log.found();
  assert.deepEqual([fault, coverage.checkpoints, coverage.upTo], [undefined, 0, 0]);
});

test('where no key is known roots are compared all the same, and nothing is called signed', (t) => {
  const log = crime(t, sound);
  const plain = verified(log.files, []);
  assert.deepEqual([plain.fault, plain.coverage.keyKnown, plain.coverage.upTo], [undefined, false, 45]);
  rewritten(log, (all) => all.toSpliced(12, 1, all[12]!.replace('some length', 'no length at all')));
  assert.match(verified(log.files, []).fault!.why, /not what was signed/);
});

test('when old segments are deleted the later ones are proven from where they begin', (t) => {
  const log = crime(t, sound);
  const before = linesOf(log.files[0]!).length;
  rmSync(log.files[0]!);
  const kept = log.found();
  assert.deepEqual([kept.fault, kept.first, kept.coverage.upTo], [undefined, before + 1, 45]);
  rmSync(log.checkpoints[0]!);
  assert.deepEqual([log.found().fault, log.found().coverage.upTo], [undefined, 45], 'nor are their checkpoints needed');
  log.lines(1, (all) => rechained(all.toSpliced(0, 1, all[0]!.replace('some length', 'no length')), 0));
  assert.ok(log.found().fault !== undefined);
});

test('a forged tree at the beginning is found out by the checkpoint after it, and its absence said', (t) => {
  const log = crime(t, sound);
  rmSync(log.files[0]!);
  log.notes(1, (text) =>
    text.replace(/^tree \d+ \S/, (head) => `${head.slice(0, -1)}${head.endsWith('A') ? 'B' : 'A'}`),
  );
  assert.match(log.found().fault!.why, /not what was signed/);
  rmSync(log.checkpoints[1]!);
  const { fault, coverage } = log.found();
  assert.equal(fault, undefined);
  assert.match(coverage.gap!, /the tree before record \d+ is not known/);
  assert.equal(coverage.upTo, 0);
});

test('a log whose files were given other names is compared all the same', (t) => {
  const log = crime(t, sound);
  renameSync(log.files[0]!, join(log.dir, 'copy.jsonl'));
  renameSync(log.checkpoints[0]!, join(log.dir, 'copy.jsonl.checkpoints'));
  const { fault, coverage } = verified([join(log.dir, 'copy.jsonl')], [sound.verifier]);
  assert.equal(fault, undefined);
  assert.ok(coverage.upTo > 0);
});
