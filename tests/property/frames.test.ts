import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chunked, readFrames, shown } from '../support/mcp/frames.ts';
import { jsonText, mutated, objectText, stringText } from '../support/mcp/json-text.ts';

const CAP = 600;
const LIMITS = { maxFrameBytes: CAP, maxJsonDepth: 20 };
const GOOD = '{"jsonrpc":"2.0","id":"after","method":"ping"}';

/** Members of a frame that never leave as they are: decoded text, and words for the log. */
const LOCAL = new Set(['key', 'method', 'detail']);

const id = fc.oneof(fc.integer().map(String), stringText, fc.constantFrom('null', '1.5', '-0', '1e3', '[1]'));

const envelope = fc
  .record(
    {
      jsonrpc: fc.constantFrom('"2.0"', '"2.0"', '"2.0"', '"1.0"'),
      id,
      method: fc.constantFrom('"tools/call"', '"ping"', '5', '"a\u2028b"'),
      params: fc.oneof(objectText({ unique: false, depth: 2 }), jsonText({ depth: 1 })),
      result: objectText({ unique: false, depth: 2 }),
      error: fc.constantFrom('{"code":-32000,"message":"no"}', '{"code":"x"}', 'null'),
      more: jsonText({ depth: 2 }),
    },
    { requiredKeys: ['jsonrpc'] },
  )
  .chain((members) => fc.shuffledSubarray(Object.entries(members), { minLength: 1 }))
  .map((members) => `{${members.map(([key, value]) => `"${key}": ${value}`).join(',')}}`);

/** Frames around and far over the cap, with the id before or after what makes them big. */
const oversized = fc
  .tuple(fc.constantFrom(CAP - 60, CAP, CAP * 2, CAP * 5, CAP * 20), fc.boolean(), fc.constantFrom('x', 'é', ' '))
  .map(([size, idFirst, filler]) => {
    const big = `"params":{"text":"${filler.repeat(size)}"}`;
    const known = `"jsonrpc":"2.0","method":"m","id":7`;
    return idFirst ? `{${known},${big}}` : `{${big},${known}}`;
  });

const line: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: envelope.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: mutated(envelope).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: oversized.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\t\r', '\ufeff', '\ufeff{}', '[1,{}]', '[]').map(Buffer.from) },
  { weight: 1, arbitrary: fc.constantFrom(' '.repeat(CAP + 1), ' '.repeat(CAP * 5)).map(Buffer.from) },
  { weight: 2, arbitrary: withBadBytes(envelope) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)) },
);

/** A frame with bytes in it that are no UTF-8, or only the beginning of a character. */
function withBadBytes(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const bad = fc.constantFrom([0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80]);
  return fc.tuple(text, fc.nat(), bad).map(([whole, at, bytes]) => {
    const buffer = Buffer.from(whole);
    const point = at % (buffer.length + 1);
    return Buffer.concat([buffer.subarray(0, point), Buffer.from(bytes), buffer.subarray(point)]);
  });
}

const stream: fc.Arbitrary<Buffer> = fc
  .record({
    mark: fc.constantFrom('', '', '\ufeff'),
    lines: fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\n\n')), { minLength: 1, maxLength: 8 }),
    last: fc.constantFrom('', GOOD),
  })
  .map(({ mark, lines, last }) =>
    Buffer.concat([
      Buffer.from(mark),
      ...lines.flatMap(([bytes, end]) => [bytes, Buffer.from(end)]),
      Buffer.from(last),
    ]),
  );

test('a stream gives the same frames however it is cut into chunks', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 30 }), (bytes, points) => {
      const whole = readFrames([bytes], LIMITS).map(shown);
      assert.deepEqual(readFrames(chunked(bytes, points), LIMITS).map(shown), whole);
    }),
    { numRuns: 400 },
  );
});

test('a stream gives the same frames byte by byte, and in chunks too big to be gathered', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const whole = readFrames([bytes], LIMITS).map(shown);
      const single = Array.from(bytes, (byte) => Buffer.from([byte]));
      assert.deepEqual(readFrames(single, LIMITS).map(shown), whole);
      const padded = Buffer.concat([Buffer.alloc(5000, ' '), Buffer.from('\n'), bytes]);
      const split = 5001 + Math.floor(bytes.length / 2);
      const wide = { ...LIMITS, maxFrameBytes: 100_000 };
      const halves = [padded.subarray(0, split), padded.subarray(split)];
      assert.deepEqual(readFrames(halves, wide).map(shown), readFrames([padded], wide).map(shown));
    }),
    { numRuns: 150 },
  );
});

test('no bytes crash the reader, and the good line after any of them is read', () => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.array(line, { maxLength: 3 }).map((lines) => Buffer.concat(lines)),
  );
  fc.assert(
    fc.property(garbage, fc.array(fc.nat(), { maxLength: 6 }), (bytes, points) => {
      const frames = readFrames(chunked(Buffer.concat([bytes, Buffer.from(`\n${GOOD}\n`)]), points), LIMITS);
      const last = frames.at(-1);
      assert.equal(last?.kind === 'request' && last.id.key, 'after');
    }),
    { numRuns: 500 },
  );
});

test('frames of many chunks come out the same, whatever their sizes', () => {
  const text = fc.array(fc.constantFrom('plain text ', 'é', '漢字', '😀', '\\n', '\\ud83d\\ude00', '\u2028', '"'), {
    minLength: 1,
    maxLength: 12,
  });
  const big = fc.tuple(text, fc.nat(9000)).map(([pieces, times]) => {
    const filler = pieces.join('').repeat(times).slice(0, 200_000).replaceAll('"', '\\"');
    return Buffer.from(`{"jsonrpc":"2.0","id":"é","method":"m","params":{"text":"${filler}","n":1.10}}\n`);
  });
  fc.assert(
    fc.property(big, line, fc.array(fc.nat(), { maxLength: 12 }), (frame, other, points) => {
      const bytes = Buffer.concat([frame, other, Buffer.from('\n'), frame]);
      const wide = { ...LIMITS, maxFrameBytes: 1_000_000 };
      assert.deepEqual(readFrames(chunked(bytes, points), wide).map(shown), readFrames([bytes], wide).map(shown));
    }),
    { numRuns: 60 },
  );
});

test('no payload that is read, and no id a frame is answered with, holds a character that splits lines', () => {
  fc.assert(
    fc.property(line, (bytes) => {
      for (const frame of readFrames([bytes], LIMITS)) {
        JSON.stringify(shown(frame), (key, value) => {
          if (typeof value === 'string' && !LOCAL.has(key)) assert.doesNotMatch(value, /[\r\n\u0085\u2028\u2029]/);
          return value;
        });
      }
    }),
    { numRuns: 500 },
  );
});
