import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProven, type Proven } from '../../../lib/identity/proven.ts';
import { digestOf } from '../../../lib/identity/revocations.ts';
import { OpaqueTokens } from '../../../lib/identity/tokens/opaque-tokens.ts';
import type { IntrospectionConfig } from '../../../lib/model/auth-config.ts';
import type { Json } from '../../../lib/model/json.ts';
import { FakeClock } from '../../support/clock.ts';
import { AUDIENCE, ISSUER, issuerConfig, presenting, whyNot } from '../../support/identity/tokens.ts';

function scene(more: Partial<IntrospectionConfig> = {}, leavesSigned = true) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const revoked = new Set<string>();
  const answers = new Map<string, Json | Error>();
  const config: IntrospectionConfig = {
    url: 'https://idp.example.com/introspect',
    allowPrivate: false,
    clientId: 'gate',
    clientSecret: 'secret',
    issuer: ISSUER,
    audiences: [AUDIENCE],
    claims: issuerConfig().claims,
    roleMap: undefined,
    tenant: undefined,
    cacheMs: 30_000,
    timeoutMs: 5000,
    ...more,
  };
  const introspect = {
    ask: async (token: string) => {
      asked.push(token);
      const answer = answers.get(token) ?? { active: false };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: () => {},
  };
  const revocations = { has: (issuer: string, what: string) => issuer === ISSUER && revoked.has(what) };
  const prover = new OpaqueTokens(config, introspect, clock, { revocations, leavesSigned });
  const active = (claims: Json = {}) => ({
    active: true,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'agent',
    scope: 'read',
    exp: clock.now() / 1000 + 300,
    ...claims,
  });
  return { clock, asked, revoked, answers, prover, active };
}

test('an active token proves what the answer says, and is asked about once while that counts', async () => {
  const { prover, answers, active, asked, clock } = scene();
  answers.set('opaque', active({ jti: 'j' }));
  const proven = (await prover.prove(presenting('opaque'))) as Proven;
  assert.deepEqual(proven.identity, {
    subject: 'alice',
    clientId: 'agent',
    roles: [],
    byRoles: true,
    permissions: undefined,
    tenant: undefined,
    proof: 'introspection',
    issuer: ISSUER,
    scopes: ['read'],
    actors: undefined,
  });
  assert.equal(prover.prove(presenting('opaque')), proven);
  assert.equal(asked.length, 1);
  assert.ok(!JSON.stringify(proven).includes('opaque'));
  clock.pass(30_000);
  assert.equal(await whyNot(prover.prove(presenting('opaque'))), 'proven');
  assert.equal(asked.length, 2);
});

test('an answer counts only when it says active, for us, of the issuer, and not over', async () => {
  const { prover, answers, active, clock } = scene();
  const wrong: readonly Json[] = [
    {},
    active({ active: 'true' }),
    active({ active: 1 }),
    active({ active: false }),
    active({ aud: 'https://other.example.com' }),
    active({ aud: undefined }),
    active({ iss: 'https://other.example.com' }),
    active({ iss: null }),
    active({ exp: clock.now() / 1000 }),
    active({ exp: 'never' }),
    active({ sub: 7 }),
    active({ sub: undefined, client_id: undefined }),
    active({ cnf: { unknown: 'x' } }),
    active({ scope: ['a', 7] }),
  ];
  for (const [index, answer] of wrong.entries()) {
    answers.set(`t${index}`, answer);
    assert.match((await whyNot(prover.prove(presenting(`t${index}`))))!, /^SP2008/, JSON.stringify(answer));
  }
});

test('a token that renews others, or says who logged in, opens nothing although it is active', async () => {
  const { prover, answers, active } = scene();
  const said = [{ token_use: 'refresh_token' }, { typ: 'Refresh' }, { typ: 'Offline' }, { token_use: 'id' }];
  const more = [{ token_type: 'refresh_token' }, { token_type: 'refresh' }, { typ: 'ID' }, { typ: 'logout+jwt' }];
  for (const [index, kind] of [...said, ...more].entries()) {
    answers.set(`r${index}`, active(kind));
    const why = await whyNot(prover.prove(presenting(`r${index}`)));
    assert.equal(why, 'SP2008 not an access token', JSON.stringify(kind));
  }
  const right = [{ token_use: 'access_token' }, { token_type: 'Bearer' }, { token_type: 'DPoP' }, { typ: 'Bearer' }];
  for (const [index, kind] of right.entries()) {
    answers.set(`a${index}`, active(kind));
    assert.equal(await whyNot(prover.prove(presenting(`a${index}`))), 'proven', JSON.stringify(kind));
  }
});

test('a token of a client alone stands for the client', async () => {
  const { prover, answers, active } = scene();
  answers.set('t', active({ sub: undefined }));
  assert.equal(((await prover.prove(presenting('t'))) as Proven).identity.subject, 'agent');
});

test('a wrong token is not asked about again for five seconds', async () => {
  const { prover, asked, clock, answers, active } = scene();
  assert.equal(await whyNot(prover.prove(presenting('wrong'))), 'SP2008 not active');
  assert.equal(await whyNot(prover.prove(presenting('wrong'))), 'SP2008 not active');
  assert.equal(asked.length, 1);
  answers.set('wrong', active());
  clock.pass(5000);
  assert.equal(await whyNot(prover.prove(presenting('wrong'))), 'proven');
});

test('nobody is let in while nobody can be asked, and the next request asks again', async () => {
  const { prover, asked, answers, active } = scene();
  answers.set('t', new Error('down'));
  for (let i = 0; i < 2; i++) {
    assert.equal(await whyNot(prover.prove(presenting('t'))), 'SP2011 nobody says whether it is active');
  }
  assert.equal(asked.length, 2);
  answers.set('t', active());
  assert.equal(await whyNot(prover.prove(presenting('t'))), 'proven');
});

test('one token is asked about once at a time, and of many at once only some', async () => {
  const { prover, asked } = scene();
  const same = await Promise.all([prover.prove(presenting('one')), prover.prove(presenting('one'))]);
  assert.equal(same.length, 2);
  assert.equal(asked.length, 1);
  const many = await Promise.all(Array.from({ length: 100 }, (_, index) => prover.prove(presenting(`m${index}`))));
  assert.equal(many.filter((one) => one !== undefined && !isProven(one) && one.code === 'SP2011').length, 36);
  assert.equal(asked.length, 65);
});

test('API keys, signed tokens and what cannot be a token are never sent anywhere', async () => {
  const { prover, asked } = scene();
  assert.equal(prover.prove(presenting('opaque', 'key')), undefined);
  assert.equal(prover.prove(presenting('a.b.c')), undefined);
  assert.match((await whyNot(prover.prove(presenting('a b'))))!, /^SP2008/);
  assert.match((await whyNot(prover.prove(presenting('a&token=b'))))!, /^SP2008/);
  assert.match((await whyNot(prover.prove(presenting('x'.repeat(8193)))))!, /^SP2008/);
  assert.equal(asked.length, 0);
  const alone = scene({}, false);
  await alone.prover.prove(presenting('a.b.c'));
  assert.deepEqual(alone.asked, ['a.b.c'], 'where nobody verifies them');
});

test('what was proven is asked about again behind a session, and a token that was taken back closes it', async () => {
  const { prover, answers, active, asked, clock } = scene();
  answers.set('t', active());
  const proven = (await prover.prove(presenting('t'))) as Proven;
  assert.ok(prover.honours(proven));
  assert.equal(asked.length, 1);
  clock.pass(30_000);
  assert.ok(prover.honours(proven), 'while it is asked');
  assert.equal(asked.length, 2);
  await prover.prove(presenting('t'));
  assert.ok(prover.honours(proven));
  clock.pass(30_000);
  answers.set('t', { active: false });
  assert.ok(prover.honours(proven));
  await prover.prove(presenting('t'));
  assert.ok(!prover.honours(proven));
});

test('a session ends when its rights change, its time is over, or nobody can be asked for long', async () => {
  const { prover, answers, active, clock } = scene();
  answers.set('t', active());
  const proven = (await prover.prove(presenting('t'))) as Proven;
  clock.pass(30_000);
  answers.set('t', active({ roles: ['other'] }));
  await prover.prove(presenting('t'));
  assert.ok(!prover.honours(proven));
  const now = (await prover.prove(presenting('t'))) as Proven;
  answers.set('t', new Error('down'));
  clock.pass(64_999);
  assert.ok(prover.honours(now));
  clock.pass(1);
  assert.ok(!prover.honours(now));
  answers.set('short', active({ exp: clock.now() / 1000 + 10 }));
  const short = (await prover.prove(presenting('short'))) as Proven;
  clock.pass(10_000);
  assert.ok(!prover.honours(short));
});

test('what was taken back here is refused whatever the authorization server says', async () => {
  const { prover, answers, active, revoked } = scene();
  answers.set('t', active({ jti: 'j' }));
  const proven = (await prover.prove(presenting('t'))) as Proven;
  for (const what of ['j', digestOf('t')]) {
    revoked.add(what);
    assert.ok(!prover.honours(proven));
    assert.equal(await whyNot(prover.prove(presenting('t'))), 'SP2008 taken back');
    revoked.clear();
  }
});

test('strangers at one address leave room for the questions of others, and for tokens that were right before', async () => {
  const { prover, asked, answers, active, clock } = scene();
  answers.set('old', active());
  answers.set('good', active());
  assert.equal(await whyNot(prover.prove({ ...presenting('old'), source: 'a' })), 'proven');
  clock.pass(30_000);
  const flood = Array.from({ length: 100 }, (_, index) => prover.prove({ ...presenting(`m${index}`), source: 'a' }));
  assert.equal(asked.length, 9);
  const mine = prover.prove({ ...presenting('good'), source: 'b' });
  const again = prover.prove({ ...presenting('old'), source: 'a' });
  const refused = await Promise.all(flood.map(whyNot));
  assert.equal(refused.filter((why) => why === 'SP2011 too many tokens of one source are asked about').length, 92);
  assert.deepEqual([await whyNot(mine), await whyNot(again)], ['proven', 'proven']);
  assert.equal(await whyNot(prover.prove({ ...presenting('new'), source: 'a' })), 'SP2008 not active', 'room again');
});

test('nobody is asked for a source that is locked out, and what is known to be right still counts', async () => {
  const { prover, asked, answers, active, clock } = scene();
  answers.set('good', active());
  answers.set('new', active());
  const locked = { source: 'a', isLockedOut: true };
  assert.equal(await whyNot(prover.prove({ ...presenting('good'), source: 'a' })), 'proven');
  assert.match((await whyNot(prover.prove({ ...presenting('made-up'), ...locked })))!, /^SP2008 not asked/);
  assert.match((await whyNot(prover.prove({ ...presenting('new'), ...locked })))!, /^SP2008 not asked/);
  assert.equal(await whyNot(prover.prove({ ...presenting('good'), ...locked })), 'proven');
  assert.equal(asked.length, 1);
  clock.pass(30_000);
  assert.equal(await whyNot(prover.prove({ ...presenting('good'), ...locked })), 'proven', 'asked about once more');
  assert.equal(asked.length, 2);
  assert.equal(await whyNot(prover.prove({ ...presenting('new'), source: 'b' })), 'proven');
});
