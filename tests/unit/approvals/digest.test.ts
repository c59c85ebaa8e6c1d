import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callDigest } from '../../../lib/approvals/digest.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const TOOL = { backend: 'b', type: 'tool', id: 't' } as const;

function digestOf(
  json: string,
  resource: typeof TOOL | { backend: string; type: 'prompt'; id: string } = TOOL,
): string {
  return callDigest('tools/call', resource, Payload.of(json));
}

test('layout, the order of keys and how texts are escaped make no difference', () => {
  const plain = digestOf('{"name":"t","arguments":{"a":"é/","b":[1,{"c":null,"d":true}]}}');
  assert.equal(digestOf('{ "arguments" : {"b":[1, {"d":true,"c":null}],"a":"\\u00e9\\/"},\t"name":"t" }'), plain);
  assert.match(plain, /^[0-9a-f]{64}$/);
});

test('what each request carries anew is no part of it', () => {
  const plain = digestOf('{"name":"t","arguments":{}}');
  const carried = '"_meta":{"progressToken":7},"requestState":"x"';
  assert.equal(digestOf(`{"name":"t",${carried},"arguments":{}}`), plain);
  assert.notEqual(digestOf('{"name":"t","arguments":{"_meta":{}}}'), plain, 'inside the arguments it is');
});

test('answers a client brings with a call are part of what is agreed to', () => {
  const plain = digestOf('{"name":"t","arguments":{}}');
  const answered = digestOf('{"name":"t","arguments":{},"inputResponses":{"sure":{"action":"accept"}}}');
  assert.notEqual(answered, plain);
  assert.notEqual(digestOf('{"name":"t","arguments":{},"inputResponses":{"sure":{"action":"decline"}}}'), answered);
});

test('every value counts as it was sent', () => {
  const texts = [
    '1',
    '1.0',
    '1e0',
    '"1"',
    'true',
    'null',
    '[1]',
    '{"a":1}',
    '[]',
    '{}',
    '""',
    '-0',
    '0',
    '10000000000000001',
    '10000000000000002',
  ];
  const digests = texts.map((value) => digestOf(`{"arguments":{"a":${value}}}`));
  assert.equal(new Set(digests).size, texts.length);
  assert.notEqual(digestOf('{"arguments":{"a":1,"b":2}}'), digestOf('{"arguments":{"a":2,"b":1}}'));
});

test('so do the method, the backend, the kind and the name', () => {
  const digests = [
    callDigest('tools/call', TOOL, undefined),
    callDigest('prompts/get', TOOL, undefined),
    callDigest('tools/call', { ...TOOL, backend: 'c' }, undefined),
    callDigest('tools/call', { ...TOOL, id: 'u' }, undefined),
    callDigest('tools/call', { ...TOOL, type: 'prompt' }, undefined),
    callDigest('tools/call', { ...TOOL, backend: 'b"', id: 't' }, undefined),
    callDigest('tools/call', TOOL, Payload.of('null')),
  ];
  assert.equal(new Set(digests).size, digests.length);
});

test('what JSON readers do not agree on is the same only byte for byte', () => {
  const half = '{"arguments":{"a":"\\ud800"}}';
  assert.equal(digestOf(half), digestOf(half));
  assert.notEqual(digestOf(half), digestOf(half.replace('ud800', 'ud801')));
  assert.notEqual(digestOf(half), digestOf(half.replace(':{', ': {')));
});
