import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { presentedBy } from '../../lib/http/presented-by.ts';
import { namesOf } from '../../lib/http/subject-names.ts';
import { readProof } from '../../lib/identity/dpop/proof.ts';
import { isSameUrl } from '../../lib/identity/dpop/same-url.ts';
import { SeenProofs } from '../../lib/identity/dpop/seen-proofs.ts';
import { FakeClock } from '../support/clock.ts';
import { BoundScene, shown } from '../support/identity/bound-scene.ts';
import { encoded, KeyHolder } from '../support/identity/proofs.ts';

const holder = new KeyHolder();
const odd = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('dpop+jwt', 'ES256', 'none', 'POST', '__proto__', 'constructor', 'P-256', 'EC'),
  fc.double(),
  fc.constant(null),
  fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'k'), fc.string({ maxLength: 8 })),
);
const names = fc.constantFrom(
  'typ',
  'alg',
  'jwk',
  'crit',
  'kid',
  'jti',
  'htm',
  'htu',
  'iat',
  'ath',
  'nonce',
  '__proto__',
);

function askingWith(rawHeaders: string[]): IncomingMessage {
  return { rawHeaders, headers: {}, socket: {}, method: 'POST' } as unknown as IncomingMessage;
}

test('whatever is sent for a proof, it is read or refused with a reason, and nothing is thrown', () => {
  const part = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(names, odd).map((value) => JSON.stringify(value)),
  );
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        part.map((text) => Buffer.from(text).toString('base64url')),
        { maxLength: 4 },
      )
      .map((all) => all.join('.')),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
      assert.equal(typeof readProof(lines), 'string', 'nothing like that is a proof');
    }),
    { numRuns: 5000 },
  );
});

test('a proof in which anything was replaced, added or left out opens only when it says the same', () => {
  const scene = new BoundScene(holder);
  const change = fc.record({
    part: fc.constantFrom('header', 'claims'),
    name: names,
    value: fc.oneof(odd, fc.constant(undefined)),
  });
  fc.assert(
    fc.property(change, ({ part, name, value }) => {
      fc.pre(name !== '__proto__');
      const proof = scene.proof({ [part]: { [name]: value } });
      const said = shown(scene.ask(scene.presented([proof])));
      if (said !== 'ok') return;
      const isFine = isHarmless(part, name) || stillRight(part, name, value);
      assert.ok(isFine, `${part} ${name} ${JSON.stringify(value)}`);
    }),
    { numRuns: 1500 },
  );
});

test('a proof of which one character was changed opens nothing', () => {
  const scene = new BoundScene(holder);
  const characters = fc.constantFrom(...'ABCDwxyz0189-_.=+/ ,\0é');
  fc.assert(
    fc.property(fc.nat(), characters, (at, character) => {
      const proof = scene.proof();
      const place = at % proof.length;
      fc.pre(proof[place] !== character);
      const changed = proof.slice(0, place) + character + proof.slice(place + 1);
      assert.match(shown(scene.ask(scene.presented([changed]))), /^SP2009/);
    }),
    { numRuns: 1500 },
  );
});

test('a header or claim that stands twice makes a proof unreadable, even signed', () => {
  const claims = '{"jti":"a","jti":"b","htm":"POST","htu":"https://h/","iat":1}';
  const signed = `${encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk: holder.jwk })}.${Buffer.from(claims).toString('base64url')}`;
  assert.match(String(readProof([`${signed}.${holder.sign(signed).toString('base64url')}`])), /each key once/);
});

test('two URLs are the same both ways or not at all, and never for another host', () => {
  const url = fc.webUrl({ withFragments: true, withQueryParameters: true, validSchemes: ['http', 'https'] });
  fc.assert(
    fc.property(fc.oneof(url, fc.string()), fc.oneof(url, fc.string()), (a, b) => {
      const same = isSameUrl(a, b);
      assert.equal(isSameUrl(b, a), same);
      if (same) assert.equal(new URL(a).origin, new URL(b).origin);
    }),
    { numRuns: 3000 },
  );
  fc.assert(fc.property(url, (one) => isSameUrl(one, one)));
});

test('a jti of a key is taken once as long as it is remembered, in any order and at any pace', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b'), jti: fc.constantFrom('1', '2', '3'), wait: fc.nat(20_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new FakeClock();
      const seen = new SeenProofs(clock);
      const until = new Map<string, number>();
      for (const { key, jti, wait } of steps) {
        clock.pass(wait);
        const name = `${key} ${jti}`;
        const isLive = (until.get(name) ?? 0) > clock.monotonic();
        const use = seen.use(key, jti, 30_000);
        if (isLive) assert.equal(use, 'again');
        if (use === 'first') until.set(name, clock.monotonic() + 30_000);
      }
      assert.ok(seen.size <= 6);
    }),
  );
});

test('headers of any kind give one clear credential, none, or something unclear, and never a part of one', () => {
  const name = fc.constantFrom('Authorization', 'authorization', 'X-API-Key', 'DPoP', 'Cookie');
  const scheme = fc.constantFrom('Bearer ', 'DPoP ', 'bearer  ', 'Basic ', 'Bearer', '', 'Bearer\t', ' Bearer ');
  const value = fc.tuple(scheme, fc.string({ unit: 'binary', maxLength: 10 })).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), (lines) => {
      const { credential, isUnclear } = presentedBy(askingWith(lines.flat()), 'https://h/');
      const sent = lines.filter(([header]) => /^(?:authorization|x-api-key)$/i.test(header));
      if (sent.length === 0) return assert.deepEqual([credential, isUnclear], [undefined, false]);
      if (sent.length > 1) return assert.deepEqual([credential, isUnclear], [undefined, true]);
      assert.equal(isUnclear, credential === undefined);
      if (credential === undefined) return;
      assert.match(credential.text, /^[\x21-\x7e]+$/);
      assert.ok(sent[0]![1].endsWith(credential.text));
    }),
    { numRuns: 3000 },
  );
});

test('names of a certificate come back as they were, whatever stands in them, or not at all', () => {
  const kind = fc.constantFrom('DNS', 'URI', 'email', 'IP Address', 'othername');
  const name = fc.string({ maxLength: 12 });
  // As Node writes them: quoted when a reader could be misled.
  const written = (text: string) =>
    /^[\x20-\x7e]*$/.test(text) && !/[",\\']/.test(text) ? text : JSON.stringify(text);
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, name), { maxLength: 5 }), (all) => {
      const text = all.map(([of, value]) => `${of}:${written(value)}`).join(', ');
      const read = namesOf(text)!;
      assert.deepEqual(
        read.uris,
        all.filter(([of]) => of === 'URI').map(([, value]) => value),
      );
      assert.deepEqual(
        read.names,
        all.filter(([of]) => of === 'DNS' || of === 'email').map(([, value]) => value),
      );
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      namesOf(text);
    }),
    { numRuns: 3000 },
  );
});

/** Members that say nothing RFC 9449 asks for. */
function isHarmless(part: string, name: string): boolean {
  const judged = part === 'header' ? ['typ', 'alg', 'jwk', 'crit'] : ['jti', 'htm', 'htu', 'iat', 'ath', 'nonce'];
  return !judged.includes(name);
}

/** Replaced by a value that is as good: any new id, and a nonce where none is asked for. */
function stillRight(part: string, name: string, value: unknown): boolean {
  if (part === 'header')
    return (
      (name === 'alg' && value === 'ES256') ||
      (name === 'typ' && value === 'dpop+jwt') ||
      (name === 'crit' && value === undefined)
    );
  if (name === 'jti') return typeof value === 'string' && value !== '';
  if (name === 'nonce') return value === undefined || (typeof value === 'string' && value !== '');
  return name === 'htm' && value === 'POST';
}
