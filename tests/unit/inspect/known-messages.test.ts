import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestInSteps, KnownMessages } from '../../../lib/inspect/known-messages.ts';
import { InspectionThread } from '../../../lib/inspect/thread/inspection-thread.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** A thread that numbers its answers, and finds something in what holds `attack`. */
const NUMBERED = `const { parentPort } = require('node:worker_threads');
let text = '', count = 0;
parentPort.on('message', (question) => {
  if ('part' in question) { text += Buffer.from(question.part).toString(); return; }
  const hits = text.includes('attack') ? [{ piece: 0, start: 0, end: 1, rule: 'x' }] : [];
  text = '';
  const assessment = { score: 0, hits, structural: [] };
  parentPort.postMessage({ whole: { assessment, pieces: [], end: String(++count), shown: '' } });
});
parentPort.postMessage({ ready: true });`;

function digest(message: Payload): { digest: string; pauses: number } {
  const steps = digestInSteps(message);
  for (let pauses = 0; ; pauses++) {
    const { done, value } = steps.next();
    if (done === true) return { digest: value, pauses };
  }
}

test('a digest is that of the bytes of a message alone, however they lie, and pauses in large ones', () => {
  const bytes = Buffer.from(`"${'a text, '.repeat(400_000)}"`);
  const around = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('}')]);
  const parts = [0, 2, 5, 1_500_000, 1_500_001].map((at, index, all) => around.subarray(at, all[index + 1]));
  const expected = createHash('sha256').update(bytes).digest('base64');
  assert.deepEqual(digest(new Payload(parts, 3, 3 + bytes.length)), { digest: expected, pauses: 3 });
  assert.equal(digest(new Payload([bytes], 0, bytes.length)).digest, expected);
  assert.notEqual(digest(new Payload(parts, 2, 3 + bytes.length)).digest, expected);
});

test('what was asked for last is known, and no more than there is room for', () => {
  const known = new KnownMessages<number>(2);
  known.keep('a', 1);
  known.keep('b', 2);
  assert.equal(known.of('a'), 1);
  known.keep('c', 3);
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => known.of(key)),
    [1, undefined, 3],
  );
});

test('a large message is read once when it comes again, unless something was found or it stands elsewhere', async (t) => {
  const program = join(temporaryFolder(t), 'thread.cjs');
  writeFileSync(program, NUMBERED);
  const thread = new InspectionThread({}, program);
  const read = async (text: string, before = '', channel: 'args' | 'result' = 'result') =>
    (await thread.read(Payload.of(JSON.stringify(text)), channel, before)).end;
  assert.deepEqual([await read('one'), await read('one'), await read('two'), await read('one')], ['1', '1', '2', '1']);
  assert.deepEqual([await read('one', 'begun'), await read('one', '', 'args')], ['3', '4']);
  assert.deepEqual([await read('an attack'), await read('an attack')], ['5', '6']);
});
