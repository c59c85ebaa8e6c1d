import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BadReference, interpolate } from '../../lib/config/files/interpolate.ts';
import { parseDuration, parseSize } from '../../lib/config/words/units.ts';

const name = fc.constantFrom('A', 'TOKEN', '_x9', 'HOME', 'constructor', '__proto__', 'toString');
const valueText = fc.oneof(fc.string(), fc.constantFrom('', '${A}', '$${A}', '}', 's3cret-value'));
const variables = fc.dictionary(name, valueText, { noNullPrototype: true });
const literal = fc
  .array(fc.constantFrom('a', ' ', '$', '{', '}', ':', 'é', '\\'), { maxLength: 5 })
  .map((all) => all.join(''))
  .filter((text) => !text.includes('${') && !text.endsWith('$'));

type Env = Readonly<Record<string, string>>;
type Part = { readonly text: string; readonly is: (env: Env) => string | undefined };

/** A piece of a scalar, and what it stands for; undefined where a variable is missing. */
const part: fc.Arbitrary<Part> = fc.oneof(
  literal.map((text) => ({ text, is: () => text })),
  fc.constant({ text: '$${', is: () => '${' }),
  name.map((key) => ({ text: `\${${key}}`, is: (env: Env) => own(env, key) })),
  fc
    .tuple(
      name,
      literal.filter((text) => !text.includes('}')),
    )
    .map(([key, fallback]) => ({
      text: `\${${key}:-${fallback}}`,
      is: (env: Env) => own(env, key) || fallback,
    })),
  name.map((key) => ({ text: `\${${key}:?set it}`, is: (env: Env) => own(env, key) || undefined })),
);

function own(env: Env, key: string): string | undefined {
  return Object.hasOwn(env, key) ? env[key] : undefined;
}

test('a scalar is interpolated once, from the variables that are set and nothing else', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), variables, (parts, env) => {
      const text = parts.map((one) => one.text).join('');
      const expected = parts.map((one) => one.is(env));
      if (expected.includes(undefined)) {
        assert.throws(() => interpolate(text, env), BadReference);
      } else assert.equal(interpolate(text, env).text, expected.join(''));
    }),
    { numRuns: 2000 },
  );
});

test('every long value put in is a secret, but for the few nobody would call one', () => {
  fc.assert(
    fc.property(fc.constantFrom('TOKEN', 'HOME', 'X'), fc.string({ minLength: 1, maxLength: 12 }), (key, value) => {
      const { secrets } = interpolate(`a\${${key}}b`, { [key]: value });
      assert.deepEqual(secrets, key !== 'HOME' && value.length >= 6 ? [value] : []);
    }),
  );
});

const SIZES = { '': 1, B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const TIMES = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

test('a size is its number times its unit', () => {
  const unit = fc.constantFrom(...(Object.keys(SIZES) as (keyof typeof SIZES)[]));
  fc.assert(
    fc.property(fc.nat(8_000_000), unit, fc.constantFrom('', ' '), (count, of, gap) => {
      assert.equal(parseSize(`${count}${gap}${of}`), count * SIZES[of]);
      assert.equal(parseSize(count), count);
      const half = parseSize(`${count}.5${of}`)!;
      assert.equal(half, Math.floor((count + 0.5) * SIZES[of]));
    }),
  );
});

test('a duration is its number times its unit, and always has one', () => {
  const unit = fc.constantFrom(...(Object.keys(TIMES) as (keyof typeof TIMES)[]));
  fc.assert(
    fc.property(fc.nat(100_000), unit, (count, of) => {
      assert.equal(parseDuration(`${count}${of}`), count * TIMES[of]);
      assert.equal(parseDuration(String(count)), undefined);
    }),
  );
});

test('any other text is no size and no duration, and none is more than a number can hold', () => {
  const odd = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9.]{1,400}(MB|GiB|d|h|ms)?$/),
    fc.constantFrom('-1MB', '1e3', '1mb'),
  );
  fc.assert(
    fc.property(odd, (text) => {
      for (const parsed of [parseSize(text), parseDuration(text)]) {
        assert.ok(parsed === undefined || (parsed >= 0 && parsed <= Number.MAX_SAFE_INTEGER), text);
      }
    }),
    { numRuns: 1000 },
  );
});
