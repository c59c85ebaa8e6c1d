import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHeaderValue, encodeHeaderValue } from '../../../lib/protocol/header-values.ts';
import { nameHeaderKey } from '../../../lib/protocol/name-header.ts';

test('plain ASCII goes as it is, everything else as base64 between the marks', () => {
  const cases: [string, string][] = [
    ['us-west1', 'us-west1'],
    ['a b\tc', 'a b\tc'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['=?base64?=', '=?base64?PT9iYXNlNjQ/PQ==?='],
    ['=?BASE64?eA==?=', '=?BASE64?eA==?='],
    ['', '=?base64??='],
    ['\u007f', '=?base64?fw==?='],
  ];
  for (const [text, value] of cases) {
    assert.equal(encodeHeaderValue(text), value);
    assert.equal(decodeHeaderValue(value), text);
  }
});

test('space around a value is no part of it', () => assert.equal(decodeHeaderValue(' \t x y \t'), 'x y'));

test('a value that could be read two ways or not at all stands for nothing', () => {
  const bad = [
    '=?base64?eA?=', // no padding
    '=?base64?eA===?=', // too much of it
    '=?base64?eB==?=', // bits after the end
    '=?base64?e A==?=',
    '=?base64?_-A=?=', // the alphabet of URLs
    '=?base64?/w==?=', // no UTF-8
    '=?base64?7aCA?=', // a lone surrogate
    '=?base64?=',
    'caf\u00e9',
    'a\u0000b',
    'a\nb',
  ];
  for (const value of bad) assert.equal(decodeHeaderValue(value), undefined, value);
});

test('the header of a name repeats the member that names the subject, where there is one', () => {
  const keys = ['tools/call', 'prompts/get', 'resources/read', 'tasks/get', 'tasks/update', 'tasks/cancel'];
  assert.deepEqual(keys.map(nameHeaderKey), ['name', 'name', 'uri', 'taskId', 'taskId', 'taskId']);
  const none = ['tools/list', 'completion/complete', 'resources/subscribe', 'tasks/result', 'initialize', 'TOOLS/CALL'];
  assert.deepEqual(none.map(nameHeaderKey), Array(none.length).fill(undefined));
});
