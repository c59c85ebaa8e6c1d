import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../../lib/wire/frame.ts';
import { readFrame, readFrames } from '../../support/mcp/frames.ts';

function codeOf(frame: Frame | undefined): string | undefined {
  return frame?.kind === 'malformed' ? frame.code : frame?.kind;
}

function request(members: string): string {
  return `{"jsonrpc":"2.0","id":1,"method":"tools/call",${members}}`;
}

test('each kind of frame is told by its members', () => {
  const kinds: [string, string][] = [
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', 'request'],
    ['{"jsonrpc":"2.0","method":"notifications/initialized"}', 'notification'],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', 'reply'],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}', 'reply'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what"}}', 'reply'],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 'batch'],
  ];
  for (const [text, kind] of kinds) assert.equal(readFrame(text).kind, kind, text);
});

test('a frame nobody may act on has a code that says why', () => {
  const refused: [string, string][] = [
    ['not json', 'SP8001'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"', 'SP8001'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping",}', 'SP8001'],
    ["{'jsonrpc':'2.0'}", 'SP8001'],
    ['5', 'SP8003'],
    ['{"id":1,"method":"ping"}', 'SP8003'],
    ['{"jsonrpc":2.0,"id":1,"method":"ping"}', 'SP8003'],
    ['{"jsonrpc":"2.0","id":1,"method":5}', 'SP8003'],
    [request('"params":[1]'), 'SP8003'],
    ['{"jsonrpc":"2.0"}', 'SP8003'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'SP8005'],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', 'SP8006'],
    [request('"params":{"name":"a","name":"b"}'), 'SP8006'],
    [request('"params":{"name":"a","n\\u0061me":"b"}'), 'SP8006'],
    [request('"params":{"arguments":{"x":[{"deep":{"a":1,"a":2}}]}}'), 'SP8006'],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 'SP8007'],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', 'SP8007'],
    ['{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', 'SP8007'],
    ['{"jsonrpc":"2.0","id":1,"Method":"ping"}', 'SP8012'],
    ['{"jsonrpc":"2.0","id":1,"m\\u0065thod":"ping"}', 'SP8012'],
    [request('"param\u017f":{}'), 'SP8012'],
    [request('"params":{"Name":"a"}'), 'SP8012'],
    [request('"params":{"arguments":{"path":"a","Path":"b"}}'), 'SP8012'],
  ];
  for (const [text, code] of refused) assert.equal(codeOf(readFrame(text)), code, text);
});

test('deep duplicates in a reply are let in, those in its envelope and result are not', () => {
  assert.equal(readFrame('{"jsonrpc":"2.0","id":1,"result":{"a":{"x":1,"x":2}}}').kind, 'reply');
  assert.equal(codeOf(readFrame('{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}')), 'SP8006');
  assert.equal(codeOf(readFrame('{"jsonrpc":"2.0","id":1,"result":{},"result":{}}')), 'SP8006');
  assert.equal(codeOf(readFrame('{"jsonrpc":"2.0","id":1,"error":{"code":1,"code":2,"message":"m"}}')), 'SP8006');
});

test('a frame that is not UTF-8 is refused with its own code, and answered under its id', () => {
  const bytes = Buffer.from('{"jsonrpc":"2.0","method":"x?","id":5}');
  bytes[bytes.indexOf('?')] = 0xff;
  for (const chunks of [[bytes], [bytes.subarray(0, 29), bytes.subarray(29)]]) {
    const [frame] = readFrames(chunks);
    assert.equal(codeOf(frame), 'SP8002');
    assert.equal(frame?.kind === 'malformed' && frame.id?.key, 5);
    assert.match((frame?.kind === 'malformed' && frame.detail) || '', /\(byte 28\)$/);
  }
});

test('an id that is not UTF-8 is not answered with another one', () => {
  const bytes = Buffer.from('{"jsonrpc":"2.0","id":"?","method":"x"}');
  bytes[bytes.indexOf('?')] = 0xff;
  const [frame] = readFrames([bytes]);
  assert.equal(frame?.kind === 'malformed' && frame.id, undefined);
});

test('a frame over the cap is reported once, under its id, however far over the cap it is', () => {
  for (const size of [1001, 2500, 100_000]) {
    const text = `{"jsonrpc":"2.0","id":"big","method":"m","params":{"a":"${'x'.repeat(size)}"}}`;
    const frames = readFrames([Buffer.from(`${text}\n{"jsonrpc":"2.0","id":2,"method":"ping"}\n`)], {
      maxFrameBytes: 1000,
      maxJsonDepth: 20,
    });
    assert.deepEqual(frames.map(codeOf), ['SP8004', 'request']);
    assert.equal(frames[0]?.kind === 'malformed' && frames[0].id?.key, 'big');
  }
});

test('an empty line is nothing, a byte order mark at the start belongs to no frame, one later is a fault', () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';
  assert.deepEqual(readFrames([Buffer.from(`\ufeff\n \t\r\n${ping}`)]).map(codeOf), ['request']);
  assert.deepEqual(readFrames([Buffer.from(`\ufeff${ping}\ufeff${ping}`)]).map(codeOf), ['request', 'SP8001']);
});

test('an id keeps its exact text and compares by value and type', () => {
  for (const [raw, key] of [
    ['1', 1],
    ['"1"', '1'],
    ['-0', -0],
    ['"a\\u0062"', 'ab'],
    ['9007199254740991', 2 ** 53 - 1],
  ] as const) {
    const frame = readFrame(`{"jsonrpc":"2.0","id":${raw},"method":"ping"}`);
    assert.deepEqual(frame.kind === 'request' && frame.id, { key, raw });
  }
});
