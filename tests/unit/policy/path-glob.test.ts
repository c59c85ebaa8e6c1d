import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileGlob } from '../../../lib/policy/glob.ts';
import { compilePathGlob, foldName, namesOf } from '../../../lib/policy/path-glob.ts';

function matches(glob: string, path: string, { below = false, fold = false, root = '/' } = {}): boolean {
  return compilePathGlob(root, glob, below).matches(namesOf(path), fold);
}

test('a glob over paths means names, not characters', () => {
  const cases: [string, string, boolean][] = [
    ['/a/**', '/a', true],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/ab', false],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/c', false],
    ['**/.env*', '/x/.env', true],
    ['**/.env*', '/.env.local', true],
    ['**/.env*', '/x/a.env', false],
    ['**/*.{key,pem}', '/x/a.pem', true],
    ['**/*.{key,pem}', '/x/a.pemx', false],
    ['/a/**/b/**/c', '/a/b/b/x/c', true],
    ['/a/**/b/**/c', '/a/b/b/x', false],
    ['/a/**/b', '/a/x/b/b', true],
    ['/?/b', '/é/b', true],
    ['/?/b', '/😀/b', true],
    ['/a*b*c', '/aXbXbc', true],
    ['/a*b*c', '/aXbXb', false],
    ['/a*', '/a', true],
    ['/ab*ba', '/aba', false],
    ['/a**b', '/axxb', true],
    ['/**', '/', true],
    ['**', '/x/y', true],
    ['/[x].ts', '/[x].ts', true],
    ['/a?*b', '/aab', true],
    ['/a?*b', '/ab', false],
  ];
  for (const [glob, path, expected] of cases) assert.equal(matches(glob, path), expected, `${glob} ${path}`);
});

test('what holds for a folder holds for what is in it, when it is said so', () => {
  assert.equal(matches('/etc/*', '/etc/ssh/config', { below: true }), true);
  assert.equal(matches('/etc/*', '/etc', { below: true }), false);
  assert.equal(matches('/etc/*', '/etc/ssh/config'), false);
});

test('the folder a glob begins in is literal', () => {
  assert.equal(matches('*.md', '/a{b}*/x.md', { root: '/a{b}*' }), true);
  assert.equal(matches('*.md', '/ab/x.md', { root: '/a{b}*' }), false);
  assert.equal(matches('', '/a/b', { root: '/a', below: true }), true);
});

test('equivalent Unicode spellings of a name are one name', () => {
  assert.equal(matches('/caf\u00e9', '/cafe\u0301'), true);
  assert.equal(matches('/cafe\u0301', '/caf\u00e9'), true);
});

test('case is folded as file systems do, and only when it is asked for', () => {
  for (const [glob, path] of [
    ['/.ssh', '/.SSH'],
    ['/.ssh', '/.\u017fsh'],
    ['/\u212a', '/k'],
    ['/stra\u00dfe', '/STRASSE'],
    ['/*.pem', '/A.PEM'],
  ] as const) {
    assert.equal(matches(glob, path, { fold: true }), true, `${glob} ${path}`);
    assert.equal(matches(glob, path), false, `${glob} ${path}`);
  }
  assert.equal(foldName(foldName('\u0130stanbul')), foldName('\u0130stanbul'));
});

test('globs within bounds are those of all globs', () => {
  assert.throws(() => compilePathGlob('/', '/*a*b*c*d', false), /stars/);
  assert.throws(() => compilePathGlob('/', '/{a,b', false), /without/);
});

test('the matcher agrees with the plain one on what both understand', () => {
  const name = fc.constantFrom('a', 'b', '*', 'a*', '*b', '**', '?', 'a?b');
  const plain = fc.array(fc.constantFrom('a', 'b', 'ab', 'aab', 'acb'), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), plain, (segments, names) => {
      const glob = `/${segments.join('/')}`;
      const path = `/${names.join('/')}`;
      // The plain matcher needs every slash; here `**` is any number of names, none included.
      const reference = compileGlob(`${glob.replaceAll('/**', '{/**,}')}`, 'within-segment');
      if (segments.filter((segment) => segment === '**').length > 3) return;
      assert.equal(matches(glob, path), reference(path), `${glob} ${path}`);
    }),
  );
});

test('no pattern within bounds makes matching long', () => {
  const glob = `/${'**/a*a*a/'.repeat(60)}b`;
  const path = `/${`${'a'.repeat(60)}/`.repeat(60)}c`;
  const from = performance.now();
  assert.equal(matches(glob, path), false);
  assert.ok(performance.now() - from < 20_000);
});
