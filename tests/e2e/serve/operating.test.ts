import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { temporaryFolder } from '../../support/folder.ts';
import { selfSigned } from '../../support/http/certificates.ts';
import { begin, modernPost, open, posted, rawHttp, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { type Served, serve, serveConfig } from '../../support/program/serve.ts';
import { found, marked, NEEDS_PROC, noneLeft, runStartedBy } from '../../support/program/survivors.ts';

const hashed = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;
const NEEDS_OPENSSL = existsSync('/usr/bin/openssl') ? false : 'needs openssl';

/** The name in the certificate a server shows to a new connection. */
function shownBy(served: Served): Promise<string> {
  const { port } = new URL(served.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.end();
    });
    socket.on('error', reject);
  });
}

test('everything is encrypted where a certificate is configured, and a new one is taken without a restart', {
  skip: NEEDS_OPENSSL,
}, async (t) => {
  const home = temporaryFolder(t);
  const [old, next] = [await selfSigned(home, 'old'), await selfSigned(home, 'next')];
  const tls = { cert: join(home, 'tls.crt'), key: join(home, 'tls.key') };
  const install = (cert: string, key: string) => {
    copyFileSync(cert, tls.cert);
    copyFileSync(key, tls.key);
  };
  install(old.cert, old.key);
  const served = await serve(t, { home, server: { tls }, more: 'reload: signal\n' });
  assert.match(served.url, /^https:/);
  const list = modernPost('tools/list', {}, { Origin: new URL(served.url).origin });
  assert.equal((await send(served.url, { ...list, ca: old.ca })).status, 200);
  await assert.rejects(send(served.url, list), 'a certificate nobody knows');
  assert.equal(await rawHttp(served.url, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n').catch(() => ''), '');
  const keptOpen = await open(served.url, { ...modernPost('subscriptions/listen', { notifications: {} }), ca: old.ca });
  install(next.cert, old.key);
  served.child.kill('SIGHUP');
  await found(() => served.records.find(({ event }) => event === 'config_reloaded'), 30_000, 'the reload');
  assert.equal(await shownBy(served), 'old', 'with a key that is not its own it is no good');
  install(next.cert, next.key);
  served.child.kill('SIGHUP');
  await found(async () => ((await shownBy(served)) === 'next' ? true : undefined), 30_000, 'the new certificate');
  assert.equal((await send(served.url, { ...list, ca: next.ca })).status, 200);
  assert.ok(!keptOpen.ended);
  keptOpen.close();
});

test('told to end, it lets calls finish, takes nothing new, ends streams, and leaves no process', {
  skip: NEEDS_PROC,
}, async (t) => {
  const served = await serve(t, { server: { drain: '2s' } });
  const client = new LegacyHttp(served.url);
  await client.initialize();
  const listening = await client.listen();
  const hanging = begin(served.url, posted(client.callOf('hang', {}, 'hang'), client.own()));
  const slow = begin(served.url, modernPost('tools/call', { name: 'slow', arguments: { ms: 700 } }));
  const calls = () => served.records.filter(({ action, kind }) => kind === 'call' && action === 'tools/call');
  await found(() => calls().length === 2 || undefined, 30_000, 'the calls');
  const run = runStartedBy(served.pid)!;
  served.child.kill('SIGTERM');
  await listening.end();
  await assert.rejects(send(served.url, modernPost('tools/list')), 'nobody is let in any more');
  const answer = await (await slow.response).end();
  assert.equal(answer.json.result.content[0].text, 'slept 700');
  const lost = await (await hanging.response).end();
  assert.match(lost.text, /SP5010/);
  assert.deepEqual(await served.exited, { code: 0, signal: null });
  await noneLeft(() => marked(run), 20_000, 'backends');
});

test('a key that is taken out of the config opens nothing any more, and what it had opened is closed', async (t) => {
  const home = temporaryFolder(t);
  const key = { key: hashed('the-key-that-stays'), client_id: 'stays' };
  const gone = { key: hashed('the-key-that-goes'), client_id: 'goes' };
  const more = 'reload: signal\n';
  const served = await serve(t, { home, keys: [key, gone], more });
  const clients = ['the-key-that-stays', 'the-key-that-goes'].map(
    (secret) => new LegacyHttp(served.url, { Authorization: `Bearer ${secret}` }),
  );
  const [stays, goes] = clients as [LegacyHttp, LegacyHttp];
  await Promise.all(clients.map((client) => client.initialize()));
  const [kept, closed] = await Promise.all(clients.map((client) => client.listen()));
  const port = new URL(served.url).port;
  const server = { listen_addr: `127.0.0.1:${port}`, max_sessions_per_client: 1, allowed_hosts: ['new.example'] };
  writeFileSync(join(home, 'serve.yaml'), serveConfig({ keys: [key], server, more }));
  served.child.kill('SIGHUP');
  await closed!.end();
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  assert.equal((await goes.post(list)).status, 401);
  assert.equal((await stays.post(list, { Host: 'new.example' })).status, 200);
  assert.ok(!kept!.ended);
  const second = new LegacyHttp(served.url, stays.headers);
  await assert.rejects(second.initialize(), /503/);
  kept!.close();
});

test('a config that leaves no key is not put in force while others can reach the open address', async (t) => {
  const home = temporaryFolder(t);
  const more = 'reload: signal\n';
  const keys = [{ key: hashed('the-only-key-there-is'), client_id: 'only' }];
  const served = await serve(t, { home, keys, server: { listen_addr: '0.0.0.0:0' }, more });
  const url = served.url.replace('0.0.0.0', '127.0.0.1');
  const list = modernPost('tools/list');
  assert.equal((await send(url, list)).status, 401);
  writeFileSync(join(home, 'serve.yaml'), serveConfig({ server: { listen_addr: '127.0.0.1:0' }, more }));
  served.child.kill('SIGHUP');
  const failed = () => served.records.find(({ event }) => /^config_reload/.test(event));
  const { event } = await found(failed, 30_000, 'the reload');
  assert.equal(event, 'config_reload_failed');
  assert.equal((await send(url, list)).status, 401);
});
