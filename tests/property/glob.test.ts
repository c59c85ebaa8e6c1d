import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileGlob, GlobError, type StarMeans } from '../../lib/policy/glob.ts';

/** The rules once more, as short as they can be said, without a care for time. */
function reference(glob: string, star: StarMeans, text: string): boolean {
  const open = glob.indexOf('{');
  if (open !== -1) {
    const shut = glob.indexOf('}', open);
    const alternatives = glob.slice(open + 1, shut).split(',');
    return alternatives.some((middle) => reference(glob.slice(0, open) + middle + glob.slice(shut + 1), star, text));
  }
  return walk([...glob], [...text], star);
}

function walk([first, ...rest]: readonly string[], text: readonly string[], star: StarMeans): boolean {
  if (first === undefined) return text.length === 0;
  if (first === '*') {
    const across = star === 'anything' || rest[0] === '*';
    const after = rest.slice(rest.findIndex((c) => c !== '*') === -1 ? rest.length : rest.findIndex((c) => c !== '*'));
    for (let taken = 0; taken <= text.length; taken++) {
      if (taken > 0 && text[taken - 1] === '/' && !across) return false;
      if (walk(after, text.slice(taken), star)) return true;
    }
    return false;
  }
  const fits = first === '?' ? text[0] !== undefined && text[0] !== '/' : text[0] === first;
  return fits && walk(rest, text.slice(1), star);
}

const character = fc.constantFrom('a', 'b', 'A', '/', '.', '_', 'é', '😀', '\n', '[', '\\', '$', '^', '+');
const word = fc.array(character, { maxLength: 4 }).map((all) => all.join(''));
const braces = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `{${words.join(',')}}`);
const glob = fc
  .array(fc.oneof(word, fc.constantFrom('*', '**', '?', '/', '*/'), braces), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');
const star = fc.constantFrom<StarMeans>('anything', 'within-segment');

/** Texts that have a chance: the glob itself with its wildcards filled in. */
function near(pattern: string): fc.Arbitrary<string> {
  return fc.array(fc.oneof(word, fc.constant('')), { minLength: 8, maxLength: 8 }).map((fillers) => {
    let at = 0;
    const next = () => fillers[at++ % fillers.length]!;
    return pattern
      .replace(/\{([^,}]*)[^}]*\}/g, '$1')
      .replace(/\*+|\?/g, (wild) => (wild === '?' ? (next()[0] ?? 'a') : next()));
  });
}

const cases = glob.chain((pattern) => fc.tuple(fc.constant(pattern), star, fc.oneof(near(pattern), word)));

test('a compiled glob matches exactly what the rules say', () => {
  let matched = 0;
  fc.assert(
    fc.property(cases, ([pattern, means, text]) => {
      const matches = compiled(pattern, means);
      if (matches === undefined) return;
      const expected = reference(pattern, means, text);
      if (expected) matched++;
      assert.equal(matches(text), expected, `${pattern} (${means}) on ${JSON.stringify(text)}`);
    }),
    { numRuns: 5000 },
  );
  assert.ok(matched > 500, `only ${matched} texts matched, so little was tried`);
});

function compiled(pattern: string, means: StarMeans): ReturnType<typeof compileGlob> | undefined {
  try {
    return compileGlob(pattern, means);
  } catch (error) {
    assert.ok(error instanceof GlobError);
    return undefined;
  }
}

test('any text is a glob or is refused with a reason, never with a crash', () => {
  const wild = fc.array(fc.constantFrom(...'{},*?/ab'), { maxLength: 40 }).map((all) => all.join(''));
  fc.assert(
    fc.property(wild, star, (pattern, means) => void compiled(pattern, means)),
    { numRuns: 2000 },
  );
});

/** How many characters a match looks at, counted where strings are walked. */
function stepsOf(matches: (text: string) => boolean, text: string): number {
  const original = String.prototype[Symbol.iterator];
  let steps = 0;
  String.prototype[Symbol.iterator] = function* (this: string) {
    for (const c of { [Symbol.iterator]: () => original.call(this) }) {
      steps++;
      yield c;
    }
  } as typeof original;
  try {
    matches(text);
  } finally {
    String.prototype[Symbol.iterator] = original;
  }
  return steps;
}

test('a hostile text is walked once for each alternative, however the pattern could backtrack', () => {
  const hostile = [
    ['*a*a*ab', 1],
    ['**a**a**b', 1],
    ['a*?*?*b', 1],
    ['{a*,a*a,*a*a}{*b,b}', 6],
  ] as const;
  for (const [pattern, alternatives] of hostile) {
    for (const length of [100, 10_000]) {
      const steps = stepsOf(compileGlob(pattern, 'anything'), 'a'.repeat(length));
      assert.ok(steps <= alternatives * length, `${pattern}: ${steps} steps for ${length} characters`);
      assert.ok(steps >= length, 'steps are counted where the text is walked');
    }
  }
});
