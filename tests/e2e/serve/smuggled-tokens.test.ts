import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernPost, send } from '../../support/http/http.ts';
import { LIST, ServedProofs } from '../../support/identity/served-proofs.ts';

test('a token in the query or in the body is none, also with a good proof beside it', async (t) => {
  const scene = await ServedProofs.open(t);
  const token = scene.token();
  const DPoP = () => scene.holder.proof('POST', scene.served.url, { token });
  const query = await send(`${scene.served.url}?access_token=${token}`, { ...LIST, ca: scene.trusted });
  assert.equal(query.status, 401);
  const both = { ...LIST, headers: { ...LIST.headers, ...scene.proving(token) }, ca: scene.trusted };
  for (const name of ['access_token', 'access%5ftoken', '%61pi-key', 'x=1&Token']) {
    assert.equal((await send(`${scene.served.url}?${name}=${token}`, both)).status, 401, name);
  }
  const form = {
    body: `access_token=${token}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', DPoP: DPoP() },
  };
  assert.equal((await scene.ask({}, form)).status, 401);
  assert.equal((await scene.ask({ DPoP: DPoP() }, modernPost('tools/list', { access_token: token }))).status, 401);
});

test('control characters in headers open nothing and smuggle nothing in', async (t) => {
  const scene = await ServedProofs.open(t);
  const token = scene.token();
  const proof = () => scene.holder.proof('POST', scene.served.url, { token });
  const usual = Object.entries(LIST.headers!).map(([name, value]) => `${name}: ${value}`);
  const good = [...usual, `Authorization: DPoP ${token}`, `DPoP: ${proof()}`];
  assert.match(await scene.raw(good, String(LIST.body)), /^HTTP\/1.1 200/);
  const bad: string[][] = [
    [`Authorization: DPoP ${token}\0`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}\0`],
    [`Authorization: DPoP ${token}\rX: y`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}\rX: y`],
    [`Authorization: DPoP\t${token}`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token} x`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()} ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}`, `dpop: ${proof()}`],
    [`Authorization: DPoP ${token}`, 'Authorization: Bearer x', `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP : ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}\n folded`],
    [`Authorization: DPoP ${token}\u00e9`, `DPoP: ${proof()}`],
  ];
  for (const lines of bad) {
    const answer = await scene.raw([...usual, ...lines], String(LIST.body));
    assert.match(answer, /^HTTP\/1.1 40[01]/, JSON.stringify(lines));
  }
});
