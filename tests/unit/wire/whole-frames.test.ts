import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { MeteredReader } from '../../../lib/wire/metered-reader.ts';
import { FrameReader } from '../../../lib/wire/reader.ts';
import { chunked, LIMITS, readFrame, shown } from '../../support/mcp/frames.ts';
import { jsonText } from '../../support/mcp/json-text.ts';

/** The frames of texts that each end where the reader is told so, not at a newline. */
function readWhole(texts: readonly string[], points: readonly number[] = [], limits = LIMITS): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader(limits, (frame) => frames.push(frame), 'whole');
  for (const text of texts) {
    for (const chunk of chunked(Buffer.from(text), points)) reader.push(chunk);
    reader.end();
  }
  return frames;
}

test('a frame over many lines is read as one, and nothing of its line breaks is handed on', () => {
  const pretty = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { a: [1, { b: 'x\ny' }], c: {} } }, null, 2);
  for (const text of [pretty, pretty.replaceAll('\n', '\r\n'), pretty.replaceAll('\n', '\r'), `\ufeff\n${pretty}\n`]) {
    const [frame] = readWhole([text], [7, 30, 31]);
    assert.ok(frame?.kind === 'reply' && frame.result !== undefined);
    assert.doesNotMatch(frame.result.text(), /[\r\n]/);
    assert.deepEqual(frame.result.json(), { a: [1, { b: 'x\ny' }], c: {} });
  }
});

test('whatever the layout and the chunks, a whole frame is the one its line would have been', () => {
  fc.assert(
    fc.property(jsonText(), fc.array(fc.nat(), { maxLength: 4 }), (value, points) => {
      const line = `{"jsonrpc":"2.0","id":7,"method":"m","params":{"arguments":{"x":${value.replace(/[\r\n]/g, ' ')}}}}`;
      const laid = `{"jsonrpc":"2.0",\n"id":7\r\n,"method":"m"\n,"params":{"arguments":\n{"x":${value}}\n}}`;
      const [frame] = readWhole([laid], points);
      const expected = readFrame(line);
      assert.equal(frame?.kind, expected.kind);
      if (frame?.kind !== 'request' || expected.kind !== 'request') return;
      assert.deepEqual(frame.params!.json(), expected.params!.json());
      assert.doesNotMatch(frame.params!.text(), /[\r\n]/);
    }),
    { numRuns: 300 },
  );
});

test('a raw line break in a string is a fault, two values in one frame are one, and one frame does not touch the next', () => {
  const good = '{"jsonrpc":"2.0","id":1,"result":{}}';
  const broken = good.replace('{}', '{"a":"x\ny"}');
  const kinds = readWhole([good, broken, `${good}\n${good}`, '', ' \n ', good.replace('1', '2')]).map(
    ({ kind }) => kind,
  );
  assert.deepEqual(kinds, ['reply', 'malformed', 'malformed', 'reply']);
});

test('a whole frame over the cap is reported under its id, and the next one is read', () => {
  const big = `{"jsonrpc":"2.0","result":{"a":"${'x'.repeat(5000)}"},\n"id":4}`;
  const limits = { maxFrameBytes: 1000, maxJsonDepth: 20 };
  const [first, second] = readWhole([big, '{"jsonrpc":"2.0","id":5,"result":{}}'], [100, 900, 4000], limits);
  assert.deepEqual(first && shown(first), {
    kind: 'malformed',
    code: 'SP8004',
    detail: 'the frame has more than 1000 bytes',
    id: { key: 4, raw: '4' },
    as: 'reply',
    size: big.length,
  });
  assert.equal(second?.kind, 'reply');
});

test('what was begun and will never be complete gives its bytes back', () => {
  const budget = new ByteBudget(1_000_000);
  const frames: Frame[] = [];
  const reader = new MeteredReader(LIMITS, budget, (frame) => frames.push(frame), 'whole');
  reader.push(Buffer.alloc(5000, '{'));
  reader.push(Buffer.alloc(700, '{'));
  assert.equal(budget.used, 5700);
  reader.drop();
  assert.deepEqual([budget.used, frames], [0, []]);
});
