import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../lib/model/clock.ts';
import { type HttpResponse, modernPost, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { PublishedKeys } from '../../support/identity/published-keys.ts';
import { AUDIENCE, claimsAt, jwksOf, signed, signer } from '../../support/identity/tokens.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { CAN_TASKS } from '../../support/mcp/tasks.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { type Served, serve } from '../../support/program/serve.ts';

const TENANTS = ['north', 'south'] as const;
type Tenant = (typeof TENANTS)[number];
const KEY = signer('ES256', 'k1');
const API_KEYS = { north: 'the-key-of-agent-north-1', south: 'the-key-of-agent-south-1' };
const other = (tenant: Tenant): Tenant => (tenant === 'north' ? 'south' : 'north');

interface Scene {
  readonly served: Served;
  readonly issuer: string;
  readonly bearing: (tenant: Tenant) => Record<string, string>;
}

/** Two tenants with people and programs of the same names, and a server each; `by` is how they prove who they are. */
async function scene(t: TestContext, by: 'token' | 'key', more = '', flags: readonly string[] = []): Promise<Scene> {
  const issuer = await PublishedKeys.start(t);
  issuer.published = jwksOf(KEY);
  const tokens = Object.fromEntries(
    TENANTS.map((org) => [
      org,
      signed(KEY, claimsAt(systemClock, { iss: issuer.origin, azp: 'agent', org, jti: `j-${org}` })),
    ]),
  );
  const jwt = { issuer: issuer.origin, audience: AUDIENCE, jwks_uri: `${issuer.origin}/jwks`, tenant_claim: 'org' };
  const api_keys = TENANTS.map((tenant) => ({
    key: `sha256:${createHash('sha256').update(API_KEYS[tenant]).digest('hex')}`,
    client_id: 'agent',
    tenant,
  }));
  // Lists that are pinned are read to their end and have no cursors.
  const security = { auth: { api_keys, jwt, lockout: { failures: 10_000 } }, registry: { pin: 'off' } };
  const served = await serve(t, {
    backends: TENANTS.map((tenant) =>
      fixtureBackend(`of-${tenant}`, ['--instructions', `For ${tenant} only.`, '--name', tenant, ...flags]),
    ).join(''),
    more: `security: ${JSON.stringify(security)}\ninstructions: merged\npolicies: { default: allow }\ntenants: { north: { backends: [of-north] }, south: { backends: [of-south] } }\n${more}`,
  });
  const bearing = (tenant: Tenant) => ({
    Authorization: `Bearer ${by === 'token' ? tokens[tenant] : API_KEYS[tenant]}`,
  });
  return { served, issuer: issuer.origin, bearing };
}

function asked({ served, bearing }: Scene, as: Tenant, method: string, params: Message = {}): Promise<HttpResponse> {
  return send(served.url, modernPost(method, params, bearing(as)));
}

function called(scene: Scene, as: Tenant, name: string, args: Message = { text: 'hi' }): Promise<HttpResponse> {
  return asked(scene, as, 'tools/call', { name, arguments: args });
}

async function legacy({ served, bearing }: Scene, tenant: Tenant): Promise<[LegacyHttp, Message]> {
  const client = new LegacyHttp(served.url, bearing(tenant));
  return [client, await client.initialize()];
}

function messageOf(answer: HttpResponse): Message {
  return answer.text.startsWith('{') ? answer.json : answer.messages.at(-1);
}

const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'] as const;
const PROOFS = ['token', 'key'] as const;

for (const by of PROOFS) {
  test(`each tenant sees its own servers alone, in every list and in every word of the gateway (${by})`, async (t) => {
    const at = await scene(t, by);
    // Everything has been started and is remembered before anybody looks.
    for (const tenant of TENANTS) assert.equal((await called(at, tenant, `of-${tenant}__echo`)).status, 200);
    for (const tenant of TENANTS) {
      const [client, introduced] = await legacy(at, tenant);
      const told = [JSON.stringify(introduced), (await asked(at, tenant, 'server/discover')).text];
      for (const text of told) assert.ok(text.includes(`For ${tenant} only.`), text);
      for (const method of LISTS) {
        const modern = (await asked(at, tenant, method)).text;
        const old = (await client.post({ jsonrpc: '2.0', id: 5, method })).text;
        for (const text of [modern, old]) assert.ok(text.includes(`of-${tenant}`), `${method}: ${text}`);
        told.push(modern, old);
      }
      for (const path of ['/api/v1/backends', '/api/v1/tools']) {
        const status = await send(at.served.at(path), { method: 'GET', headers: at.bearing(tenant) });
        assert.ok(status.text.includes(`of-${tenant}`), status.text);
        told.push(status.text);
      }
      for (const text of told) assert.ok(!text.includes(other(tenant)), text);
    }
  });

  test(`what belongs to the other tenant answers byte for byte like what does not exist (${by})`, async (t) => {
    const at = await scene(t, by);
    for (const tenant of TENANTS) assert.equal((await called(at, tenant, `of-${tenant}__echo`)).status, 200);
    for (const tenant of TENANTS) {
      const [client] = await legacy(at, tenant);
      const pairs: readonly [string, Message, Message][] = [
        ['tools/call', { name: `of-${other(tenant)}__echo` }, { name: `of-nobody1__echo` }],
        ['tools/call', { name: `of-${other(tenant)}__echo` }, { name: `of-${tenant}__nothing` }],
        ['prompts/get', { name: `of-${other(tenant)}__greet` }, { name: `of-nobody1__greet` }],
        ['resources/read', { uri: await uriOf(at, other(tenant)) }, { uri: 'file:///no-such-thing' }],
        [
          'completion/complete',
          completing({ type: 'ref/prompt', name: `of-${other(tenant)}__greet` }),
          completing({ type: 'ref/prompt', name: 'of-nobody1__greet' }),
        ],
        [
          'completion/complete',
          completing({ type: 'ref/resource', uri: await uriOf(at, other(tenant)) }),
          completing({ type: 'ref/resource', uri: 'file:///no-such-thing' }),
        ],
      ];
      const ofSessions: typeof pairs = [
        ['resources/subscribe', { uri: await uriOf(at, other(tenant)) }, { uri: 'file:///no-such-thing' }],
        ['resources/unsubscribe', { uri: await uriOf(at, other(tenant)) }, { uri: 'file:///no-such-thing' }],
      ];
      for (const [method, foreign, unknown] of [...pairs, ...ofSessions]) {
        const named = (text: string, { name, uri, ref }: Message) =>
          text.replaceAll(name ?? uri ?? ref.name ?? ref.uri, 'IT');
        const isOld = ofSessions.some(([of]) => of === method);
        const modern = isOld
          ? []
          : await Promise.all([foreign, unknown].map((params) => asked(at, tenant, method, params)));
        const old: HttpResponse[] = [];
        for (const params of [foreign, unknown]) old.push(await client.post({ jsonrpc: '2.0', id: 7, method, params }));
        for (const [one, two] of isOld ? [old] : [modern, old]) {
          assert.equal(one!.status, two!.status, method);
          assert.equal(named(one!.text, foreign), named(two!.text, unknown), method);
          assert.deepEqual(headersOf(one!), headersOf(two!), method);
        }
        assert.match(old[0]!.text, /"error"/, method);
        if (!isOld) assert.match(modern[0]!.text, /"error"/, method);
      }
    }
  });

  test(`budgets and rates of one tenant are not used up by the other, whatever they count by (${by})`, async (t) => {
    for (const per of ['tenant', 'client', 'agent']) {
      const budget = `budgets: [{ name: few, unit: calls, limit: 2, window: 1d, per: ${per} }]\n`;
      await countsApart(await scene(t, by, budget), `a budget per ${per}`);
      const rate = `rate_limit: { max_requests: 2, window_secs: 3600, per: ${per} }\n`;
      await countsApart(await scene(t, by, rate), `a rate per ${per}`);
    }
  });

  test(`sessions and cursors of one tenant mean nothing to the other (${by})`, async (t) => {
    const at = await scene(t, by, '', ['--page', '2']);
    const [north] = await legacy(at, 'north');
    const [south] = await legacy(at, 'south');
    const list = { jsonrpc: '2.0', id: 3, method: 'tools/list' };
    const own = south.session;
    south.session = north.session;
    const foreign = await south.post(list);
    south.session = 'a'.repeat(north.session.length);
    const unknown = await south.post(list);
    assert.deepEqual([foreign.status, foreign.text], [404, unknown.text]);
    south.session = north.session;
    assert.deepEqual([(await south.listen()).status, (await south.delete()).status], [404, 404]);
    south.session = own;
    assert.equal((await north.call('of-north__echo', { text: 'mine' })).result.content[0].text, 'mine');
    const first = await asked(at, 'north', 'resources/list');
    const cursor = first.json.result.nextCursor;
    assert.equal(typeof cursor, 'string', first.text);
    assert.ok((await asked(at, 'north', 'resources/list', { cursor })).json.result.resources.length > 0);
    const stolen = await asked(at, 'south', 'resources/list', { cursor });
    const invented = await asked(at, 'south', 'resources/list', { cursor: 'invented' });
    assert.match(stolen.text, /Invalid cursor/);
    assert.deepEqual([stolen.status, stolen.text], [invented.status, invented.text]);
  });

  test(`a task of one tenant is unknown to the other (${by})`, async (t) => {
    const at = await scene(t, by, '', ['--era', 'modern']);
    const capable = { _meta: modernMeta(CAN_TASKS) };
    const created = await asked(at, 'north', 'tools/call', { name: 'of-north__task', arguments: {}, ...capable });
    const { taskId } = messageOf(created).result;
    assert.equal(typeof taskId, 'string', created.text);
    const got = (as: Tenant, id: string, method: string) => asked(at, as, method, { taskId: id, ...capable });
    assert.equal(messageOf(await got('north', taskId, 'tasks/get')).result.status, 'working');
    for (const method of ['tasks/get', 'tasks/cancel']) {
      const [foreign, unknown] = [await got('south', taskId, method), await got('south', 'none', method)];
      assert.match(foreign.text, /Unknown task/);
      assert.deepEqual([foreign.status, foreign.text], [unknown.status, unknown.text]);
    }
    assert.equal(messageOf(await got('north', taskId, 'tasks/get')).result.status, 'working', 'nobody has ended it');
  });
}

test('each record says of which tenant, by whose word, by which program and how proven a call was', async (t) => {
  const at = await scene(t, 'token');
  const byKey = { ...at, bearing: (tenant: Tenant) => ({ 'X-API-Key': API_KEYS[tenant] }) };
  for (const tenant of TENANTS) {
    await called(at, tenant, `of-${tenant}__echo`);
    await called(byKey, tenant, `of-${tenant}__echo`);
    await called(at, tenant, `of-${other(tenant)}__echo`);
  }
  for (const tenant of TENANTS) {
    await legacy(at, tenant);
    await legacy(byKey, tenant);
  }
  await at.served.end();
  const calls = at.served.records.filter(({ kind, action }) => kind === 'call' && action === 'tools/call');
  const told = calls.map(({ principal, client_id, tenant, proof, issuer }) =>
    [principal, client_id, tenant, proof, issuer].join(' '),
  );
  const expected = TENANTS.flatMap((tenant) => [
    `alice agent ${tenant} jwt ${at.issuer}`,
    `agent  ${tenant} api-key `,
    `alice agent ${tenant} jwt ${at.issuer}`,
  ]);
  assert.deepEqual(told, expected);
  const sessions = at.served.records.filter(({ event }) => event === 'session_started');
  const begun = sessions.map(({ principal, client_id, tenant, proof, issuer }) =>
    [principal, client_id, tenant, proof, issuer].join(' '),
  );
  assert.deepEqual(
    begun,
    TENANTS.flatMap((tenant) => [`alice agent ${tenant} jwt ${at.issuer}`, `agent  ${tenant} api-key `]),
  );
});

function completing(ref: Message): Message {
  return { ref, argument: { name: 'who', value: '' } };
}

/** One tenant uses up what there is, and the other still has all of its own. */
async function countsApart(at: Scene, what: string): Promise<void> {
  const may = async (tenant: Tenant) =>
    !/"isError":true|"error"/.test((await called(at, tenant, `of-${tenant}__echo`)).text);
  const north = [await may('north'), await may('north'), await may('north')];
  assert.deepEqual(north, [true, true, false], what);
  const south = [await may('south'), await may('south'), await may('south')];
  assert.deepEqual(south, [true, true, false], what);
  await at.served.end();
}

async function uriOf(at: Scene, tenant: Tenant): Promise<string> {
  return (await asked(at, tenant, 'resources/list')).json.result.resources[0].uri;
}

function headersOf({ headers }: HttpResponse): Message {
  const { date, ...rest } = headers;
  // As long as the name in it.
  delete rest['content-length'];
  return rest;
}
