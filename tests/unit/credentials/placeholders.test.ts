import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Placeholders } from '../../../backends/credentials/placeholders.ts';

const SECRET = 'p$&ss word/1';

const from = { kind: 'value', value: '' } as const;
const VARIABLES = [
  { name: 'A', from, hosts: ['api.test', 'localhost:8443'], like: 'ghp_' },
  { name: 'B', from, hosts: ['Other.Test'], like: '' },
];
const held = () => new Placeholders(VARIABLES, [SECRET, 'another-one']);
const to = (host: string, port = 443) => ({ host, port, isAddress: false });
const ask = (path: string, headers: readonly string[], host = 'api.test') => ({
  to: to(host),
  path,
  headers,
  hasBody: false,
});
const basic = (text: string) => `Basic ${Buffer.from(text, 'latin1').toString('base64')}`;

test('a placeholder begins as it is told and can be foreseen by nobody', () => {
  const [one, other] = [held().variables, held().variables];
  assert.match(one['A']!, /^ghp_sallyport_[0-9a-f]{32}$/);
  assert.match(one['B']!, /^sallyport_[0-9a-f]{32}$/);
  assert.notEqual(one['A'], other['A']);
});

test('a secret stands in header values, in Basic and in the query, and in nothing else', () => {
  const placeholders = held();
  const a = placeholders.variables['A']!;
  const headers = ['X-A', `${a}, ${a}`, 'authorization', basic(`ü:${a}`), 'Accept', '*/*', 'X-Basic', 'Basic rest'];
  assert.deepEqual(placeholders.filled(ask(`/in/${a}?k=${a}&n=${a}`, headers), true), {
    ...ask(`/in/${a}?k=p%24%26ss%20word%2F1&n=p%24%26ss%20word%2F1`, [
      'X-A',
      `${SECRET}, ${SECRET}`,
      'authorization',
      basic(`ü:${SECRET}`),
      'Accept',
      '*/*',
      'X-Basic',
      'Basic rest',
    ]),
  });
});

test('what names no placeholder is left as it is, to any host', () => {
  const request = ask('/?sallyport_0123', ['Authorization', basic('me:sallyport_0123')], 'anywhere.test');
  assert.equal(held().filled(request, false), request);
});

test('a placeholder is refused towards other hosts, wherever it stands and whatever else is allowed', () => {
  const placeholders = held();
  const { A: a, B: b } = placeholders.variables;
  for (const request of [
    ask(`/${a}`, [], 'other.test'),
    ask(`/?${a}`, [], 'api.test.evil.test'),
    ask('/', ['Authorization', basic(`x:${a}`)], 'other.test'),
    ask('/', ['X', `${a} ${b}`], 'api.test'),
    { ...ask('/', ['X', `${a}`]), to: to('api.test', 8443) },
  ]) {
    const verdict = placeholders.filled(request, true);
    assert.deepEqual(verdict, { effect: 'deny', code: 'SP5026', text: 'it carries a credential for another host' });
  }
});

test('a placeholder is refused where everybody on the way could read the secret', () => {
  const placeholders = held();
  const verdict = placeholders.filled(ask('/', ['X', placeholders.variables['A']!]), false);
  assert.deepEqual(verdict, { effect: 'deny', code: 'SP5026', text: 'it would carry a credential unencrypted' });
});

test('a host is meant at the ports of the web, unless it names its own', () => {
  const placeholders = held();
  const isFor = [to('api.test'), to('api.test', 80), to('localhost', 8443), to('other.test')];
  const isNot = [to('api.test', 22), to('localhost'), to('x.api.test'), to('127.0.0.1', 8443)];
  assert.deepEqual(
    isFor.map((one) => placeholders.isFor(one)),
    [true, true, true, true],
  );
  assert.deepEqual(
    isNot.map((one) => placeholders.isFor(one)),
    [false, false, false, false],
  );
});

test('a secret no header can carry is refused, without being told', () => {
  for (const secret of ['two\nlines-of-it', ' begins-with-space', 'snow-☃-man', 'tab\tinside']) {
    assert.throws(() => new Placeholders([VARIABLES[0]!], [secret]), {
      message: 'the secret for A is no line of visible ASCII',
    });
  }
});
