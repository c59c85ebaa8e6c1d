import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePatterns, isDelimited, PatternError } from '../../../lib/parse/pattern.ts';

async function finds(pattern: string, text: string): Promise<boolean> {
  const [one] = await compilePatterns([pattern]);
  return one!(text);
}

test('an expression is found anywhere, and small and capital letters are the same', async () => {
  assert.equal(await finds('api.?key', 'My API-Key'), true);
  assert.equal(await finds('^api', 'My API-Key'), false);
});

test('between slashes an expression has the flags that are written', async () => {
  assert.equal(await finds('/api/', 'API'), false);
  assert.equal(await finds('/api/i', 'API'), true);
  assert.equal(await finds('/^b$/m', 'a\nb'), true);
  assert.equal(await finds('/a.b/', 'a\nb'), false);
  assert.equal(await finds('/a.b/su', 'a\nb'), true);
  assert.deepEqual(['/a/', '/a/i', 'a/b', '//', '/a'].map(isDelimited), [true, true, false, false, false]);
});

test('what cannot be done in linear time is refused with a reason', async () => {
  for (const [pattern, why] of [
    ['(?=a)b', /look-around/],
    ['(?<!a)b', /look-around/],
    ['(a)\\1', /back-references/],
    ['(?<n>a)\\k<n>', /back-references/],
  ] as const) {
    await assert.rejects(
      compilePatterns([pattern]),
      (error: Error) => error instanceof PatternError && why.test(error.message),
    );
  }
  assert.equal(await finds('\\\\1', 'a\\1'), true);
});

test('what cannot be read, is empty, too long, too large or too many is refused', async () => {
  for (const [pattern, why] of [
    ['[', /cannot be read: missing closing/],
    ['', /must not be empty/],
    ['a'.repeat(513), /longer than 512/],
    ['/a/g', /"g" are no flags/],
    ['(?:[a-z]{1,100}x){10}'.repeat(5), /repeats too much/],
  ] as const) {
    await assert.rejects(compilePatterns([pattern]), why);
  }
  await assert.rejects(compilePatterns(new Array(101).fill('a')), /more than 100/);
  assert.deepEqual(await compilePatterns([]), []);
});

test('expressions that hang others answer at once', async () => {
  const text = `${'a'.repeat(4000)}!`;
  const begun = performance.now();
  for (const pattern of ['(a+)+$', '(a|a)*$', '(.*)*,(.*)*;', '\\s+$', '(a?){200}a{200}$']) await finds(pattern, text);
  assert.ok(performance.now() - begun < 20_000);
});
