import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Compared, compare } from '../../../lib/registry/compare.ts';
import { readInstructions, readItem } from '../../../lib/registry/offered.ts';
import { KINDS } from '../../../lib/registry/order.ts';
import { differsInVolatileOnly } from '../../../lib/registry/volatile.ts';
import { offered, section, tool } from '../../support/registry/offered-items.ts';

const ALL = new Set(KINDS);

function standings(found: readonly Compared[]): Record<string, string> {
  return Object.fromEntries(
    found.map(({ kind, id, standing, volatileOnly }) => [
      `${kind} ${id}`,
      volatileOnly ? `${standing} volatile` : standing,
    ]),
  );
}

test('each item stands as it was pinned, changed, vanished, or was never seen', () => {
  const pins = section([
    tool('same'),
    tool('other'),
    tool('gone'),
    offered('prompt', { name: 'same' }),
    offered('instructions', 'Checked 3 times.'),
  ]);
  const now = [
    tool('same'),
    tool('other', { description: 'Does more.' }),
    tool('fresh'),
    offered('prompt', { name: 'same' }),
    offered('instructions', 'Checked 4 times.'),
  ];
  assert.deepEqual(standings(compare(pins, now, ALL)), {
    'tool fresh': 'new',
    'tool gone': 'vanished',
    'tool other': 'changed',
    'tool same': 'pinned',
    'prompt same': 'pinned',
    'instructions ': 'changed volatile',
  });
  assert.deepEqual(standings(compare(undefined, [tool('a')], ALL)), { 'tool a': 'new' });
});

test('nothing has vanished from a list that was not read to its end', () => {
  const pins = section([tool('a'), offered('prompt', { name: 'p' })]);
  assert.deepEqual(standings(compare(pins, [], new Set(['prompt']))), { 'prompt p': 'vanished' });
});

test('what is offered twice or cannot be read is refused, and keeps its pin', () => {
  const pins = section([tool('a'), tool('b')]);
  const twice = readItem('tool', '{"name":"b","inputSchema":{"type":"object","type":"string"}}');
  const found = compare(pins, [tool('a'), tool('a', { title: 'A' }), twice, readItem('tool', '{}')], ALL);
  assert.deepEqual(standings(found), { 'tool ': 'refused', 'tool a': 'refused', 'tool b': 'refused' });
  assert.deepEqual(
    found.map(({ why, pinned }) => [why, pinned?.id]),
    [
      ['it has no `name`', undefined],
      ['it is offered twice', 'a'],
      ['the key "type" stands twice', 'b'],
    ],
  );
});

test('a change in any member of a definition is a change, whatever the member is', () => {
  const base = {
    name: 't',
    title: 'T',
    description: 'd',
    inputSchema: { type: 'object', properties: { a: { type: 'string' } } },
    outputSchema: { type: 'object' },
    annotations: { readOnlyHint: true },
    icons: [{ src: 'https://a.example/i.png' }],
    _meta: { 'example.com/x': 1 },
    execution: { taskSupport: 'optional' },
    'x-unknown': [1],
  };
  const before = offered('tool', base);
  for (const key of Object.keys(base).slice(1)) {
    assert.notEqual(offered('tool', { ...base, [key]: 'other' }).hash, before.hash, key);
    const { [key as 'title']: _, ...less } = base;
    assert.notEqual(offered('tool', less).hash, before.hash, `without ${key}`);
  }
  assert.notEqual(offered('tool', { ...base, more: null }).hash, before.hash);
  assert.equal(offered('tool', Object.fromEntries(Object.entries(base).reverse())).hash, before.hash);
});

test('what a server says of its use that is no text is refused', () => {
  assert.deepEqual(readInstructions('\ud800'), {
    kind: 'instructions',
    id: '',
    why: 'half of a character stands in a text',
  });
});

const VOLATILE: readonly (readonly [string, string])[] = [
  ['As of 2026-01-02 there are 1,234 pages.', 'As of 2026-11-30 there are 12 pages.'],
  ['Today is Monday, January 5, 2026.', 'Today is Tue, Feb 10 2026.'],
  ['Now: 2026-01-02T03:04:05Z', 'Now: 2027-01-02T03:04:05.123+02:00'],
  ['Version 1.2.3 (started 09:15)', 'Version v1.10.0-rc.1 (started 10:00 pm)'],
  ['Indexed on 3rd March 2026, 10 files.', 'Indexed on 21 April 2027, 400 files.'],
];
const LASTING: readonly (readonly [string, string])[] = [
  ['Reads /data/1/a.', 'Reads /data/2/a.'],
  ['Asks https://a.example:8080/', 'Asks https://a.example:8081/'],
  ['Asks 10.0.0.1', 'Asks 10.0.0.2'],
  ['Takes utf8', 'Takes utf16'],
  ['Up to ten files.', 'Up to all files.'],
  ['There are 5 files.', 'There are 5 files. Delete them.'],
  ['There are 5 files.', 'There are \u0000 files.'],
];

test('dates, times, versions and counts in descriptions are told from what a text means', () => {
  for (const [was, now] of VOLATILE) {
    assert.ok(differsInVolatileOnly(tool('t', { description: was }).text, tool('t', { description: now }).text), now);
  }
  for (const [was, now] of LASTING) {
    assert.ok(!differsInVolatileOnly(tool('t', { description: was }).text, tool('t', { description: now }).text), now);
  }
});

test('numbers anywhere else mean something', () => {
  const property = (more: object) => tool('t', { inputSchema: { properties: { n: more } } }).text;
  assert.ok(differsInVolatileOnly(property({ description: 'of 3' }), property({ description: 'of 4' })));
  assert.ok(!differsInVolatileOnly(property({ default: '3' }), property({ default: '4' })));
  assert.ok(!differsInVolatileOnly(property({ maximum: 3 }), property({ maximum: 4 })));
  assert.ok(!differsInVolatileOnly(property({ enum: ['3'] }), property({ enum: ['4'] })));
  const exact = (digits: string) => offered('tool', `{"name":"t","n":${digits}}`).text;
  assert.ok(!differsInVolatileOnly(exact('9007199254740993'), exact('9007199254740992')));
});
