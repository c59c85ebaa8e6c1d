import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { captureArguments } from '../../../lib/audit/capture.ts';
import { createMask } from '../../../lib/model/mask.ts';
import { Payload } from '../../../lib/wire/payload.ts';

type Mode = Parameters<typeof captureArguments>[2];

const SECRET = 'correct-horse-battery';
const plain = (text: string) => text;

function capture(json: string, mode: Mode = 'redacted', mask: (text: string) => string = plain) {
  const value = JSON.parse(json);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const { shown, digest } = captureArguments(Payload.of(json), keys, mode, mask);
  return { shown, digest, value: shown === undefined ? undefined : JSON.parse(shown) };
}

const digestOf = (json: string) => createHash('sha256').update(json).digest('hex');

test('`none` keeps nothing, `hash` the digest of the bytes, `full` the text as it was sent', () => {
  const json = '{"a": 1.50, "password":"x"}';
  assert.deepEqual(captureArguments(Payload.of(json), ['a'], 'none', plain), { shown: undefined, digest: undefined });
  assert.deepEqual(capture(json, 'hash'), { shown: undefined, digest: digestOf(json), value: undefined });
  assert.equal(capture(json, 'full').shown, json);
  assert.equal(captureArguments(undefined, [], 'full', plain).shown, undefined);
});

test('`redacted` keeps structure, numbers and short texts as they are', () => {
  const json = '{"path":"/tmp/a b.txt","n":12345678901234567890,"deep":[{"ok":true},null,[]]}';
  assert.deepEqual(capture(json), { shown: json, digest: undefined, value: JSON.parse(json) });
});

test('`redacted` masks whatever stands under a name of a secret, at any depth and of any type', () => {
  for (const key of [
    'password',
    'db_passwd',
    'API-Key',
    'apikey',
    'access_token',
    'client_secret',
    'Authorization',
    'cookie',
    'privateKey',
    'credentials',
    'sessionId',
    'auth',
    'pwd',
    'passphrase',
  ]) {
    const json = JSON.stringify({ outer: [{ [key]: { inner: SECRET } }], [key]: 12 });
    const { shown, digest, value } = capture(json);
    assert.deepEqual(value, { outer: [{ [key]: '[redacted]' }], [key]: '[redacted]' }, key);
    assert.ok(!shown!.includes(SECRET));
    assert.equal(digest, digestOf(json));
  }
  for (const key of ['passenger', 'tokenizer', 'author', 'keyword']) {
    assert.deepEqual(capture(JSON.stringify({ [key]: 'x' })).value, { [key]: 'x' }, key);
  }
});

test('`redacted` replaces long texts by their length wherever they stand', () => {
  const long = 'y'.repeat(65);
  const fits = 'y'.repeat(64);
  const json = JSON.stringify({ long, fits, list: [long, fits], in: { long } });
  const { value, digest } = capture(json);
  assert.deepEqual(value, {
    long: '[65 characters]',
    fits,
    list: ['[65 characters]', fits],
    in: { long: '[65 characters]' },
  });
  assert.equal(digest, digestOf(json));
  assert.equal(capture(JSON.stringify(long)).value, '[65 characters]');
});

test('more than 4 KB become a size and a digest, counted in bytes', () => {
  for (const json of [
    JSON.stringify({ a: Array(3000).fill(7) }),
    JSON.stringify({ a: Array(60).fill('日本語'.repeat(10)) }),
  ]) {
    for (const mode of ['redacted', 'full'] as const) {
      const size = Buffer.byteLength(json);
      assert.deepEqual(capture(json, mode), {
        shown: `"[${size} bytes]"`,
        digest: digestOf(json),
        value: `[${size} bytes]`,
      });
    }
  }
  const huge = JSON.stringify({ a: 'z'.repeat(1_000_000) });
  assert.equal(capture(huge).value, `[${huge.length} bytes]`);
});

test('keys such as `__proto__` are ordinary ones and change nothing', () => {
  const json =
    '{"__proto__":{"password":"x","polluted":"yes"},"constructor":{"prototype":{"polluted":1}},"toString":"t"}';
  const { shown } = capture(json);
  assert.equal(
    shown,
    '{"__proto__":{"password":"[redacted]","polluted":"yes"},"constructor":{"prototype":{"polluted":1}},"toString":"t"}',
  );
  const secret = capture('{"__proto__":{"a":"correct-horse-battery"}}', 'full', createMask([SECRET]));
  assert.equal(secret.shown, '{"__proto__":{"a":"[masked]"}}');
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('a known secret is masked in every mode and every spelling, and the record stays JSON', () => {
  const quoted = 'pa"ss\\w\u00f6rd\n!';
  const mask = createMask([SECRET, quoted, '271828']);
  for (const mode of ['redacted', 'full'] as const) {
    const cases: readonly [string, unknown][] = [
      [JSON.stringify({ a: `x ${SECRET} y` }), { a: 'x [masked] y' }],
      [JSON.stringify({ [SECRET]: 1 }), { '[masked]': 1 }],
      [JSON.stringify({ a: quoted, b: [quoted] }), { a: '[masked]', b: ['[masked]'] }],
      ['{"a":"\\u0063orrect-horse-battery"}', { a: '[masked]' }],
      ['{"pin":271828,"not":2718}', { pin: '[masked]', not: 2718 }],
      ['{"pin":-271828.0}', { pin: '-[masked]' }],
    ];
    for (const [json, wanted] of cases) {
      const { value, digest } = capture(json, mode, mask);
      assert.deepEqual(value, wanted, `${mode} ${json}`);
      assert.equal(digest, digestOf(json));
    }
  }
});

test('whatever the arguments are, what is shown is one line of JSON within the cap and without acting characters', () => {
  const mask = createMask(['aaaaaa', '111111', 'true', '","']);
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('redacted' as const, 'full' as const), (value, mode) => {
      const { shown } = capture(JSON.stringify(value), mode, mask);
      JSON.parse(shown!);
      assert.ok(Buffer.byteLength(shown!) <= 4096);
      assert.doesNotMatch(shown!, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    }),
  );
});
