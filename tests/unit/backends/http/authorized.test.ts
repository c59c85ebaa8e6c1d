import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { readProof } from '../../../../lib/identity/dpop/proof.ts';
import { DpopSigner } from '../../../../lib/issuing/dpop-signer.ts';
import { MintedAuthorization } from '../../../../lib/issuing/minted-authorization.ts';
import { newKeyPem, SigningKeys } from '../../../../lib/issuing/signing-keys.ts';
import { TokenMint } from '../../../../lib/issuing/token-mint.ts';
import {
  type Authorization,
  AuthorizationFault,
  type OnBehalf,
  type Refusal,
} from '../../../../lib/model/authorization.ts';
import { systemClock } from '../../../../lib/model/clock.ts';
import type { MintConfig } from '../../../../lib/model/credentials.ts';
import { HttpScene } from '../../../support/http/http-scene.ts';
import { json, RawHttp } from '../../../support/http/raw-http.ts';

const CONFIG: MintConfig = {
  mode: 'mint',
  audience: 'https://far.example/mcp',
  ttlMs: 60_000,
  dpop: false,
  scopes: [],
};

function minted(signer?: DpopSigner): MintedAuthorization {
  const { newest } = SigningKeys.read(newKeyPem());
  return new MintedAuthorization(
    'far',
    CONFIG,
    new TokenMint('https://gate.example', () => newest, systemClock),
    signer,
  );
}

function by(subject: string): OnBehalf {
  const identity = { subject, clientId: subject, roles: [], proof: 'api-key' } as const;
  return { identity, decision: `d-${subject}`, action: 'tools/call', resource: 'far/work' };
}

const calling = (id: number | undefined) => (id === undefined ? undefined : by(`caller-${id}`));

function working(far: RawHttp): void {
  far.legacy();
  far.onMessage('tools/call', (received) => json(received, { content: [] }));
}

test('each request carries a token of its own for whoever it is made, however many are under way', async (t) => {
  const far = new RawHttp(t);
  working(far);
  const scene = new HttpScene(t, await far.listen(), { authorization: minted(), onBehalf: calling });
  await scene.open();
  const ids = Array.from({ length: 20 }, (_, index) => index + 10);
  for (const id of ids) scene.request(id, 'tools/call', { name: 'work' });
  for (const id of ids) assert.deepEqual((await scene.about(id)).result, { content: [] });
  const calls = far.received.filter(({ message }) => message?.method === 'tools/call');
  for (const { headers, message } of calls) {
    const { sub } = decodeJwt(headers.authorization!.replace('Bearer ', ''));
    assert.equal(sub, `caller-${message.id}`);
  }
});

test('a server that wants a nonce gets the request once more with it, and from then on the newest', async (t) => {
  const far = new RawHttp(t);
  working(far);
  let nonce = 'n-1';
  const signer = new DpopSigner(systemClock);
  far.on(
    ({ headers, method }) => {
      const proof = readProof([String(headers['dpop'])]);
      return method === 'POST' && (typeof proof === 'string' || proof.nonce !== nonce);
    },
    ({ response }) =>
      response.writeHead(401, { 'DPoP-Nonce': nonce, 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"' }).end(),
  );
  const scene = new HttpScene(t, await far.listen(), { authorization: minted(signer), onBehalf: calling });
  await scene.open();
  nonce = 'n-2';
  scene.request(7, 'tools/call', { name: 'work' });
  assert.deepEqual((await scene.about(7)).result, { content: [] });
  const proofs = far.received
    .filter(({ method }) => method === 'POST')
    .map(({ headers }) => {
      const proof = readProof([String(headers['dpop'])]);
      assert.ok(typeof proof === 'object');
      assert.equal(proof.key.thumbprint, signer.jkt);
      assert.deepEqual(decodeJwt(headers.authorization!.replace('DPoP ', ''))['cnf'], { jkt: signer.jkt });
      return proof;
    });
  assert.equal(new Set(proofs.map(({ jti }) => jti)).size, proofs.length);
});

test('a refusal that nothing new would change is final, and makes no second call', async (t) => {
  const far = new RawHttp(t);
  working(far);
  far.onMessage('tools/call', ({ response }) => response.writeHead(401).end());
  const scene = new HttpScene(t, await far.listen(), { authorization: minted(), onBehalf: calling });
  await scene.open();
  scene.request(7, 'tools/call', { name: 'work' });
  assert.match((await scene.about(7)).error.message, /does not accept our credentials \(HTTP 401\)/);
  assert.equal(far.received.filter(({ message }) => message?.method === 'tools/call').length, 1);
});

test('what a server has begun to work on is never asked again, whatever it says of credentials', async (t) => {
  const far = new RawHttp(t);
  working(far);
  far.onMessage('tools/call', ({ response }) => response.writeHead(500, { 'WWW-Authenticate': 'Bearer' }).end());
  const asked: Refusal[] = [];
  const authorization: Authorization = { headers: () => [], refused: (_outgoing, refusal) => asked.push(refusal) > 0 };
  const scene = new HttpScene(t, await far.listen(), { authorization });
  await scene.open();
  scene.request(7, 'tools/call', { name: 'work' });
  assert.match((await scene.about(7)).error.message, /HTTP 500/);
  assert.deepEqual(asked, []);
});

test('whoever would try for ever is stopped', async (t) => {
  const far = new RawHttp(t);
  working(far);
  far.onMessage('tools/call', ({ response }) => response.writeHead(403, { 'WWW-Authenticate': 'Bearer, DPoP' }).end());
  const authorization: Authorization = { headers: async () => [], refused: async () => true };
  const scene = new HttpScene(t, await far.listen(), { authorization });
  await scene.open();
  scene.request(7, 'tools/call', { name: 'work' });
  assert.match((await scene.about(7)).error.message, /HTTP 403/);
  assert.equal(far.received.filter(({ message }) => message?.method === 'tools/call').length, 4);
});

for (const [how, headers, why] of [
  [
    'throws',
    () => {
      throw new AuthorizationFault('nobody is logged in', 'run `sallyport login far`');
    },
    /nobody is logged in; run `sallyport login far`/,
  ],
  [
    'rejects',
    async () => {
      throw new AuthorizationFault('nobody is logged in', 'log in');
    },
    /nobody is logged in/,
  ],
  [
    'fails in a way nobody foresaw',
    () => {
      throw new Error('with-a-secret');
    },
    /^far cannot be authorized: making its credentials failed$/,
  ],
] as const) {
  test(`a request whose authorization ${how} is not made, and its answer says what to do`, async (t) => {
    const far = new RawHttp(t);
    working(far);
    let open = true;
    const authorization: Authorization = { headers: () => (open ? [] : headers()), refused: () => false };
    const scene = new HttpScene(t, await far.listen(), { authorization });
    await scene.open();
    open = false;
    scene.request(7, 'tools/call', { name: 'work' });
    assert.match((await scene.about(7)).error.message, why);
    assert.ok(!far.received.some(({ message }) => message?.method === 'tools/call'));
  });
}

test('a request that is called off while its authorization is made is never sent', async (t) => {
  const far = new RawHttp(t);
  working(far);
  let make: (headers: readonly string[]) => void = () => {};
  const late = new Promise<readonly string[]>((resolve) => {
    make = resolve;
  });
  let open = true;
  const authorization: Authorization = { headers: () => (open ? [] : late), refused: () => false };
  const scene = new HttpScene(t, await far.listen(), { authorization });
  await scene.open();
  open = false;
  scene.request(7, 'tools/call', { name: 'work' });
  scene.tell('notifications/cancelled', { requestId: 7 });
  make(['Authorization', 'Bearer too-late']);
  open = true;
  scene.request(8, 'tools/call', { name: 'work' });
  await scene.about(8);
  assert.deepEqual(
    far.received.filter(({ message }) => message?.method === 'tools/call').map(({ message }) => message.id),
    [8],
  );
});
