import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login } from '../../../backends/authorization/login.ts';
import { openObtained } from '../../../backends/authorization/open.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startAuthorizationServer } from '../../support/identity/authorization-server.ts';
import { obtaining, send } from '../../support/identity/obtaining.ts';
import { startProtectedServer } from '../../support/identity/protected-server.ts';
import { agreeTo } from '../../support/identity/test-browser.ts';

const ground = (stateDir: string) => ({ clock: systemClock, stateDir, environment: process.env, learn: () => {} });

test('a user agrees once, and requests go with tokens for that backend alone', async (t) => {
  const server = await startAuthorizationServer(t);
  const far = await startProtectedServer(t, server);
  const stateDir = temporaryFolder(t);
  const backend = obtaining(far.url, { mode: 'oauth', scopes: ['files.read'] });
  const made = await login(backend, { ...ground(stateDir), show: (page) => void agreeTo(page.href) });
  assert.equal(made.issuer, server.issuer);
  assert.ok(made.token?.refresh);
  const authorization = openObtained(backend, { ...ground(stateDir), subjectToken: () => '' });
  assert.equal((await send(authorization, far.url, 'tools/call', { name: 'read' })).status, 200);
});

test('what the gateway obtains for itself is kept until shortly before it ends', async (t) => {
  const server = await startAuthorizationServer(t);
  const far = await startProtectedServer(t, server);
  const backend = obtaining(far.url, {
    mode: 'client_credentials',
    issuer: server.issuer,
    clientId: 'service',
    clientProof: { kind: 'secret', from: { kind: 'value', value: server.secretOf('service') } },
    scopes: ['files.read'],
  });
  const authorization = openObtained(backend, { ...ground(temporaryFolder(t)), subjectToken: () => '' });
  assert.equal((await send(authorization, far.url, 'tools/list')).status, 200);
  assert.equal((await send(authorization, far.url, 'tools/call', { name: 'read' })).status, 200);
  assert.equal(server.asked.get('/token'), 1);
  assert.equal((await send(authorization, far.url, 'tools/call', { name: 'write' })).status, 200);
  assert.equal(server.asked.get('/token'), 2);
});
