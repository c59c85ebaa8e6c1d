import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringMember } from '../../../lib/gateway/lists/list-items.ts';
import { Payload } from '../../../lib/wire/payload.ts';

function nameIn(text: string): string | undefined {
  return stringMember(Payload.of(text), 'name');
}

test('the name of a list item is the string under its key, however either is spelt', () => {
  assert.equal(nameIn('{"title":"name","name":"read"}'), 'read');
  assert.equal(nameIn('{ "n\\u0061me" : "re\\u0061d" }'), 'read');
});

test('an item without one clear name has none', () => {
  const unclear = [
    '{}',
    '{"name":5}',
    '{"name":null}',
    '{"Name":"read"}',
    '{"inner":{"name":"read"}}',
    '{"name":"read","name":"delete"}',
    '{"name":"read","n\\u0061me":"delete"}',
    '["name","read"]',
    '"name"',
  ];
  for (const text of unclear) assert.equal(nameIn(text), undefined, text);
});
