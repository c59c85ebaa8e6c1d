import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isProven } from '../../lib/identity/proven.ts';
import { unambiguousObject } from '../../lib/identity/tokens/unambiguous.ts';
import { FakeClock } from '../support/clock.ts';
import {
  base64url,
  claimsAt,
  hmacToken,
  issuerConfig,
  keysOf,
  presenting,
  proverOf,
  signed,
  signer,
} from '../support/identity/tokens.ts';

const clock = new FakeClock();
const ec = signer('ES256', 'k1');
const config = issuerConfig({ algorithms: ['ES256', 'RS256', 'HS256'] });
const keys = keysOf(config, ec);
const claims = claimsAt(clock);
const token = signed(ec, claims);

/** Never throws, never proves; and says nothing of what it was given. */
async function provesNobody(text: string): Promise<void> {
  const outcome = await proverOf(config, keys, clock).prove(presenting(text));
  assert.ok(outcome === undefined || !isProven(outcome), text);
}

const part = fc.oneof(
  fc.string(),
  fc.base64String(),
  fc.json().map(base64url),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
  fc.constantFrom(...token.split('.')),
);

test('no text of any kind is a token by chance', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      if (parts.join('.') !== token) await provesNobody(parts.join('.'));
    }),
    { numRuns: 500 },
  );
});

test('no header of any shape opens the way for a signature by another key', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('none', 'HS256', 'ES256', 'RS256', 'k1', 'JWT', 'at+jwt'));
  const header = fc.dictionary(
    fc.constantFrom('alg', 'kid', 'typ', 'cty', 'jwk', 'jku', 'x5c', 'x5u', 'crit', 'b64', 'zip', 'enc', '__proto__'),
    value,
  );
  const other = signer('ES256', 'k1');
  await fc.assert(
    fc.asyncProperty(header, async (head) => {
      await provesNobody(signed(other, claims, JSON.stringify(head)));
      await provesNobody(hmacToken('', claims, head as Record<string, unknown>));
      await provesNobody(`${base64url(head)}.${base64url(claims)}.`);
    }),
    { numRuns: 300 },
  );
});

test('one letter of a token changed, added or taken away leaves nothing of it', async () => {
  const letter = fc.constantFrom(...'AQgwZ09-_.=+/ \n\u0000é'.split(''));
  const edit = fc.tuple(fc.nat(token.length), fc.nat(2), letter);
  await fc.assert(
    fc.asyncProperty(edit, async ([at, taken, put]) => {
      const changed = token.slice(0, at) + put + token.slice(at + taken);
      if (changed !== token) await provesNobody(changed);
    }),
    { numRuns: 1000 },
  );
});

test('claims of any shape, well signed, prove somebody with a name or nobody, and never throw', async () => {
  const odd = fc.dictionary(
    fc.constantFrom(
      'sub',
      'roles',
      'scope',
      'scp',
      'azp',
      'act',
      'cnf',
      'aud',
      'exp',
      'nbf',
      'iat',
      'jti',
      'typ',
      '__proto__',
    ),
    fc.oneof(fc.jsonValue(), fc.constantFrom(claims['aud'], claims['exp'], 'bob')),
  );
  await fc.assert(
    fc.asyncProperty(odd, async (more) => {
      const text = `{${[...Object.entries({ ...claims, ...more })].map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`)}}`;
      const outcome = await proverOf(config, keys, clock).prove(presenting(signed(ec, text)));
      assert.ok(outcome !== undefined);
      if (!isProven(outcome)) return;
      const { subject, clientId, roles, scopes = [], actors = [] } = outcome.identity;
      for (const name of [subject, clientId, ...roles, ...scopes, ...actors]) {
        assert.ok(typeof name === 'string' && name !== '' && name.length <= 256);
      }
      assert.ok(typeof outcome.expiresMs === 'number' && outcome.expiresMs > clock.now());
    }),
    { numRuns: 1000 },
  );
});

test('an object is read exactly when JSON.parse reads it and every key stands once', () => {
  const name = fc.constantFrom('a', 'b', 'c', '"', '\\', 'é', '{', '}', ',');
  const json: fc.Memo<string> = fc.memo((depth) =>
    depth <= 1
      ? fc.constantFrom('1', '"a"', 'null', '"\\""', '"{,"', '[]', '{}')
      : fc.oneof(
          fc.array(json(depth - 1), { maxLength: 3 }).map((all) => `[${all.join(',')}]`),
          members(depth).map((all) => `{${all.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(' ,')}}`),
        ),
  );
  const members = (depth: number) => fc.array(fc.tuple(name, json(depth - 1)), { maxLength: 4 });
  fc.assert(
    fc.property(json(4), (text) => {
      const value = JSON.parse(text);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      // Where a key stands twice, one of the two is lost.
      const isWhole = JSON.stringify(value) === text.replaceAll(' ', '');
      assert.equal(unambiguousObject(text) !== undefined, isObject && isWhole);
    }),
    { numRuns: 1000 },
  );
});
