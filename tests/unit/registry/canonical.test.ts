import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical, canonicalText, hashOf } from '../../../lib/registry/canonical.ts';
import { JsonFault } from '../../../lib/registry/json-text.ts';

/** A double by its bits, as RFC 8785 lists them in its appendix. */
function double(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE();
}

test('keys stand in the order of their UTF-16 code units, at every depth, and no space is left', () => {
  const text =
    '{ "\\ufb33":3, "\\ud83d\\ude00": 2, "\\u20ac":1, "b": {"z":0, "a":[{"y":1,"x":2}]}, "1":true, "\\r":null }';
  assert.equal(canonicalText(text), '{"\\r":null,"1":true,"b":{"a":[{"x":2,"y":1}],"z":0},"€":1,"😀":2,"\ufb33":3}');
});

test('texts are escaped as ECMAScript does, and no further', () => {
  assert.equal(
    canonicalText('"\\u20ac$\\u000F\\nA\'\\u0042\\u0022\\u005c\\\\\\"\\/\\u2028"'),
    '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028"',
  );
});

test('numbers have the form of ECMAScript', () => {
  const forms: Readonly<Record<string, string>> = {
    '0000000000000000': '0',
    '8000000000000000': '0',
    '0000000000000001': '5e-324',
    '7fefffffffffffff': '1.7976931348623157e+308',
    '4340000000000000': '9007199254740992',
    '44b52d02c7e14af5': '9.999999999999997e+22',
    '44b52d02c7e14af6': '1e+23',
    '444b1ae4d6e2ef4e': '999999999999999700000',
    '444b1ae4d6e2ef50': '1e+21',
    '3eb0c6f7a0b5ed8c': '9.999999999999997e-7',
    '3eb0c6f7a0b5ed8d': '0.000001',
  };
  for (const [bits, form] of Object.entries(forms)) {
    assert.equal(canonical(double(bits)), form, bits);
    assert.equal(canonicalText(JSON.stringify(double(bits))), form, bits);
  }
});

test('one number has one form however it is written', () => {
  for (const raw of ['1', '1.0', '10e-1', '0.1e1', '1E0', '100e-2', '1.000'])
    assert.equal(canonicalText(raw), '1', raw);
  for (const raw of ['0', '-0', '0.0', '0e5', '-0.00E-3']) assert.equal(canonicalText(raw), '0', raw);
});

test('numbers that are one double and two numbers have two forms', () => {
  const pairs = [
    ['9007199254740993', '9007199254740992'],
    ['18446744073709551615', '18446744073709551616'],
    ['0.1000000000000000055511151231257827', '0.1'],
    ['1e400', '1e401'],
    ['1e-400', '0'],
    ['-1e400', '1e400'],
    ['123456789012345678901234567890', '123456789012345678901234567891'],
  ] as const;
  for (const [a, b] of pairs) {
    assert.notEqual(canonicalText(a), canonicalText(b), a);
    for (const raw of [a, b]) assert.equal(canonicalText(canonicalText(raw)), canonicalText(raw), raw);
  }
  assert.equal(canonicalText('18446744073709551615'), '18446744073709551615');
  assert.equal(canonicalText('1234567890123456789012345'), '1.234567890123456789012345e+24');
  assert.equal(canonicalText('-0.00000012345678901234567890'), '-1.234567890123456789e-7');
  assert.equal(canonicalText('0.00012345678901234567890'), '0.0001234567890123456789');
});

test('a text that two readers could take differently is refused with its place', () => {
  const faults: readonly (readonly [string, JsonFault['kind'], number])[] = [
    ['{"a":1,"b":{"c":1,"c":2}}', 'duplicate', 18],
    ['{"a":1,"\\u0061":2}', 'duplicate', 7],
    ['["\\ud800"]', 'surrogate', 1],
    ['["\\udc00\\ud800"]', 'surrogate', 1],
    ['{"\\ud83d":1}', 'surrogate', 1],
    ['[1e99999]', 'number', 1],
    ['[01]', 'syntax', 2],
    ['[1.]', 'syntax', 2],
    ['[.5]', 'syntax', 1],
    ['[+1]', 'syntax', 1],
    ['[NaN]', 'syntax', 1],
    ["{'a':1}", 'syntax', 1],
    ['[1,]', 'syntax', 3],
    ['{"a":1,}', 'syntax', 7],
    ['"\n"', 'syntax', 1],
    ['"\\x"', 'syntax', 1],
    ['"\\u12"', 'syntax', 1],
    ['[1', 'end', 2],
    ['{"a"', 'end', 4],
    ['"abc', 'end', 4],
    ['', 'end', 0],
    ['1 2', 'syntax', 2],
    ['tru', 'syntax', 0],
    ['['.repeat(202) + ']'.repeat(202), 'depth', 201],
  ];
  for (const [text, kind, offset] of faults) {
    assert.throws(
      () => canonicalText(text),
      (error) => error instanceof JsonFault && error.kind === kind && error.offset === offset,
      text,
    );
  }
});

test('a value JSON cannot hold has no form', () => {
  for (const value of [Number.NaN, [Number.POSITIVE_INFINITY], { a: () => 1 }, undefined, ['\ud800']]) {
    assert.throws(() => canonical(value));
  }
});

test('a hash is SHA-256 over the form', () => {
  const sum = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
  assert.equal(hashOf({}), sum);
  assert.equal(hashOf({ b: 1, a: 2 }), hashOf({ a: 2, b: 1 }));
});
