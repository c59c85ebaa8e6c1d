import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excludedIn, excluding } from '../../../lib/checks/paths/excludes.ts';
import { withoutWithheld } from '../../../lib/checks/paths/walked-reply.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const withheld = (path: string) => path.split('/').includes('.env') || path.startsWith('/p/private');

function filtered(text: string, more: object = {}): unknown {
  const body = Payload.of(JSON.stringify({ content: [{ type: 'text', text }], ...more }));
  return withoutWithheld(body, '/p', withheld)?.apply(body).json();
}

function textLeft(text: string): string {
  const left = filtered(text) as { content: [{ text: string }] } | undefined;
  return left === undefined ? text : left.content[0].text;
}

test('lines that name what is withheld are taken out, and a mark says how many', () => {
  assert.equal(textLeft('/p/a\n/p/.env\n/p/private/x\n/p/b'), '/p/a\n/p/b\n[2 withheld by policy]');
  assert.equal(textLeft('[FILE] a\n[FILE] .env\n[DIR] private'), '[FILE] a\n[2 withheld by policy]');
  assert.equal(
    textLeft('[FILE] .env                  12 B\n[FILE] b       1 B'),
    '[FILE] b       1 B\n[1 withheld by policy]',
  );
  assert.equal(textLeft('a.ts:3:x\nsub/.env:1:KEY=1\nsub\\.env:2:y'), 'a.ts:3:x\n[2 withheld by policy]');
});

test('a reply that names nothing withheld is not touched', () => {
  for (const text of ['/p/a\n/p/b', 'No matches found', '', '[broken json', '[{"name":"a","children":[]}]'])
    assert.equal(filtered(text), undefined, text);
  assert.equal(withoutWithheld(Payload.of('{"content":"odd"}'), '/p', withheld), undefined);
  assert.equal(withoutWithheld(Payload.of('[1]'), '/p', withheld), undefined);
  assert.equal(withoutWithheld(Payload.of('{"content":[{"type":"image"},3]}'), '/p', withheld), undefined);
});

test('entries of a tree are taken out with all below them', () => {
  const tree = [
    { name: 'src', type: 'directory', children: [{ name: '.env' }, { name: 'a.ts' }] },
    { name: 'private', type: 'directory', children: [{ name: 'key' }] },
    'sub/.env',
    'fine',
  ];
  assert.deepEqual(JSON.parse(textLeft(JSON.stringify(tree))), [
    { name: 'src', type: 'directory', children: [{ name: 'a.ts' }] },
    'fine',
  ]);
});

test('structured content is filtered as the text beside it', () => {
  const left = filtered('/p/.env', { structuredContent: { content: '/p/.env\n/p/a', n: 1 } });
  assert.deepEqual(left, {
    content: [{ type: 'text', text: '[1 withheld by policy]' }],
    structuredContent: { content: '/p/a\n[1 withheld by policy]', n: 1 },
  });
});

test('a tree too deep to be filtered throws, which withholds all of it', () => {
  assert.throws(() => textLeft(`${'['.repeat(150)}${']'.repeat(150)}`), /too deep/);
});

test('patterns are told to a tool as it reads them, relative to the folder it goes through', () => {
  const denied = [
    { root: '/', glob: '**/*.env' },
    { root: '/p/private', glob: '' },
    { root: '/p/a/b', glob: '**' },
    { root: '/p', glob: '*.x' },
    { root: '/p', glob: '' },
    { root: '/other', glob: '' },
  ].map((one) => ({ ...one, roots: [one.root], pattern: { glob: '', rule: '', source: '' }, matches: () => false }));
  assert.deepEqual(excludedIn('/p', denied), ['**/*.env', 'private', 'a/b/**', '*.x']);
  assert.deepEqual(excludedIn('/', denied), ['**/*.env', 'p/private', 'p/a/b/**', 'p/*.x', 'p', 'other']);
});

test('patterns are added to those a call brings', () => {
  const apply = (args: unknown) => {
    const body = Payload.of(JSON.stringify({ name: 'x', arguments: args }));
    return (excluding('excludePatterns', ['a', 'b']).apply(body).json() as { arguments: unknown }).arguments;
  };
  assert.deepEqual(apply({ path: '/p' }), { path: '/p', excludePatterns: ['a', 'b'] });
  assert.deepEqual(apply({}), { excludePatterns: ['a', 'b'] });
  assert.deepEqual(apply({ excludePatterns: ['z'] }), { excludePatterns: ['z', 'a', 'b'] });
  assert.deepEqual(apply({ excludePatterns: 'z' }), { excludePatterns: ['z', 'a', 'b'] });
  assert.throws(() => excluding('e', []).apply(Payload.of('{}')), /no folder/);
});

test('an entry is withheld by any name it may have, also in the folder its path says', () => {
  const entries = [
    { path: 'src', name: '.env' },
    { path: 5, name: '.env' },
    { file: 'sub/.env' },
    { path: '/p', name: 'private' },
    { path: '/p', file: 'public' },
    { name: 'public.txt' },
    { lines: [{ file: '.env' }] },
  ];
  assert.deepEqual(JSON.parse(textLeft(JSON.stringify(entries))), [
    { path: '/p', file: 'public' },
    { name: 'public.txt' },
    { lines: [] },
  ]);
});
