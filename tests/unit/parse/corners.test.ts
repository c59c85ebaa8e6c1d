import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression, ExpressionError } from '../../../lib/parse/cel/expression.ts';
import { compileSchema, schemaDefect } from '../../../lib/parse/json-schema.ts';
import { windowsNameFault } from '../../../lib/parse/path/windows.ts';
import { linearPatterns } from '../../../lib/parse/schema/ecma-pattern.ts';
import { Run } from '../../../lib/parse/schema/judging.ts';
import { readUrl } from '../../../lib/parse/url.ts';

test('the names of this folder and the one above are plain names on Windows', () => {
  assert.deepEqual(
    ['.', '..', 'a', 'a.', 'nul'].map((name) => windowsNameFault(name) === undefined),
    [true, true, true, false, false],
  );
});

test('a pattern that is too long, or that the engine cannot read, is none', async () => {
  const patterns = await linearPatterns();
  for (const source of ['a'.repeat(5000), '(', '(?=a)', '(a{900}){900}', '(?:abc){999}'])
    assert.equal(patterns(source), undefined);
  assert.ok(patterns('^a+$')?.test('aa'));
});

test('a schema that cannot even be read has a defect', () => {
  const hostile = new Proxy({}, { ownKeys: () => assert.fail(), get: () => assert.fail() });
  assert.equal(schemaDefect(hostile), 'its schema cannot be read');
  assert.equal(schemaDefect({ type: 'object' }), undefined);
});

test('a part of a schema that stands in two places is compiled once', async () => {
  const text = { type: 'string' };
  const { fault } = await compileSchema({ properties: { a: text, b: text } });
  assert.equal(fault({ a: 'x', b: 'x' }, 20), undefined);
  assert.equal(fault({ a: 'x', b: 1 }, 20)?.at, '/b');
});

test('a host that is written in another alphabet or form is read as the URL standard reads it, or doubted', () => {
  assert.equal(readUrl('http://ａ.com/')?.host?.host, 'a.com');
  for (const text of ['http://xn--a/', 'http://a:99999/', 'file://user@localhost/x', 'http://ex%41mple.com/']) {
    assert.notEqual(readUrl(text)?.doubt, undefined, text);
  }
  assert.equal(readUrl('file://ＬＯＣＡＬＨＯＳＴ/x')?.host?.host, 'localhost');
});

test('a host that the URL standard does not take is doubted, should both ever read it differently', (t) => {
  assert.equal(readUrl('http://ａ.com/')?.doubt, undefined);
  t.mock.method(URL, 'canParse', () => false);
  assert.equal(readUrl('http://ａ.com/')?.doubt, 'its host can be read in two ways');
});

test('a value that does not fit for no known reason does not fit', async (t) => {
  const { fault } = await compileSchema({ type: 'string' });
  t.mock.method(Run.prototype, 'fails', () => false);
  assert.deepEqual(fault(1, 1), { at: '', expected: 'must fit its schema' });
});

test('what is no expression says where it stops being one', async () => {
  await assert.rejects(async () => compileExpression('1 +', {}), ExpressionError);
});
