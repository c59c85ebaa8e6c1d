import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Identities } from '../../../lib/checks/identity.ts';
import type { Call } from '../../../lib/model/call.ts';
import { accountOf, type Principal } from '../../../lib/model/principal.ts';
import { holdersOf } from '../../../lib/quota/holder.ts';
import { load } from '../../support/config/config.ts';

const CONFIG = `version: 1
backends:
  - { name: files, command: x }
  - { name: db, command: y }
roles:
  reader: { permissions: ["files/read_*"] }
tenants:
  acme: { backends: [files] }
  globex: { clients: [desk], backends: [db] }
`;
const NO_EFFECT = { kind: 'read', flags: [] } as never;
const EFFECTS = { now: () => NO_EFFECT, own: () => NO_EFFECT };

function token(more: Partial<Principal> = {}): Principal {
  const issuer = 'https://idp.example';
  return { subject: 'alice', clientId: 'agent', agent: '', roles: [], proof: 'jwt', issuer, byRoles: true, ...more };
}

function asking(t: TestContext, yaml = CONFIG): (who: Principal, tool: string) => string | undefined {
  const identities = new Identities(load(t, { flag: yaml }).config);
  return (who, tool) => {
    const [backend = '', id = ''] = tool.split('/');
    return identities.standing(who, { backend, type: 'tool', id }, EFFECTS).refusal?.code;
  };
}

test('a token has what its roles permit; one without a role, or with one nobody defined, has nothing', (t) => {
  const refused = asking(t);
  assert.equal(refused(token({ roles: ['reader'] }), 'files/read_text'), undefined);
  assert.equal(refused(token({ roles: ['reader'] }), 'files/write_text'), 'SP3008');
  assert.equal(refused(token({ roles: [] }), 'files/read_text'), 'SP3008');
  for (const role of ['admin', 'Reader', '*', '__proto__', ''])
    assert.equal(refused(token({ roles: [role] }), 'files/read_text'), 'SP3008', role);
  assert.equal(
    refused(token({ byRoles: undefined }), 'files/write_text'),
    undefined,
    'its issuer says nothing of roles',
  );
});

test('where no role is defined at all, a token whose issuer says who has which has nothing', (t) => {
  const refused = asking(t, CONFIG.replace(/roles:\n.*\n/, ''));
  for (const roles of [[], ['reader'], ['*']]) assert.equal(refused(token({ roles }), 'files/read_text'), 'SP3008');
  assert.equal(refused(token({ byRoles: undefined }), 'files/read_text'), undefined);
  const ofKey = token({ proof: 'api-key', byRoles: undefined, roles: ['reader'] });
  assert.equal(refused(ofKey, 'files/read_text'), undefined, 'roles of keys may be names for rules alone');
});

test('a token sees the backends of its tenant, and one of a tenant nobody listed sees none', (t) => {
  const refused = asking(t);
  const of = (tenant: string, clientId = 'agent') => token({ byRoles: undefined, tenant, clientId });
  assert.equal(refused(of('acme'), 'files/a'), undefined);
  assert.equal(refused(of('acme'), 'db/a'), 'SP3010');
  assert.equal(refused(of('other'), 'files/a'), 'SP3010');
  assert.equal(refused(of('acme', 'desk'), 'db/a'), 'SP3010', 'what its token says counts, not who lists its client');
});

test('permissions of a key may be everything, one tool in either way to write it, or a pattern', (t) => {
  const permissions = (written: string) => {
    const key = `{ key: "sha256:${'0'.repeat(64)}", client_id: a, permissions: ["${written}"] }`;
    const { config } = load(t, { flag: `${CONFIG}security: { auth: { api_keys: [${key}] } }\n` });
    const identities = new Identities(config);
    const who = token({ proof: 'api-key', byRoles: undefined, permissions: config.auth.apiKeys[0]!.permissions });
    return ['files/read_text', 'files/write_text', 'db/read_text'].filter((tool) => {
      const [backend = '', id = ''] = tool.split('/');
      return identities.standing(who, { backend, type: 'tool', id }, EFFECTS).refusal === undefined;
    });
  };
  assert.equal(permissions('*').length, 3);
  assert.deepEqual(permissions('tool:files:read_text'), ['files/read_text']);
  assert.deepEqual(permissions('files/read_text'), ['files/read_text']);
  assert.deepEqual(permissions('*/read_*'), ['files/read_text', 'db/read_text']);
});

test('people and programs of one name in two tenants, or of two issuers, share no account and no count', () => {
  const all = [
    token({ tenant: 'acme' }),
    token({ tenant: 'globex' }),
    token({ tenant: 'acme', issuer: 'https://other.example' }),
    token({ proof: 'api-key', issuer: undefined, tenant: 'acme' }),
    token({ proof: 'api-key', issuer: undefined, tenant: 'globex' }),
    token({ proof: 'api-key', issuer: undefined }),
  ];
  assert.equal(new Set(all.map(accountOf)).size, all.length);
  for (const per of ['client', 'agent'] as const) {
    const counts = all.map((principal) => {
      const call = { principal, resource: { backend: 'files', type: 'tool', id: 'a' }, action: 'tools/call' } as Call;
      return holdersOf(per, call, ({ tenant }) => tenant)[0];
    });
    const apart = new Set(counts).size;
    assert.ok(apart >= (per === 'client' ? all.length : 5), `${per}: ${apart}`);
  }
});
