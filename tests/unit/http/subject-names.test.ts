import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOf } from '../../../lib/http/subject-names.ts';

test('names are read by their kind, and those of no kind that counts are passed over', () => {
  const text = 'DNS:a.example, URI:spiffe://x/y, email:ann@x.example, IP Address:127.0.0.1, Registered ID:1.2.3';
  assert.deepEqual(namesOf(text), { names: ['a.example', 'ann@x.example'], uris: ['spiffe://x/y'] });
  assert.deepEqual(namesOf(''), { names: [], uris: [] });
});

test('one name that is written like several stays one', () => {
  assert.deepEqual(namesOf('DNS:"a.example, DNS:victim.example"'), {
    names: ['a.example, DNS:victim.example'],
    uris: [],
  });
  assert.deepEqual(namesOf('URI:"x\\"y", DNS:b'), { names: ['b'], uris: ['x"y'] });
});

test('names that cannot be read to their end are no names', () => {
  for (const text of ['DNS:a"b', 'DNS:"a', 'nonsense', 'DNS:a,DNS:b', 'DNS:"a" URI:b', 'DNS:"\\x"', ', DNS:a']) {
    assert.equal(namesOf(text), undefined, text);
  }
});
