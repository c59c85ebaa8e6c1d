import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Seal } from '../../lib/protocol/seal.ts';

const seal = new Seal();
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);
const purpose = fc.constantFrom('task', 'cursor', 'request-state', 'é');
const closing = fc.constantFrom('close' as const, 'closeStably' as const);

test('what was sealed comes back for its own purpose, and for no other', () => {
  fc.assert(
    fc.property(value, purpose, purpose, closing, (sealed, from, other, how) => {
      const token = seal[how](from, sealed);
      assert.deepEqual(seal.open(from, token), sealed);
      if (from !== other) assert.equal(seal.open(other, token), undefined);
      assert.match(token, /^[A-Za-z0-9_-]+$/);
    }),
    { numRuns: 300 },
  );
});

test('a token with any character changed, added or taken out opens nothing', () => {
  const change = fc.constantFrom('replaced', 'added', 'removed');
  fc.assert(
    fc.property(
      value,
      fc.nat(),
      fc.constantFrom(...ALPHABET, '=', '+', ' '),
      change,
      closing,
      (sealed, where, character, how, by) => {
        const token = seal[by]('task', sealed);
        const at = where % token.length;
        const rest = how === 'added' ? token.slice(at) : token.slice(at + 1);
        const forged = token.slice(0, at) + (how === 'removed' ? '' : character) + rest;
        if (forged !== token) assert.equal(seal.open('task', forged), undefined);
      },
    ),
    { numRuns: 1000 },
  );
});

test('every single character of a token counts', () => {
  const token = seal.close('task', { backend: 'files', id: 1 });
  for (let at = 0; at < token.length; at++) {
    for (const character of ALPHABET) {
      if (token[at] === character) continue;
      assert.equal(seal.open('task', token.slice(0, at) + character + token.slice(at + 1)), undefined);
    }
  }
});

test('no text opens anything by accident, and no other process can open a token', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(seal.open('task', text), undefined)));
  assert.equal(new Seal().open('task', seal.close('task', 1)), undefined);
});

test('a stable token is always the same, an ordinary one never', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      assert.equal(seal.closeStably('task', one), seal.closeStably('task', one));
      assert.notEqual(seal.close('task', one), seal.close('task', one));
      const same = JSON.stringify(one) === JSON.stringify(other);
      assert.equal(seal.closeStably('task', one) === seal.closeStably('task', other), same);
      assert.notEqual(seal.closeStably('task', one), seal.closeStably('cursor', one));
    }),
  );
});
