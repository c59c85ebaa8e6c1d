import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentBytes, runsTheSame, wholeContent } from '../../../lib/checks/paths/contents.ts';

test('what is written is measured in bytes, wherever it stands in the arguments', () => {
  assert.equal(contentBytes({ path: 'x', content: 'é' }), 2);
  assert.equal(contentBytes({ edits: [{ oldText: 'abc', newText: 'de' }, { newText: 'f' }] }), 3);
  assert.equal(contentBytes({ content: ['ab', { x: 'c' }] }), 3);
  assert.equal(contentBytes({ path: 'x', n: 5 }), undefined);
  assert.equal(contentBytes({ content: '' }), 0);
});

test('only one whole text is the whole text', () => {
  assert.equal(wholeContent({ content: 'a' }), 'a');
  assert.equal(wholeContent({ text: 'a', content: 'b' }), undefined);
  assert.equal(wholeContent({ content: 5 }), undefined);
  assert.equal(wholeContent({ edits: [] }), undefined);
});

test('two package files run the same when nothing in them that runs differs', () => {
  const before = '{"version":"1","scripts":{"a":"x","b":"y"},"main":"m.js"}';
  assert.equal(runsTheSame(before, '{"main":"m.js","version":"2","scripts":{"b":"y","a":"x"}}'), true);
  assert.equal(runsTheSame(before, '{"main":"m.js","scripts":{"b":"z","a":"x"}}'), false);
  assert.equal(runsTheSame(before, '{"scripts":{"b":"y","a":"x"}}'), false);
  assert.equal(runsTheSame(before, '{"main":'), false);
  assert.equal(runsTheSame('nonsense', before), false);
  assert.equal(runsTheSame(undefined, '{"name":"new"}'), true);
  assert.equal(runsTheSame(undefined, '{"scripts":{"postinstall":"x"}}'), false);
  assert.equal(runsTheSame('[]', '{}'), false);
});
