import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposedName, NameTable } from '../../../lib/protocol/names.ts';
import { exposedUri, isAbsoluteUri, resolveUri } from '../../../lib/protocol/uris.ts';

const several = { prefix: true, maxLength: 48 };

test('with one backend names stay as they are, with several the backend stands in front', () => {
  assert.equal(exposedName('files', 'read file.v2', { prefix: false, maxLength: 48 }), 'read file.v2');
  assert.equal(exposedName('files', 'read_file', several), 'files__read_file');
});

test('a name that is cut or respelt ends in its own hash, the same in every run', () => {
  assert.equal(exposedName('files', 'read.file', several), 'files__read_file_10c700');
  assert.equal(exposedName('files', 'read file', several), 'files__read_file_d6387c');
  const long = exposedName('files', 'x'.repeat(60), several);
  assert.equal(long.length, 48);
  assert.match(long, /^files__x{34}_[0-9a-f]{6}$/);
  assert.notEqual(long, exposedName('files', 'x'.repeat(61), several));
});

test('two tools never share an exposed name: the first keeps it', () => {
  const table = new NameTable('a', 'tool');
  assert.equal(table.add('a__x', 'x'), true);
  assert.equal(table.add('a__x', 'x'), true, 'the same tool again');
  assert.equal(table.add('a__x', 'y'), false);
  assert.equal(table.find('a__x')?.name, 'x');
});

test('a table forgets the names a backend does not offer any more', () => {
  const table = new NameTable('a', 'tool');
  table.add('a__x', 'x');
  table.add('a__y', 'y');
  table.retain(new Set(['y']));
  assert.deepEqual([table.find('a__x'), table.find('a__y')?.name], [undefined, 'y']);
});

test('a URI carries its backend in the scheme, or in the authority where hosts look for `ui`', () => {
  assert.equal(exposedUri('files', 'file:///a'), 'files+file:///a');
  assert.equal(exposedUri('shop', 'ui://cart/main'), 'ui://shop+cart/main');
  assert.deepEqual(resolveUri('files+file:///a', ['shop', 'files']), { backend: 'files', uri: 'file:///a' });
  assert.deepEqual(resolveUri('ui://shop+cart/main', ['shop']), { backend: 'shop', uri: 'ui://cart/main' });
  assert.equal(resolveUri('file:///a', ['files']), undefined);
  assert.equal(resolveUri('other+file:///a', ['files']), undefined);
});

test('only a URI with a scheme can be told apart behind a prefix', () => {
  for (const uri of ['file:///a', 'a+b.c-d:x', 'UI://x']) assert.equal(isAbsoluteUri(uri), true, uri);
  for (const uri of ['/a/b', 'a/b', '1a:b', '', '//host/a']) assert.equal(isAbsoluteUri(uri), false, uri);
});
