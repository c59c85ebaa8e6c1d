import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { before, type TestContext, test } from 'node:test';
import { checkpointsPath } from '../../../lib/audit/checkpoints/checkpoint-file.ts';
import { standing } from '../../../lib/audit/checkpoints/note.ts';
import { holds, type Proof, parseProof, proofText } from '../../../lib/audit/proof.ts';
import { proofsOf } from '../../../lib/audit/prove.ts';
import { endedLog, linesOf, type SignedLog } from '../../support/audit/signed-log.ts';

let log: SignedLog;

before(async (t) => {
  log = await endedLog(t as TestContext);
});

function proven(files: readonly string[], seq: number): Proof {
  const found = proofsOf(files, { seq }, [log.verifier]);
  assert.ok(typeof found !== 'string', String(found));
  const [proof] = found;
  const text = proofText(proof!);
  assert.equal(proofText(parseProof(text)!), text);
  return proof!;
}

test('every record of every segment is proven by the first checkpoint after it', () => {
  const lines = log.files.flatMap(linesOf);
  for (const [index, line] of lines.entries()) {
    const proof = proven(log.files, index + 1);
    assert.ok(holds(proof) && standing(proof.checkpoint.note, [log.verifier]) === 'signed');
    assert.deepEqual([proof.record.toString(), proof.index], [line, index]);
    assert.ok(proof.checkpoint.size > index && proof.checkpoint.size <= index + 10);
  }
});

test('records are proven when those before them were deleted with age, and not when the tree of those is gone', async (t) => {
  const old = await endedLog(t, { keyFile: log.keyFile });
  const [first, second] = old.files;
  const gone = linesOf(first!).length;
  rmSync(first!);
  rmSync(checkpointsPath(first!));
  for (const seq of [gone + 1, 45]) assert.ok(holds(proven(old.files, seq)));
  assert.equal(proofsOf(old.files, { seq: 1 }, [log.verifier]), 'no such record');
  rmSync(checkpointsPath(second!));
  assert.equal(proofsOf(old.files, { seq: 45 }, [log.verifier]), 'the records before it are not known');
});

test('nothing is proven by the checkpoints of somebody who is not believed', () => {
  assert.equal(proofsOf(log.files, { seq: 3 }, []), 'no checkpoint covers it');
  assert.equal(proofsOf(log.files, { seq: 99 }, [log.verifier]), 'no such record');
});
