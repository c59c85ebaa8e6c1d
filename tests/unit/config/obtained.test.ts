import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { faultsOf, load } from '../../support/config/config.ts';

const SECRET = 'a-client-secret-of-the-environment';

function config(credentials: object, more: object = { url: 'https://mcp.example.com/mcp' }): string {
  return `version: 1\nbackends:\n  - ${JSON.stringify({ name: 'far', ...more, credentials })}\n`;
}

const faults = (t: TestContext, ...args: Parameters<typeof config>) =>
  faultsOf(t, config(...args), { CLIENT_SECRET: SECRET }).map((text) => text.replace(/ \d+:\d+/, ''));

const CLIENT = { issuer: 'https://as.example.com', client_id: 'me', client_secret: '${CLIENT_SECRET}' };

test('tokens are obtained as the section says, with a secret that is never printed', (t) => {
  const flag = config({ mode: 'client_credentials', ...CLIENT, scopes: ['a'], dpop: 'on' });
  const { config: read } = load(t, { flag, env: { CLIENT_SECRET: SECRET } });
  const { authorization } = read.backends[0]!.credentials;
  assert.ok(authorization !== undefined && authorization.mode === 'client_credentials');
  assert.deepEqual(authorization.clientProof, { kind: 'secret', from: { kind: 'value', value: SECRET } });
  assert.deepEqual([authorization.issuer, authorization.scopes, authorization.dpop], [CLIENT.issuer, ['a'], true]);
  assert.ok(read.secrets.includes(SECRET));
});

test('what a client is known by is not given to whatever server a backend names', (t) => {
  assert.deepEqual(faults(t, { mode: 'oauth' }), []);
  assert.deepEqual(faults(t, { mode: 'client_credentials', ...CLIENT }), []);
  assert.deepEqual(faults(t, { mode: 'exchange', ...CLIENT }), []);
  const where = 'SP1005 far does not say at which authorization server its client is known';
  for (const mode of ['client_credentials', 'exchange', 'oauth']) {
    assert.deepEqual(faults(t, { mode, ...CLIENT, issuer: undefined }), [where], mode);
  }
});

test('a section by which no token could be had is a fault', (t) => {
  const cases: [object, object | undefined, RegExp][] = [
    [{ mode: 'client_credentials', issuer: CLIENT.issuer }, undefined, /needs a `client_id`/],
    [{ mode: 'client_credentials', issuer: CLIENT.issuer, client_id: 'me' }, undefined, /needs a `client_secret`/],
    [{ ...CLIENT, mode: 'oauth', issuer: 'http://as.example.com' }, undefined, /issuer of far must be https/],
    [
      { ...CLIENT, mode: 'exchange', token_url: 'http://as.example.com/t' },
      undefined,
      /token_url of far must be https/,
    ],
    [{ mode: 'oauth', token_url: 'https://as.example.com/t' }, undefined, /more than a token endpoint/],
    [{ mode: 'oauth' }, { command: 'x' }, /started here/],
    [{ mode: 'static', issuer: CLIENT.issuer }, undefined, /`issuer` of far is for tokens/],
    [{ mode: 'mint', client_id: 'me' }, undefined, /`client_id` of far is for tokens of others/],
    [
      { mode: 'oauth' },
      { url: 'https://mcp.example.com/mcp', headers: { authorization: 'Bearer ${CLIENT_SECRET}' } },
      /authorization of far is made anew/,
    ],
  ];
  for (const [credentials, more, expected] of cases) {
    const [fault = ''] = more === undefined ? faults(t, credentials) : faults(t, credentials, more);
    assert.match(fault, expected, JSON.stringify(credentials));
  }
});

const PROVIDER = { issuer: 'https://idp.example.com', client_id: 'us', subject_token: { file: '/run/user.jwt' } };

test('an assertion comes from a secret source or from an identity provider', (t) => {
  const read = (credentials: object) => {
    const flag = config({ mode: 'jwt_bearer', ...credentials });
    const { authorization } = load(t, { flag, env: { CLIENT_SECRET: SECRET } }).config.backends[0]!.credentials;
    assert.ok(authorization?.mode === 'jwt_bearer');
    return authorization.grant;
  };
  assert.deepEqual(read({ issuer: CLIENT.issuer, assertion: { command: ['print-it'] } }), {
    kind: 'assertion',
    from: { kind: 'command', command: ['print-it'] },
  });
  assert.deepEqual(read({ ...CLIENT, identity_provider: PROVIDER }), {
    kind: 'identity_provider',
    provider: {
      issuer: PROVIDER.issuer,
      tokenUrl: undefined,
      clientId: 'us',
      clientProof: { kind: 'none' },
      subjectToken: { kind: 'file', path: '/run/user.jwt' },
      subjectTokenType: 'urn:ietf:params:oauth:token-type:id_token',
    },
  });
});

test('an assertion by which no token could be had, or that could be given to another server, is a fault', (t) => {
  const mode = 'jwt_bearer';
  const assertion = { file: '/run/workload.jwt' };
  const { issuer } = CLIENT;
  const cases: [object, RegExp][] = [
    [{ mode, issuer }, /needs an `assertion` or an `identity_provider`/],
    [{ mode, assertion }, /does not say at which authorization server its client is known/],
    [{ mode, issuer, assertion, identity_provider: PROVIDER }, /needs one of `assertion` and `identity_provider`/],
    [{ mode, issuer, assertion: {} }, /needs one of `value`, `file`, `command` and `keychain`/],
    [{ mode, issuer, assertion: { ...assertion, value: '${CLIENT_SECRET}' } }, /needs one of `value`/],
    [{ mode, issuer, client_secret: '${CLIENT_SECRET}', assertion }, /needs a `client_id`/],
    [{ mode: 'client_credentials', ...CLIENT, assertion }, /`assertion` of far is for `mode: jwt_bearer`/],
    [{ mode: 'oauth', identity_provider: PROVIDER }, /`identity_provider` of far is for `mode: jwt_bearer`/],
    [{ mode: 'mint', assertion }, /`assertion` of far is for tokens of others/],
    [{ mode: 'static', identity_provider: PROVIDER }, /`identity_provider` of far is for tokens/],
    [{ mode, issuer, client_id: 'me', identity_provider: PROVIDER }, /needs a `client_secret`/],
    [
      { mode, ...CLIENT, issuer: undefined, token_url: `${issuer}/t`, identity_provider: PROVIDER },
      /made for one authorization server: set its `issuer`/,
    ],
    [
      { mode, ...CLIENT, identity_provider: { ...PROVIDER, issuer: undefined } },
      /identity provider of far needs an `issuer` or a `token_url`/,
    ],
    [
      { mode, ...CLIENT, identity_provider: { ...PROVIDER, issuer: 'http://idp.example.com' } },
      /identity_provider.issuer of far must be https/,
    ],
    [
      {
        mode,
        ...CLIENT,
        identity_provider: { ...PROVIDER, client_secret: '${CLIENT_SECRET}', private_key_file: '/k' },
      },
      /one of `client_secret`/,
    ],
  ];
  for (const [credentials, expected] of cases) {
    const [fault = ''] = faults(t, credentials);
    assert.match(fault, expected, JSON.stringify(credentials));
  }
});

test('a client has one way to prove itself', (t) => {
  const [fault = ''] = faults(t, { mode: 'client_credentials', ...CLIENT, client_secret_file: '/x' });
  assert.match(fault, /one of `client_secret`, `client_secret_file` and `private_key_file`/);
});

test('a keychain is asked by names that are no options', (t) => {
  const backend = { command: 'x', sandbox: { mode: 'off' } };
  const named = (service: string) => ({ variables: { T: { keychain: { service, account: 'me' } } } });
  assert.deepEqual(faults(t, named('github'), backend), []);
  assert.match(faults(t, named('-w'), backend)[0]!, /must be a name/);
  assert.match(faults(t, named('a\nb'), backend)[0]!, /must be a name/);
  const both = { variables: { T: { keychain: { service: 'a', account: 'b' }, file: '/x' } } };
  assert.match(faults(t, both, backend)[0]!, /needs one of/);
});
