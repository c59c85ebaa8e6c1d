import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeHeaderValue, encodeHeaderValue } from '../../lib/protocol/header-values.ts';
import { mismatchedParamHeader, type ParamHeader, paramHeaderValues } from '../../lib/protocol/param-headers.ts';

const marks = fc.constantFrom('=?base64?', '?=', '=', ' ', '\t', '\r\n', 'eA==', 'é');
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.oneof(marks, fc.string({ maxLength: 4 })), { maxLength: 6 }).map((parts) => parts.join('')),
);

test('every text comes back from its header value, which is one line of ASCII that trimming does not change', () => {
  fc.assert(
    fc.property(text, (value) => {
      const header = encodeHeaderValue(value);
      assert.match(header, /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/);
      assert.equal(decodeHeaderValue(header), value);
    }),
    { numRuns: 2000 },
  );
});

test('no two header values that are read as encoded stand for one text', () => {
  const encoded = fc.stringMatching(/^=\?base64\?[A-Za-z0-9+/=]{0,12}\?=$/);
  fc.assert(
    fc.property(encoded, (header) => {
      const value = decodeHeaderValue(header);
      if (value !== undefined && encodeHeaderValue(value) !== value) assert.equal(encodeHeaderValue(value), header);
    }),
    { numRuns: 2000 },
  );
});

test('headers made from arguments agree with them, and with no other arguments', () => {
  const headers: ParamHeader[] = [
    { header: 'Mcp-Param-A', path: ['a'], type: 'string' },
    { header: 'Mcp-Param-B', path: ['in', 'b'], type: 'integer' },
    { header: 'Mcp-Param-C', path: ['c'], type: 'boolean' },
  ];
  const args = fc.record(
    {
      a: fc.option(text),
      in: fc.record({ b: fc.option(fc.maxSafeInteger()) }, { requiredKeys: [] }),
      c: fc.option(fc.boolean()),
    },
    { requiredKeys: [] },
  );
  const said = (value: { a?: unknown; in?: { b?: unknown }; c?: unknown }) =>
    JSON.stringify([value.a ?? null, value.in?.b ?? null, value.c ?? null]);
  fc.assert(
    fc.property(args, args, (mine, other) => {
      const sent = paramHeaderValues(headers, mine);
      const lines = (header: string) => sent.filter(([name]) => name === header).map(([, value]) => value);
      assert.equal(mismatchedParamHeader(headers, mine, lines), undefined);
      const agreesWithOther = mismatchedParamHeader(headers, other, lines) === undefined;
      assert.equal(agreesWithOther, said(mine) === said(other));
    }),
  );
});
