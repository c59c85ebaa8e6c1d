import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Presented } from '../../../../lib/identity/presented.ts';
import { BoundScene, ENDPOINT, shown, TOKEN } from '../../../support/identity/bound-scene.ts';
import { encoded, KeyHolder } from '../../../support/identity/proofs.ts';

const other = new KeyHolder();
const bearer: Partial<Presented> = { credential: { scheme: 'bearer', text: TOKEN } };

function unsigned(scene: BoundScene, header: object, sign: (text: string) => string): string {
  const [, payload] = scene.proof().split('.');
  const signed = `${encoded(header)}.${payload}`;
  return `${signed}.${sign(signed)}`;
}

/** Everything that is tried with a token that is bound to a key, and what the log says of it. */
const ATTACKS: readonly [title: string, attack: (scene: BoundScene) => Presented, reason: RegExp][] = [
  ['a stolen token without any proof', (scene) => scene.presented([]), /no proof/],
  ['a stolen token as a bearer token', (scene) => scene.presented([], bearer), /not under the scheme DPoP/],
  [
    'a bound token as a bearer token, even with a good proof beside it',
    (scene) => scene.presented([scene.proof()], bearer),
    /not under the scheme DPoP/,
  ],
  [
    'a stolen token with a proof by the key of the thief',
    (scene) => scene.presented([other.proof('POST', ENDPOINT, { token: TOKEN, claims: { iat: iatOf(scene) } })]),
    /another key/,
  ],
  [
    'the key of the victim, signed for by the key of the thief',
    (scene) =>
      scene.presented([
        other.proof('POST', ENDPOINT, {
          token: TOKEN,
          header: { jwk: scene.holder.jwk },
          claims: { iat: iatOf(scene) },
        }),
      ]),
    /signature is wrong/,
  ],
  ['two proofs, of which one is good', (scene) => scene.presented([scene.proof(), scene.proof()]), /several proofs/],
  ['two proofs on one line', (scene) => scene.presented([`${scene.proof()}, ${scene.proof()}`]), /no signed token/],
  ['a proof for another method', (scene) => scene.presented([scene.proof({}, 'GET')]), /another method/],
  ['a method in other letters', (scene) => scene.presented([scene.proof({}, 'post')]), /another method/],
  ['a proof for another host', onUrl('https://evil.example/mcp'), /another URL/],
  ['a proof for another port', onUrl('https://mcp.example.com:8443/mcp'), /another URL/],
  ['a proof for another scheme', onUrl('http://mcp.example.com/mcp'), /another URL/],
  ['a proof for another path', onUrl('https://mcp.example.com/mcp/'), /another URL/],
  ['a proof for a host that only begins like ours', onUrl('https://mcp.example.com.evil.example/mcp'), /another URL/],
  ['a proof for a URL with our host as a user', onUrl('https://mcp.example.com@evil.example/mcp'), /another URL/],
  ['a proof for our URL with a user in it', onUrl('https://user@mcp.example.com/mcp'), /another URL/],
  ['a proof with a backslash in its URL', onUrl('https:\\\\mcp.example.com/mcp'), /another URL/],
  ['a proof with a line break in its URL', onUrl('https://mcp.example.com/m\ncp'), /another URL/],
  ['a proof for a path alone', onUrl('/mcp'), /another URL/],
  [
    'a request of which nobody can tell what it was for',
    (scene) => scene.presented([scene.proof()], { target: undefined }),
    /another method/,
  ],
  ['a proof for another token', (scene) => scene.presented([scene.proof({ token: 'another' })]), /another token/],
  ['a proof for no token', withClaims({ ath: undefined }), /another token/],
  ['a digest of the token that is no text', withClaims({ ath: 1 }), /its ath/],
  ['a proof that is too old', withClaims((now) => ({ iat: now - 301 })), /too old/],
  ['a proof from the future', withClaims((now) => ({ iat: now + 301 })), /future/],
  ['a proof of no time', withClaims({ iat: undefined }), /its iat/],
  ['a proof with its time as a text', withClaims((now) => ({ iat: `${now}` })), /its iat/],
  ['a proof in milliseconds', withClaims((now) => ({ iat: now * 1000 })), /future/],
  ['a proof without an id', withClaims({ jti: undefined }), /its jti/],
  ['a proof with an empty id', withClaims({ jti: '' }), /its jti/],
  ['a proof with an id that is too long', withClaims({ jti: 'x'.repeat(257) }), /its jti/],
  ['a proof of more than 8 KiB', withClaims({ more: 'x'.repeat(8000) }), /too long/],
  ['a token that is no proof', withHeader({ typ: 'JWT' }), /its typ/],
  ['a proof without a type', withHeader({ typ: undefined }), /its typ/],
  ['a proof that says something is critical', withHeader({ crit: ['b64'], b64: false }), /critical/],
  ['a proof without an algorithm', withHeader({ alg: undefined }), /its algorithm/],
  ['an algorithm that is no name', withHeader({ alg: ['ES256'] }), /its algorithm/],
  ['an algorithm named like something every object has', withHeader({ alg: 'constructor' }), /its algorithm/],
  [
    'alg none',
    (scene) => scene.presented([unsigned(scene, { typ: 'dpop+jwt', alg: 'none', jwk: scene.holder.jwk }, () => 'AA')]),
    /its algorithm/,
  ],
  [
    'alg none without a signature',
    (scene) => scene.presented([unsigned(scene, { typ: 'dpop+jwt', alg: 'none', jwk: scene.holder.jwk }, () => '')]),
    /no signed token/,
  ],
  [
    'HS256 with the public key as the secret',
    (scene) =>
      scene.presented([
        unsigned(scene, { typ: 'dpop+jwt', alg: 'HS256', jwk: scene.holder.jwk }, (text) =>
          createHmac('sha256', JSON.stringify(scene.holder.jwk)).update(text).digest('base64url'),
        ),
      ]),
    /its algorithm/,
  ],
  ['the algorithm of another curve', withHeader({ alg: 'ES384' }), /another algorithm/],
  ['the algorithm of another kind of key', withHeader({ alg: 'RS256' }), /another algorithm/],
  ['a secret key as the public one', withHeader({ jwk: { kty: 'oct', k: 'AAAA' } }), /private key/],
  ['no key', withHeader({ jwk: undefined }), /no key/],
  ['a list for a key', withHeader({ jwk: [] }), /no key/],
  [
    'a private key in the proof',
    (scene) => withHeader({ jwk: scene.holder.privateKey.export({ format: 'jwk' }) })(scene),
    /private key/,
  ],
  [
    'a key with a coordinate that is too short',
    (scene) => withHeader({ jwk: { ...scene.holder.jwk, x: 'AAAA' } })(scene),
    /no key/,
  ],
  [
    'a key written in a second way',
    (scene) => withHeader({ jwk: { ...scene.holder.jwk, x: `${scene.holder.jwk.x}=` } })(scene),
    /no key/,
  ],
  ['a signature that is cut', withSignature((bytes) => bytes.subarray(0, 60)), /signature is wrong/],
  ['a signature that is too long', withSignature((bytes) => Buffer.concat([bytes, bytes])), /signature is wrong/],
  ['a signature in the form of DER', withSignature(() => Buffer.from('3006020101020101', 'hex')), /signature is wrong/],
  ['a signature of nothing but zeros', withSignature(() => Buffer.alloc(64)), /signature is wrong/],
];

function iatOf({ clock }: BoundScene): number {
  return Math.floor(clock.now() / 1000);
}

function onUrl(url: string) {
  return (scene: BoundScene) => scene.presented([scene.proof({}, 'POST', url)]);
}

function withClaims(claims: object | ((now: number) => object)) {
  return (scene: BoundScene) => {
    const made = typeof claims === 'function' ? claims(iatOf(scene)) : claims;
    return scene.presented([scene.proof({ claims: made })]);
  };
}

function withSignature(edit: (bytes: Buffer) => Buffer) {
  return (scene: BoundScene) => {
    const [head, claims, signature] = scene.proof().split('.');
    const bytes = edit(Buffer.from(signature!, 'base64url')).toString('base64url');
    return scene.presented([`${head}.${claims}.${bytes}`]);
  };
}

function withHeader(header: object) {
  return (scene: BoundScene) => scene.presented([scene.proof({ header })]);
}

test('what every attack below is compared with: a good proof opens', () => {
  const scene = new BoundScene();
  assert.equal(shown(scene.ask(scene.presented([scene.proof()]))), 'ok');
});

for (const [title, attack, reason] of ATTACKS) {
  test(`a token that is bound to a key is refused with ${title}`, () => {
    const scene = new BoundScene();
    const said = shown(scene.ask(attack(scene)));
    assert.match(said, /^SP2009 (?:invalid_dpop_proof|invalid_token): /);
    assert.match(said, reason);
  });
}

test('a proof that was used is refused until nobody could use it any more', () => {
  const scene = new BoundScene();
  const proof = scene.proof();
  assert.equal(shown(scene.ask(scene.presented([proof]))), 'ok');
  for (let i = 0; i < 100; i++) {
    assert.match(shown(scene.ask(scene.presented([proof]))), /used before|too old/, `after ${i * 5} seconds`);
    scene.clock.pass(5000);
  }
});

test('a proof from the near future is remembered until it has become old', () => {
  const scene = new BoundScene();
  const proof = scene.proof({ claims: { iat: iatOf(scene) + 299 } });
  assert.equal(shown(scene.ask(scene.presented([proof]))), 'ok');
  for (let i = 0; i < 150; i++) {
    assert.match(shown(scene.ask(scene.presented([proof]))), /used before|too old/, `after ${i * 5} seconds`);
    scene.clock.pass(5000);
  }
});

test('a clock that jumps forward and back brings no proof back', () => {
  const scene = new BoundScene();
  const proof = scene.proof();
  assert.equal(shown(scene.ask(scene.presented([proof]))), 'ok');
  scene.clock.jump(3_600_000);
  assert.match(shown(scene.ask(scene.presented([proof]))), /too old/);
  assert.equal(shown(scene.ask(scene.presented([scene.proof()]))), 'ok');
  scene.clock.jump(-3_600_000);
  assert.match(shown(scene.ask(scene.presented([proof]))), /no nonce/);
});

test('a proof that was forgotten as too old does not count again when the clock is set back', () => {
  for (const [passes, back] of [
    [310_000, 240_000],
    [310_000, 20_000],
    [290_000, 100_000],
    [1000, 200_000],
  ] as const) {
    const scene = new BoundScene();
    const proof = scene.proof();
    assert.equal(shown(scene.ask(scene.presented([proof]))), 'ok');
    scene.clock.pass(passes);
    scene.clock.jump(-back);
    for (let i = 0; i < 200; i++) {
      assert.notEqual(shown(scene.ask(scene.presented([proof]))), 'ok', `${passes} - ${back}, after ${i * 5} seconds`);
      scene.clock.pass(5000);
    }
    assert.equal(shown(scene.ask(scene.presented([scene.proof()]))), 'ok', 'the doubt is over');
  }
});

test('after the clock was set back proofs count with a nonce that was given since, each once', () => {
  const scene = new BoundScene();
  scene.possession.use({ dpop: 'optional', dpopNonce: true, dpopWindowMs: 60_000 });
  const old = scene.proof({ claims: { nonce: scene.possession.nonce } });
  assert.equal(shown(scene.ask(scene.presented([old]))), 'ok');
  scene.possession.use({ dpop: 'optional', dpopNonce: false, dpopWindowMs: 60_000 });
  assert.equal(scene.possession.nonce, undefined);
  scene.clock.pass(70_000);
  scene.clock.jump(-50_000);
  assert.match(shown(scene.ask(scene.presented([old]))), /use_dpop_nonce: .*counts no more/);
  assert.match(shown(scene.ask(scene.presented([scene.proof()]))), /use_dpop_nonce: .*no nonce/);
  const proof = scene.proof({ claims: { nonce: scene.possession.nonce } });
  assert.equal(shown(scene.ask(scene.presented([proof]))), 'ok');
  assert.match(shown(scene.ask(scene.presented([proof]))), /used before/);
});

test('a proof made before this process began needs a nonce, for it may have been used', () => {
  const scene = new BoundScene();
  const claims = { iat: iatOf(scene) - 1 };
  assert.match(shown(scene.ask(scene.presented([scene.proof({ claims })]))), /use_dpop_nonce: .*no nonce/);
  assert.equal(scene.possession.nonce, undefined, 'others need none');
  const nonce = scene.possession.nonceWanted;
  assert.equal(shown(scene.ask(scene.presented([scene.proof({ claims: { ...claims, nonce } })]))), 'ok');
});

test('the same id in a second proof of one key is refused, in one of another key it is not', () => {
  const [one, two] = [new BoundScene(), new BoundScene(other)];
  const claims = { jti: 'same' };
  assert.equal(shown(one.ask(one.presented([one.proof({ claims })]))), 'ok');
  assert.match(shown(one.ask(one.presented([one.proof({ claims })]))), /used before/);
  one.proven = { ...one.proven, boundTo: { jkt: other.jkt } };
  assert.equal(shown(one.ask(one.presented([two.proof({ claims: { ...claims, iat: iatOf(one) } })]))), 'ok');
});

test('a proof that was refused for anything is not used up by it', () => {
  const scene = new BoundScene();
  const proof = scene.proof();
  const get = scene.presented([proof], { target: { method: 'GET', url: ENDPOINT } });
  assert.match(shown(scene.ask(get)), /another method/);
  assert.equal(shown(scene.ask(scene.presented([proof]))), 'ok');
});
