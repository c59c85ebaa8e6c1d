import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ScanFault, Scanner } from '../../lib/wire/scanner.ts';
import { chunked, readFrame, readFrames } from '../support/mcp/frames.ts';
import { jsonText, mutated, objectText, stringText } from '../support/mcp/json-text.ts';

const DEPTH = 12;
/** Faults that are not about being JSON at all. */
const ABOUT_KEYS: ReadonlySet<string> = new Set(['duplicate', 'confusable']);

function scan(chunks: readonly Buffer[]): ScanFault | undefined {
  const scanner = new Scanner(DEPTH);
  scanner.begin(0);
  for (const chunk of chunks) scanner.feed(chunk, 0, chunk.length);
  return scanner.finish();
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return isUtf8(bytes);
  } catch {
    return false;
  }
}

/** Levels of objects and arrays inside each other. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** A fault of a key ends the scan, so that nothing is known of the rest. */
function accepts(bytes: Buffer, points: readonly number[]): boolean {
  const fault = scan(chunked(bytes, points));
  fc.pre(fault === undefined || !ABOUT_KEYS.has(fault.kind));
  return fault === undefined;
}

const cuts = fc.array(fc.nat(), { maxLength: 5 });

test('the scanner accepts every JSON text, laid out in any way', () => {
  fc.assert(
    fc.property(jsonText(), cuts, (text, points) => {
      JSON.parse(text);
      assert.ok(accepts(Buffer.from(text), points), text);
    }),
    { numRuns: 500 },
  );
});

test('the scanner accepts a changed text exactly when JSON.parse does', () => {
  fc.assert(
    fc.property(mutated(jsonText({ depth: 2 })), cuts, (text, points) => {
      const bytes = Buffer.from(text.replaceAll('\n', ''));
      assert.equal(accepts(bytes, points), isJson(bytes), text);
    }),
    { numRuns: 3000 },
  );
});

test('the scanner accepts changed bytes exactly when they are UTF-8 that JSON.parse accepts', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0x80, max: 0xff }), fc.boolean());
  fc.assert(
    fc.property(
      jsonText({ depth: 1 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      cuts,
      (text, changes, points) => {
        let bytes: Buffer = Buffer.from(text);
        for (const [where, byte, replaces] of changes) {
          const at = where % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(replaces ? at + 1 : at)]);
        }
        assert.equal(accepts(bytes, points), isJson(bytes));
      },
    ),
    { numRuns: 2000 },
  );
});

test('literals and numbers are accepted exactly as JSON.parse accepts them, alone and inside an array', () => {
  const close = fc.array(fc.constantFrom(...'-+.0123eE', 'true', 'null', 'fals', 'Infinity', 'NaN', '0x1'), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(close, cuts, (parts, points) => {
      for (const text of [parts.join(''), `[${parts.join('')}]`]) {
        const bytes = Buffer.from(text);
        assert.equal(accepts(bytes, points), isJson(bytes), text);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a value is refused for its depth exactly when it is nested deeper than the limit', () => {
  const nested = fc.array(fc.constantFrom('[', '{"a":'), { maxLength: DEPTH * 2 });
  fc.assert(
    fc.property(nested, jsonText({ depth: 2 }), cuts, (opened, inner, points) => {
      const closed = opened.map((open) => (open === '[' ? ']' : '}')).reverse();
      const text = opened.join('') + inner + closed.join('');
      const fault = scan(chunked(Buffer.from(text), points));
      assert.equal(fault?.kind === 'depth', depthOf(JSON.parse(text)) > DEPTH, text);
    }),
    { numRuns: 500 },
  );
});

/** The same key in two spellings: as it is, and with its first character escaped. */
function spellings(key: string): [string, string] {
  const rest = key.slice(2, -1);
  if (key.length === 2 || key[1] === '\\' || key.codePointAt(1)! > 0xffff) return [key, key];
  return [key, `"\\u${key.charCodeAt(1).toString(16).padStart(4, '0')}${rest}"`];
}

test('a key that stands twice in any object inside `params` is refused, however it is spelt', () => {
  const place = fc.array(fc.constantFrom('[1,', '{"arguments":', '{"deeper":', '[['), { maxLength: 5 });
  fc.assert(
    fc.property(
      place,
      stringText,
      fc.boolean(),
      jsonText({ depth: 1 }),
      cuts,
      (opened, key, escaped, between, points) => {
        const [plain, other] = spellings(key);
        const twice = `{${plain}:1,"between":${between},${escaped ? other : plain}:2}`;
        const closed = opened.map((open) => (open.startsWith('{') ? '}' : open === '[[' ? ']]' : ']')).reverse();
        const params = `{"in":${opened.join('')}${twice}${closed.join('')}}`;
        const text = `{"jsonrpc":"2.0","id":1,"method":"m","params":${params}}`;
        const [frame] = readFrames(chunked(Buffer.from(text), points));
        assert.equal(frame?.kind === 'malformed' && frame.code, 'SP8006', params);
      },
    ),
    { numRuns: 500 },
  );
});

test('an object without confusable keys inside `params` is let in', () => {
  fc.assert(
    fc.property(objectText({ depth: 3 }), (text) => {
      const frame = readFrame(`{"jsonrpc":"2.0","id":1,"method":"m","params":{"deeper":${text}}}`);
      assert.equal(frame.kind, 'request', text);
    }),
    { numRuns: 500 },
  );
});
