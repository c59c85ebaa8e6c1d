import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame, RequestFrame } from '../../lib/wire/frame.ts';
import { type Cut, Payload } from '../../lib/wire/payload.ts';
import { parseFrame } from '../../lib/wire/reader.ts';
import { removalsOf } from '../../lib/wire/remove.ts';

const KEYS = ['name', 'arguments', 'uri', '_meta', 'other'];

function frameOf(json: string): Frame {
  const line = Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"m","params":${json}}`);
  return parseFrame(line, { maxFrameBytes: 1_000_000, maxJsonDepth: 100 });
}

function paramsOf(json: string): Payload {
  const frame = frameOf(json);
  assert.equal(frame.kind, 'request');
  return (frame as RequestFrame).params!;
}

function assertReadsLike(spliced: Payload, fresh: Payload): void {
  assert.deepEqual(spliced.keys(), fresh.keys());
  for (const key of fresh.keys()) {
    assert.equal(spliced.member(key)!.text(), fresh.member(key)!.text());
    assert.deepEqual(spliced.span(key), fresh.span(key));
    assert.equal(spliced.string(key), fresh.string(key));
  }
}

test('members are found where they stand after any of their values were replaced', () => {
  const values = fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 });
  const replacements = fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 1 }));
  fc.assert(
    fc.property(values, replacements, (object, replaced) => {
      // What is refused, for instance for keys that differ in their case only, has no members to find.
      fc.pre(frameOf(JSON.stringify(object)).kind === 'request');
      const params = paramsOf(JSON.stringify(object));
      const cuts: Cut[] = [];
      for (const key of params.keys()) {
        if (key in replaced) cuts.push({ ...params.span(key)!, text: JSON.stringify(replaced[key]) });
      }
      const spliced = params.splice(cuts);
      assertReadsLike(spliced, Payload.of(spliced.text()));
      const again = spliced.splice(cuts.length === 0 ? [] : removalsOf(spliced, [spliced.keys()[0]!]));
      assertReadsLike(again, Payload.of(again.text()));
    }),
  );
});

test('members are found after one was added, removed or changed inside', () => {
  const params = paramsOf('{"name":"é","_meta":{"progressToken":7},"arguments":{"a":1}}');
  const at = params.span('_meta')!.start + '{"progressToken":'.length;
  const token = params.splice([{ start: at, end: at + 1, text: '"longer"' }]);
  assertReadsLike(token, Payload.of(token.text()));
  assert.equal(token.member('_meta')!.text(), '{"progressToken":"longer"}');
  assert.deepEqual(token.argumentKeys(), ['a']);
  const added = params.splice([{ start: params.size - 1, end: params.size - 1, text: ',"uri":"x:"' }]);
  assertReadsLike(added, Payload.of(added.text()));
  for (const key of params.keys()) {
    const removed = params.splice(removalsOf(params, [key]));
    assert.equal(removed.has(key), false);
    assertReadsLike(removed, Payload.of(removed.text()));
  }
});

test('a member put into a payload that had none is found', () => {
  const params = paramsOf('{}');
  assert.deepEqual(params.keys(), []);
  const filled = params.splice([{ start: 1, end: 1, text: '"name":"x"' }]);
  assert.equal(filled.string('name'), 'x');
  assertReadsLike(filled, Payload.of(filled.text()));
});
