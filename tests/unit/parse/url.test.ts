import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBareHost, readUrl } from '../../../lib/parse/url.ts';

function parts(text: string): unknown {
  const { scheme, host, port, doubt } = readUrl(text) ?? {};
  return doubt ?? [scheme, host?.host, port];
}

test('a URL is its scheme, its host and its port', () => {
  assert.deepEqual(parts('https://example.com/a?b#c'), ['https', 'example.com', 443]);
  assert.deepEqual(parts('ws://example.com:8080'), ['ws', 'example.com', 8080]);
  assert.deepEqual(parts('git+https://example.com/r'), ['git+https', 'example.com', 443]);
  assert.deepEqual(parts('postgres://db.example/x'), ['postgres', 'db.example', undefined]);
  assert.deepEqual(parts('http://[2606:4700::1]:81/'), ['http', '2606:4700::1', 81]);
});

test('a URL may have no host', () => {
  for (const text of ['mailto:ana@example.com', 'data:text/plain,x', 'about:blank', 'unix:///var/run/x.sock']) {
    assert.deepEqual(parts(text), [text.split(':')[0], undefined, undefined], text);
  }
  for (const text of ['file:///etc/hosts', 'file:/etc/hosts', 'file:///C:/x']) {
    assert.deepEqual(parts(text), ['file', undefined, undefined], text);
  }
});

test('a URL of a file may name a host', () => {
  assert.deepEqual(parts('file://server/share'), ['file', 'server', undefined]);
  assert.deepEqual(parts('file://localhost/etc/hosts'), ['file', 'localhost', undefined]);
  for (const text of ['file:////server/share', 'file:\\\\server\\share', 'file:///\\server', 'file:\\etc']) {
    assert.equal(parts(text), 'it may name a host', text);
  }
});

test('a URL inside of another scheme is one too many', () => {
  for (const text of [
    'view-source:http://a.example/',
    'feed:https://a.example/',
    'jar:file:///a!/b',
    'x:url:http://a/',
  ]) {
    assert.equal(parts(text), 'it holds a second URL', text);
  }
  assert.deepEqual(parts('urn:isbn:0'), ['urn', undefined, undefined]);
});

test('what is too long is not read', () => {
  assert.equal(parts(`https://example.com/${'a'.repeat(9000)}`), 'it is too long');
  assert.equal(parts(`x://${'a'.repeat(9000)}`), 'it is too long');
  assert.equal(readBareHost('a'.repeat(9000)), undefined);
  assert.deepEqual(parts(`data:text/plain,${'a'.repeat(9000)}`), ['data', undefined, undefined]);
});

test('a text without a scheme is no URL', () => {
  for (const text of [
    '',
    'example.com',
    'example.com/a:b',
    'localhost:3000',
    '::1',
    'fe80::1',
    '//a.example',
    '1a:b',
  ]) {
    assert.equal(readUrl(text), undefined, text);
  }
});

test('a host may stand alone, with a port, or with a path', () => {
  for (const [text, host, port] of [
    ['example.com', 'example.com', undefined],
    [' Example.COM.:8080 ', 'example.com', 8080],
    ['localhost:3000/x', 'localhost', 3000],
    ['//example.com/x', 'example.com', undefined],
    ['example.com:', 'example.com', undefined],
    ['[::1]:80', '::1', 80],
    ['::1', '::1', undefined],
    ['fe80::1%eth0', 'fe80::1', undefined],
    ['127.1', '127.0.0.1', undefined],
  ] as const) {
    const facts = readBareHost(text);
    assert.deepEqual([facts?.scheme, facts?.host?.host, facts?.port], [undefined, host, port], text);
  }
});

test('what can be no host is none', () => {
  for (const text of ['', 'a b', '/path', 'a@b', 'a%2eb', 'a\\b', 'a:b', 'a:99999', '[::1', '[nine]', 'a\0', '..']) {
    assert.equal(readBareHost(text), undefined, text);
  }
});

test('a name is noted for what it may hide', () => {
  for (const [text, note] of [
    ['http://intranet/', 'a name without a dot'],
    ['http://ip-10-0-0-1.ec2.example/', 'a name that carries an address'],
    ['http://1.2.3.4.nip.io/', 'a name that carries an address'],
    ['http://example.com/', undefined],
  ] as const) {
    const { host } = readUrl(text)!;
    assert.deepEqual([host?.note, host?.standing], [note, 'public'], text);
  }
});
