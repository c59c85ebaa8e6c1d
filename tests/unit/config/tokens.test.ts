import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../support/config/config.ts';
import { configOf, problemsIn } from '../../support/config/config-texts.ts';

const HEAD = 'version: 1\nbackends: [{ name: a, command: x }]\n';
const LONG = 'x'.repeat(64);

function faults(t: Parameters<typeof load>[0], text: string, env: Record<string, string> = {}): string[] {
  try {
    load(t, { flag: HEAD + text, env });
    return [];
  } catch (error) {
    return (error as { problems: { code: string; message: string; where: string }[] }).problems.map(
      ({ code, message, where }) => `${code} ${where.replace(/^.*yaml:/, '')} ${message}`,
    );
  }
}

test('a secret for tokens comes from the environment and is as long as its algorithm asks', (t) => {
  const jwt = (keys: string) => `security:\n  auth:\n    jwt: {issuer: x, ${keys}}\n`;
  const at = 'security.auth.jwt.secret';
  assert.deepEqual(faults(t, jwt(`secret: ${LONG}`)), [`SP2012 5:30 ${at}: stands here as it is; write \`\${NAME}\``]);
  assert.deepEqual(faults(t, jwt('secret: "${S}"'), { S: LONG.slice(0, 31) }), [
    `SP2012 5:30 ${at}: must have at least 32 bytes`,
  ]);
  assert.deepEqual(faults(t, jwt('secret: "${S}"'), { S: LONG.slice(0, 32) }), []);
  assert.deepEqual(faults(t, jwt('secret: "${S}", algorithms: [HS256, HS512]'), { S: LONG.slice(0, 63) }), [
    `SP2012 5:30 ${at}: must have at least 64 bytes`,
  ]);
  assert.deepEqual(faults(t, jwt('secret: "${S}", algorithms: [HS512]'), { S: LONG }), []);
  assert.deepEqual(faults(t, 'auth: {enabled: true, provider: jwt, secret: "${S}"}\n', { S: 'short' }).length, 1);
});

test('keys and answers about tokens come over https, unless from this machine', (t) => {
  const jwt = (url: string) => `security:\n  auth:\n    jwt: {issuer: x, jwks_uri: "${url}"}\n`;
  assert.deepEqual(faults(t, jwt('https://idp.example.com/jwks')), []);
  assert.deepEqual(faults(t, jwt('http://127.0.0.1:80/jwks')), []);
  const why = 'security.auth.jwt.jwks_uri: must be https, unless it is on loopback';
  assert.deepEqual(faults(t, jwt('http://idp.example.com/jwks')), [`SP2012 5:32 ${why}`]);
  assert.deepEqual(faults(t, jwt('http://10.0.0.1/jwks')), [`SP2012 5:32 ${why}`]);
  const oauth = (url: string) =>
    `security:\n  auth:\n    oauth: {authorization_servers: ["https://a.example"], introspection: {url: "${url}", client_id: x, client_secret: "\${S}"}}\n`;
  assert.deepEqual(faults(t, oauth('https://a.example/introspect'), { S: 'a-client-secret' }), []);
  assert.equal(faults(t, oauth('http://a.example/introspect'), { S: 'a-client-secret' }).length, 1);
});

test('an issuer stands once, so that its tokens are read in one way', (t) => {
  const two =
    'security:\n  auth:\n    jwt:\n      - {issuer: x, jwks_uri: "https://a.example"}\n      - {issuer: x, jwks_uri: "https://b.example"}\n';
  assert.deepEqual(faults(t, two), ['SP1005 7:18 security.auth.jwt[1].issuer: the same issuer stands twice']);
});

test('algorithms of secrets and of published keys are not mixed', () => {
  const jwt = (keys: string) =>
    problemsIn(`${HEAD}security: {auth: {jwt: {issuer: x, ${keys}}}}\n`).map(({ message }) => message);
  assert.match(jwt('jwks_uri: "https://a.example", algorithms: [RS256, HS256]').join(), /need a `secret`/);
  assert.match(jwt('jwks_uri: "https://a.example", algorithms: [none]').join(), /algorithms/);
  assert.match(jwt('jwks_uri: "https://a.example", secret: x').join(), /needs one of/);
  const { auth } = configOf({
    config: `${HEAD}security: {auth: {jwt: {issuer: x, jwks_uri: "https://a.example"}}}\n`,
  }).config;
  assert.deepEqual(auth.issuers[0]!.algorithms, ['ES256', 'RS256']);
});
