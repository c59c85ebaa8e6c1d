import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  opened,
  outgoing,
  refusal,
  SECRET,
  scripted,
  tokenOf,
  who,
} from '../../support/identity/scripted-authorization.ts';

test('a token is asked for once however many wait for it, kept, and replaced before it ends', async (t) => {
  const { issuer, count, forms } = await scripted(t);
  const { authorization, clock, learned } = opened(t, issuer, { scopes: ['a'], audience: 'the-backend' });
  const all = await Promise.all(Array.from({ length: 20 }, () => tokenOf(authorization)));
  assert.deepEqual(new Set(all), new Set(['Bearer t1']));
  assert.equal(await tokenOf(authorization), 'Bearer t1');
  assert.equal(count('/token'), 1);
  const [form] = forms();
  assert.deepEqual(
    ['grant_type', 'resource', 'audience', 'scope'].map((name) => form!.get(name)),
    ['client_credentials', `${issuer}/mcp`, 'the-backend', 'a'],
  );
  clock.pass(269_000);
  assert.equal(await tokenOf(authorization), 'Bearer t1');
  clock.pass(2000);
  assert.equal(await tokenOf(authorization), 'Bearer t2');
  assert.ok(learned.includes(SECRET));
});

test('each caller has a token of their own, also where two tenants call them by one name', async (t) => {
  const { issuer, forms } = await scripted(t);
  const { authorization } = opened(t, issuer, { mode: 'exchange' });
  const tokens = [];
  for (const one of [who('ann'), who('bob'), who('ann', 'b'), who('ann'), undefined])
    tokens.push(await tokenOf(authorization, outgoing(one)));
  assert.deepEqual(tokens, ['Bearer t1', 'Bearer t2', 'Bearer t3', 'Bearer t1', 'Bearer t4']);
  assert.equal(forms()[0]!.get('subject_token'), `token of ann for ${issuer}`);
  assert.equal(forms()[3]!.get('grant_type'), 'client_credentials');
});

test('a token that is refused is replaced once, and by one question for all who were refused with it', async (t) => {
  const { issuer, count } = await scripted(t);
  const { authorization } = opened(t, issuer);
  const requests = Array.from({ length: 5 }, () => outgoing());
  for (const one of requests) assert.equal(await tokenOf(authorization, one), 'Bearer t1');
  const again = await Promise.all(
    requests.map((one) => authorization.refused(one, refusal(401, 'Bearer error="invalid_token"'))),
  );
  assert.deepEqual(again, [true, true, true, true, true]);
  assert.equal(await tokenOf(authorization, requests[0]), 'Bearer t2');
  assert.equal(await authorization.refused(requests[0]!, refusal(401, 'Bearer')), false);
  assert.equal(count('/token'), 2);
});

test('a backend that always wants more gets more twice, and nothing for what it has already', async (t) => {
  const { issuer, forms } = await scripted(t);
  const { authorization } = opened(t, issuer, { scopes: ['a'] });
  const request = outgoing();
  await tokenOf(authorization, request);
  const wants = async (scope: string) => {
    const more = await authorization.refused(
      request,
      refusal(403, `Bearer error="insufficient_scope", scope="${scope}"`),
    );
    if (more) await tokenOf(authorization, request);
    return more;
  };
  assert.equal(await wants('b'), true);
  assert.equal(await wants('b'), false);
  assert.equal(await wants('c'), true);
  assert.equal(await wants('d'), false);
  assert.deepEqual(
    forms().map((form) => form.get('scope')),
    ['a', 'a b', 'a b c'],
  );
  assert.equal(await authorization.refused(request, refusal(403)), false);
  assert.equal(await authorization.refused(request, refusal(400, 'Bearer error="invalid_request"')), false);
});
