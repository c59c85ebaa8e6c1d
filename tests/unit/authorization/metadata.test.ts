import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  resourceMetadata,
  resourceMetadataUrls,
  serverMetadata,
  serverMetadataUrls,
} from '../../../backends/authorization/metadata.ts';
import { mayAsk } from '../../../backends/authorization/places.ts';

const hrefs = (urls: readonly URL[]) => urls.map(({ href }) => href);
const said = (more: object) => JSON.stringify({ authorization_servers: ['https://as.example'], ...more });

test('metadata are looked for where the specification says, in its order', () => {
  assert.deepEqual(hrefs(resourceMetadataUrls(new URL('https://a.example/public/mcp'))), [
    'https://a.example/.well-known/oauth-protected-resource/public/mcp',
    'https://a.example/.well-known/oauth-protected-resource',
  ]);
  assert.deepEqual(hrefs(resourceMetadataUrls(new URL('https://a.example/'))), [
    'https://a.example/.well-known/oauth-protected-resource',
  ]);
  assert.deepEqual(hrefs(serverMetadataUrls('https://a.example/tenant1')), [
    'https://a.example/.well-known/oauth-authorization-server/tenant1',
    'https://a.example/.well-known/openid-configuration/tenant1',
    'https://a.example/tenant1/.well-known/openid-configuration',
  ]);
  assert.deepEqual(hrefs(serverMetadataUrls('https://a.example')), [
    'https://a.example/.well-known/oauth-authorization-server',
    'https://a.example/.well-known/openid-configuration',
  ]);
});

test('a backend may speak of itself or of what it lies in, and of no other resource', () => {
  const backend = new URL('https://a.example/api/mcp');
  for (const resource of [
    'https://a.example/api/mcp',
    'https://a.example/api',
    'https://a.example',
    'https://a.example/',
  ]) {
    assert.equal(resourceMetadata(said({ resource }), backend).resource, resource);
  }
  const others = [
    'https://b.example/api/mcp',
    'http://a.example/api/mcp',
    'https://a.example:8443/api/mcp',
    'https://a.example/api/mcp2',
    'https://a.example/ap',
    'https://a.example/api/mcp/more',
    'https://user@a.example/api/mcp',
    'https://a.example/api/mcp#x',
    'https://a.example/api/mcp?x=1',
    'a.example',
    7,
    undefined,
  ];
  for (const resource of others) {
    assert.throws(() => resourceMetadata(said({ resource }), backend), /another resource/, String(resource));
  }
  const none = { resource: backend.href, authorization_servers: [] };
  assert.throws(() => resourceMetadata(JSON.stringify(none), backend), /names no authorization server/);
});

test('the issuer of metadata must be the one they were asked of, letter by letter', () => {
  const issuer = 'https://as.example';
  assert.equal(serverMetadata(JSON.stringify({ issuer, token_endpoint: `${issuer}/t` }), issuer).issuer, issuer);
  for (const other of [
    'https://as.example/',
    'https://AS.example',
    'https://as.example:443',
    'https://b.example',
    null,
  ]) {
    assert.throws(() => serverMetadata(JSON.stringify({ issuer: other }), issuer), /another issuer/, String(other));
  }
  assert.throws(() => serverMetadata('{"issuer":"https://as.example","issuer":"https://b"}', issuer), /form/);
  assert.throws(() => serverMetadata('[]', issuer), /form/);
});

test('what others name leads neither into a network of ours nor to where anybody could read along', () => {
  const far = { backend: new URL('https://a.example/mcp'), allowPrivate: false, issuer: undefined };
  const refused = [
    'http://as.example/token',
    'http://127.0.0.1:8080/token',
    'https://127.0.0.1/token',
    'https://localhost/token',
    'https://[::1]/token',
    'https://10.0.0.1/token',
    'https://192.168.1.1/token',
    'https://169.254.169.254/latest',
    'https://[::ffff:10.0.0.1]/token',
    'https://0x7f000001/token',
    'https://user:secret@as.example/token',
    'https://as.example/token#part',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ftp://as.example/',
  ];
  for (const url of refused) assert.equal(mayAsk(new URL(url), far), false, url);
  assert.equal(mayAsk(new URL('https://as.example/token'), far), true);
  assert.equal(mayAsk(new URL('https://10.0.0.1/token'), { ...far, allowPrivate: true }), true);
  assert.equal(mayAsk(new URL('https://169.254.169.254/'), { ...far, allowPrivate: true }), false);
  const here = { ...far, backend: new URL('http://127.0.0.1:1/mcp') };
  assert.equal(mayAsk(new URL('http://127.0.0.1:8080/token'), here), true);
});
