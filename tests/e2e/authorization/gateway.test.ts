import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { startAuthorizationServer } from '../../support/identity/authorization-server.ts';
import { startProtectedServer } from '../../support/identity/protected-server.ts';
import { agreeTo } from '../../support/identity/test-browser.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import { CLI } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { GatewayPeer, isolatedHome, UNPINNED } from '../../support/program/gateway.ts';

function configOf(url: string, credentials: object): string {
  return `${UNPINNED}backends:\n  - ${JSON.stringify({ name: 'far', url, era: 'modern', credentials })}\n`;
}

function gatewayTo(t: TestContext, home: string, config: string): GatewayPeer {
  const gateway = new GatewayPeer(t, 'run', [], { config, home });
  gateway.meta = modernMeta();
  return gateway;
}

/** Logs in as a user would who is shown the page, and resolves with the exit code and what was printed. */
async function logIn(home: string, config: string): Promise<{ code: number; said: string }> {
  const file = join(home, 'login.yaml');
  writeFileSync(file, config);
  const child = spawn(process.execPath, [CLI, 'login', 'far', '--no-browser', '--config', file], {
    env: { ...process.env, ...isolatedHome(home) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (line.startsWith('http')) void agreeTo(line);
  });
  const [code] = await once(child, 'close');
  return { code: code as number, said: said.join('\n') };
}

const call = (gateway: GatewayPeer, name: string) => gateway.ask('tools/call', { name, arguments: {} });

test('a backend that wants a login is down until somebody has logged in, and says so', async (t) => {
  const server = await startAuthorizationServer(t);
  const far = await startProtectedServer(t, server);
  const home = temporaryFolder(t);
  const config = configOf(far.url, { mode: 'oauth', scopes: ['files.read'] });
  const before = gatewayTo(t, home, config);
  const refused = JSON.stringify(await call(before, 'read'));
  assert.match(refused, /nobody has logged in; sallyport login far/);
  assert.equal(far.requests.length, 0);
  const { code, said } = await logIn(home, config);
  assert.equal(code, 0, said);
  assert.match(said, /Logged in to far at 127\.0\.0\.1:\d+ with files\.read/);
  const after = gatewayTo(t, home, config);
  assert.equal((await call(after, 'read')).result.content[0].text, 'read is done');
  const folder = join(home, 'state', 'sallyport', 'logins');
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  const [token] = far.tokens;
  assert.ok(!said.includes(token!));
  const out = await sallyport(['logout', 'far', '--config', join(home, 'login.yaml')], { home });
  assert.match(out.stdout, /its authorization server takes them back/);
  assert.deepEqual(readdirSync(folder), []);
});

test('what a user agreed to is renewed by one of two gateways that need it at once', async (t) => {
  const server = await startAuthorizationServer(t, { ttl: 4 });
  const far = await startProtectedServer(t, server);
  const home = temporaryFolder(t);
  const config = configOf(far.url, { mode: 'oauth', scopes: ['files.read'] });
  assert.equal((await logIn(home, config)).code, 0);
  assert.equal(server.asked.get('/token'), 1);
  const gateways = [gatewayTo(t, home, config), gatewayTo(t, home, config)];
  for (const gateway of gateways) assert.ok((await call(gateway, 'read')).result);
  const asked = server.asked.get('/token')!;
  const [first] = far.tokens;
  far.revoked.add(far.tokens.at(-1)!).add(first!);
  const answers = await Promise.all(gateways.map((gateway) => call(gateway, 'read')));
  for (const answer of answers) assert.equal(answer.result?.content[0].text, 'read is done', JSON.stringify(answer));
  assert.equal(server.asked.get('/token'), asked + 1);
});

test('a client of its own gets tokens bound to a key, with the nonces of both servers, and more scopes when asked', async (t) => {
  const server = await startAuthorizationServer(t, { nonces: true });
  const far = await startProtectedServer(t, server, { dpop: true, nonce: 'a-nonce-of-the-backend' });
  const home = temporaryFolder(t);
  const config = configOf(far.url, {
    mode: 'client_credentials',
    issuer: server.issuer,
    client_id: 'service',
    client_secret: server.secretOf('service'),
    scopes: ['files.read'],
    dpop: 'on',
  });
  const gateway = gatewayTo(t, home, config);
  assert.equal((await call(gateway, 'read')).result?.content[0].text, 'read is done');
  assert.equal((await call(gateway, 'write')).result?.content[0].text, 'write is done');
  assert.equal(new Set(far.tokens).size, 2);
});

test('an assertion a program prints is given for tokens, and comes to neither the client nor the backend', async (t) => {
  const server = await startAuthorizationServer(t);
  const far = await startProtectedServer(t, server);
  const home = temporaryFolder(t);
  const part = (said: object) => Buffer.from(JSON.stringify(said)).toString('base64url');
  const assertion = `${part({ alg: 'none' })}.${part({ aud: server.issuer, sub: 'workload-7' })}.c2lnbmVk`;
  const config = configOf(far.url, {
    mode: 'jwt_bearer',
    issuer: server.issuer,
    client_id: 'service',
    client_secret: server.secretOf('service'),
    assertion: { command: ['/bin/echo', assertion] },
    scopes: ['files.read'],
  });
  const answer = await call(gatewayTo(t, home, config), 'read');
  assert.equal(answer.result?.content[0].text, 'read is done', JSON.stringify(answer));
  const claims = JSON.parse(Buffer.from(far.tokens.at(-1)!.split('.')[1]!, 'base64url').toString());
  assert.equal(claims.sub, 'workload-7');
  assert.ok(!JSON.stringify([answer, far.requests]).includes(assertion));
});

test('each caller of an exchange comes to the backend in their own name', async (t) => {
  const said: Readonly<Record<string, unknown>>[] = [];
  const server = await startAuthorizationServer(t, { onExchange: (claims) => void said.push(claims) });
  const far = await startProtectedServer(t, server);
  const home = temporaryFolder(t);
  const config = configOf(far.url, {
    mode: 'exchange',
    issuer: server.issuer,
    client_id: 'exchanger',
    client_secret: server.secretOf('exchanger'),
    scopes: ['files.read'],
  });
  const gateway = gatewayTo(t, home, config);
  const answer = await call(gateway, 'read');
  assert.equal(answer.result?.content[0].text, 'read is done', JSON.stringify(answer));
  const subject = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).sub as string;
  assert.notEqual(subject(far.tokens.at(-1)!), 'exchanger');
  const told = said.map(({ mcp }) => mcp);
  assert.deepEqual(told.at(-1), { backend: 'far' }, 'it is used for other calls too, so it speaks of none');
});
