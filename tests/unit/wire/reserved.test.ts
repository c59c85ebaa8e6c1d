import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../../lib/wire/frame.ts';
import { parseFrame } from '../../../lib/wire/reader.ts';
import { cleared, TOKEN_KEY } from '../../../lib/wire/reserved.ts';

const LIMITS = { maxFrameBytes: 1_000_000, maxJsonDepth: 64 };

function frameOf(text: string): Frame {
  return parseFrame(Buffer.from(text), LIMITS);
}

function paramsAfter(meta: string): { readonly text: string | undefined; readonly token: string | undefined } {
  const { frame, token } = cleared(
    frameOf(`{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1.0,"_meta":${meta},"z":2}}`),
  );
  return { text: frame.kind === 'request' ? frame.params?.text() : undefined, token };
}

test('the reserved key is taken out, however it is spelt, and all else stays byte for byte', () => {
  const key = '"dev.sallyport/token"';
  const cases: [meta: string, after: string, token: string | undefined][] = [
    [`{${key}:"abc"}`, '{}', 'abc'],
    [`{ ${key} : "a\\u0062c" , "n":1.50}`, '{"n":1.50}', 'abc'],
    [`{"n" : 1.50, ${key}:"abc"}`, '{"n" : 1.50}', 'abc'],
    [`{"x":"é", ${key}:"abc","y":[1, 2]}`, '{"x":"é","y":[1, 2]}', 'abc'],
    ['{"dev\\u002esallyport\\/token":"abc"}', '{}', 'abc'],
    ['{"DEV.SALLYPORT/TOKEN":"abc","n":1}', '{"n":1}', undefined],
    ['{"dev.\u017fallyport/to\u212aen":"abc"}', '{}', undefined],
    [`{${key}:7}`, '{}', ''],
    [`{${key}:{"a":"b"}}`, '{}', ''],
    [`{${key}:null}`, '{}', ''],
  ];
  for (const [meta, after, token] of cases) {
    assert.deepEqual(paramsAfter(meta), { text: `{"a":1.0,"_meta":${after},"z":2}`, token }, meta);
  }
});

test('a frame without the key is the very same', () => {
  for (const meta of [
    '{}',
    '7',
    '[]',
    '"dev.sallyport/token"',
    '{"dev.sallyport/tokens":"a"}',
    `{"a":{"${TOKEN_KEY}":1}}`,
  ]) {
    const frame = frameOf(`{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":${meta}}}`);
    assert.equal(cleared(frame).frame, frame, meta);
  }
  for (const text of ['{"jsonrpc":"2.0","method":"m"}', '[]', '{', '{"jsonrpc":"2.0","id":1,"result":{}}']) {
    const frame = frameOf(text);
    assert.equal(cleared(frame).frame, frame, text);
  }
});

test('notifications and answers of a client lose it as well', () => {
  const notice = cleared(frameOf(`{"jsonrpc":"2.0","method":"m","params":{"_meta":{"${TOKEN_KEY}":"abc"}}}`));
  assert.deepEqual(
    [notice.token, notice.frame.kind === 'notification' && notice.frame.params?.text()],
    ['abc', '{"_meta":{}}'],
  );
  const reply = cleared(frameOf(`{"jsonrpc":"2.0","id":1,"result":{"_meta":{"${TOKEN_KEY}":"abc"}}}`));
  assert.ok(reply.frame.kind === 'reply' && reply.frame.result?.text() === '{"_meta":{}}');
});

test('whatever else `_meta` holds, it is left as it is and the key is gone', () => {
  const key = fc.constantFrom('a', 'b', TOKEN_KEY, 'Dev.Sallyport/Token', 'dev.sallyport/denial', '\u2028');
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 2 })), (meta) => {
      const { text } = paramsAfter(JSON.stringify(meta));
      const left = JSON.parse(text!)._meta;
      const kept = Object.entries(meta).filter(([name]) => name.toLowerCase() !== TOKEN_KEY);
      assert.deepEqual(left, JSON.parse(JSON.stringify(Object.fromEntries(kept))));
    }),
  );
});

test('answers that a request brings along lose it, and show nothing', () => {
  const key = '"dev.sallyport/token"';
  const inside = `{"a":{"content":{"x":1.0,"_meta":{${key}:"deep"}},"_meta":{${key}:"t","n":2}},"b":7,"c":{"_meta":{"n":1}}}`;
  const after = `{"a":{"content":{"x":1.0,"_meta":{${key}:"deep"}},"_meta":{"n":2}},"b":7,"c":{"_meta":{"n":1}}}`;
  for (const [meta, left, token] of [
    [`"_meta":{${key}:"mine"}`, '"_meta":{}', 'mine'],
    ['"_meta":{"n":1}', '"_meta":{"n":1}', undefined],
  ] as const) {
    for (const both of [
      (own: string, answers: string) => `{${own},"inputResponses":${answers},"z":2}`,
      (own: string, answers: string) => `{"inputResponses":${answers},"z":2,${own}}`,
    ]) {
      const found = cleared(frameOf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${both(meta, inside)}}`));
      assert.equal(found.frame.kind === 'request' && found.frame.params?.text(), both(left, after));
      assert.equal(found.token, token);
    }
  }
});
