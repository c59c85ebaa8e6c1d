import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Payload } from '../../../lib/wire/payload.ts';
import { rewriteStrings } from '../../../lib/wire/rewrite.ts';
import { readFrame, readFrames } from '../../support/mcp/frames.ts';

const CASES = [
  ['U+0085', '\u0085', '\\u0085'],
  ['U+2028', '\u2028', '\\u2028'],
  ['U+2029', '\u2029', '\\u2029'],
] as const;

function paramsOf(text: string): string | undefined {
  const frame = readFrame(text);
  return frame.kind === 'request' ? frame.params?.text() : undefined;
}

for (const [name, raw, escaped] of CASES) {
  test(`${name} inside a string is forwarded as its escape`, () => {
    const text = `{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"x${raw}y","${raw}":1.10}}`;
    assert.equal(paramsOf(text), `{"a":"x${escaped}y","${escaped}":1.10}`);
  });

  test(`${name} between tokens is not JSON`, () => {
    const frame = readFrame(`{"jsonrpc":"2.0",${raw}"id":1,"method":"m"}`);
    assert.equal(frame.kind === 'malformed' && frame.code, 'SP8001');
  });

  test(`${name} in the id of a refused frame does not come back raw`, () => {
    const frame = readFrame(`{"jsonrpc":"1.0","id":"a${raw}b","method":"m"}`);
    assert.equal(frame.kind === 'malformed' && frame.id?.raw, `"a${escaped}b"`);
    const twice = readFrame(`{"jsonrpc":"2.0","id":"a${raw}b","method":"m","method":"n"}`);
    assert.equal(twice.kind === 'malformed' && twice.id?.raw, `"a${escaped}b"`);
  });

  test(`${name} in a text the gateway rewrites stays an escape`, () => {
    const body = Payload.of(`{"message":"a${escaped}b"}`);
    const named = rewriteStrings(body, [['message']], '"message"', (text) => `[files] ${text}`);
    assert.equal(named.text(), `{"message":"[files] a${escaped}b"}`);
    assert.equal(Payload.of(JSON.stringify({ a: raw })).text(), `{"a":"${escaped}"}`);
  });
}

test('a raw CR between tokens becomes a space, so that no reader sees a second line', () => {
  const smuggled = '{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1,\r"b":2}\r}';
  assert.equal(paramsOf(smuggled), '{"a":1, "b":2}');
});

test('a CR before the newline is part of the line end, and one in a string is not JSON', () => {
  const [frame] = readFrames([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"m"}\r\n')]);
  assert.equal(frame?.kind, 'request');
  assert.equal(readFrame('{"jsonrpc":"2.0","id":1,"method":"a\rb"}').kind, 'malformed');
});

test('a separator cut by chunk borders is found as well', () => {
  const text = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"\u2028"}}');
  const at = text.indexOf(0xe2);
  for (const cut of [at + 1, at + 2]) {
    const [frame] = readFrames([text.subarray(0, cut), text.subarray(cut)]);
    assert.equal(frame?.kind === 'request' && frame.params?.text(), '{"a":"\\u2028"}');
  }
});
