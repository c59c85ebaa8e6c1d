import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { temporaryFolder } from '../../support/folder.ts';
import { modernPost, rawHttp, send } from '../../support/http/http.ts';
import { CLI } from '../../support/paths.ts';
import { fixtureBackend, GatewayPeer, isolatedHome, wrapFixture } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';
import { metricsUrl, samplesIn, scrape, sumOf } from '../../support/watching/metrics.ts';

const TOLD = 'log: { file: stderr }\n';
const ON = `metrics: { port: 0 }\n${TOLD}`;

test('calls are counted by backend, tool, client and decision, and what is refused by its code', async (t) => {
  const config = `version: 1\n${ON}policies: { tools: { "*/fail": { action: deny } } }\n`;
  const gateway = wrapFixture(t, [], { config, flags: ['--client', 'desk'] });
  await gateway.initialize();
  await gateway.ask('tools/list');
  for (let index = 0; index < 3; index++) await gateway.call('echo', { index });
  await gateway.call('fail', {});
  await gateway.call('no_such_tool', {});
  const text = await scrape(await metricsUrl(gateway));
  const calls = { backend: 'server', client: 'desk' };
  assert.equal(sumOf(text, 'sallyport_requests_total', { ...calls, tool: 'echo', decision: 'allow' }), 3);
  assert.equal(sumOf(text, 'sallyport_requests_total', { ...calls, tool: 'fail', decision: 'deny' }), 1);
  assert.equal(sumOf(text, 'sallyport_requests_total', { tool: '_other', decision: 'deny' }), 1);
  assert.equal(sumOf(text, 'sallyport_blocked_total', { code: 'SP3015' }), 1, text);
  assert.equal(sumOf(text, 'sallyport_blocked_total', { code: 'SP8020' }), 1);
  assert.equal(sumOf(text, 'sallyport_backend_duration_seconds_count', { backend: 'server' }), 4);
  assert.equal(sumOf(text, 'sallyport_overhead_seconds_bucket', { le: '+Inf' }), 4);
  assert.equal(sumOf(text, 'sallyport_outcomes_total', { outcome: 'ok' }), 4);
  assert.deepEqual([sumOf(text, 'sallyport_backend_up'), sumOf(text, 'sallyport_backend_open')], [1, 1]);
  assert.ok(sumOf(text, 'sallyport_injection_score_count') >= 3, 'every judged text has a score');
  assert.ok(sumOf(text, 'process_resident_memory_bytes') > 1e6);
  assert.ok(
    gateway.lines.every((line) => line.startsWith('{"jsonrpc"')),
    'standard output is frames alone',
  );
});

test('nothing listens where metrics are not configured, or switched off', async (t) => {
  for (const more of ['', 'metrics: { enabled: false, port: 0 }\n']) {
    const gateway = wrapFixture(t, [], { config: `version: 1\n${TOLD}${more}` });
    await gateway.initialize();
    await gateway.when(() => gateway.stderr.includes('backend_ready'));
    await gateway.end();
    assert.ok(!gateway.stderr.includes('metrics_'), gateway.stderr);
  }
});

test('the metrics of a gateway behind a taken port are at the next one, and the log says where', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const gateway = wrapFixture(t, [], { config: `version: 1\nmetrics: { port: ${port} }\n${TOLD}` });
  await gateway.initialize();
  const url = await metricsUrl(gateway);
  const listens = Number(new URL(url).port);
  assert.ok(listens > port && listens < port + 64, url);
  assert.match(await scrape(url), /sallyport_build_info/);
});

test('a gateway that serves does not start without the port its metrics are read at', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  await assert.rejects(serve(t, { more: `metrics: { port: ${port} }\n` }), /cannot listen for metrics: .*EADDRINUSE/);
});

test('metrics others could read are refused, unless they must show a token or anybody may', async (t) => {
  const home = temporaryFolder(t);
  const validate = async (metrics: string, env = {}) => {
    const input = `version: 1\nbackends:\n${fixtureBackend('fix')}metrics: ${metrics}\n`;
    const file = join(home, 'sallyport.yaml');
    await execa('tee', [file], { input, stdout: 'ignore' });
    const options = { env: { ...isolatedHome(home), ...env }, reject: false } as const;
    const { stderr, exitCode } = await execa(process.execPath, [CLI, 'validate', file], options);
    return [exitCode, /\[(SP\d+)\]/.exec(stderr)?.[1]];
  };
  const open = 'listen_addr: "0.0.0.0:9091"';
  assert.deepEqual(await validate(`{ ${open} }`), [2, 'SP1030']);
  assert.deepEqual(await validate(`{ ${open}, enabled: false }`), [0, undefined]);
  assert.deepEqual(await validate(`{ ${open}, allow_public: true }`), [0, undefined]);
  const token = { METRICS_TOKEN: 'a-token-of-thirty-two-characters' };
  assert.deepEqual(await validate(`{ ${open}, token: "\${METRICS_TOKEN}" }`, token), [0, undefined]);
  assert.deepEqual(await validate(`{ ${open}, token: "a-token-of-thirty-two-characters" }`), [0, 'SP1103']);
  assert.deepEqual(await validate('{ token: short }'), [2, 'SP1005']);
  assert.deepEqual(await validate('{ endpoint: "no-path" }'), [2, 'SP1005']);
});

test('whoever has no token, calls another name, path or method learns nothing', async (t) => {
  const env = { METRICS_TOKEN: 'a-token-of-thirty-two-characters' };
  const more = `metrics: { port: 0, token: "\${METRICS_TOKEN}", endpoint: /inside }\n${TOLD}`;
  const served = await serve(t, { more, env });
  const url = await metricsUrl(served);
  assert.equal(new URL(url).pathname, '/inside');
  const status = async (path: string, method: string, headers = {}) =>
    (await send(new URL(path, url).href, { method, headers })).status;
  const right = { Authorization: `Bearer ${env.METRICS_TOKEN}` };
  assert.equal(await status('/inside', 'GET', right), 200);
  assert.equal(await status('/inside', 'HEAD', right), 200);
  assert.equal(await status('/inside', 'GET'), 401);
  assert.equal(await status('/elsewhere', 'GET'), 401, 'a path is no secret to ask for');
  assert.equal(await status('/inside', 'GET', { Authorization: 'Bearer a-token-of-thirty-two-characterz' }), 401);
  assert.equal(await status('/inside', 'GET', { ...right, Host: 'rebound.example' }), 403);
  assert.equal(await status('/metrics', 'GET', right), 404);
  assert.equal(await status('/inside', 'POST', right), 405);
  const garbage = await rawHttp(url, 'NOT HTTP\r\n\r\n').catch(() => '');
  assert.ok(!garbage.includes('sallyport_'));
  assert.ok(!served.stderr.includes(env.METRICS_TOKEN));
  const { code } = await served.end();
  assert.equal(code, 0);
});

test('a hundred thousand names of tools become one series', async (t) => {
  const gateway = wrapFixture(t, [], { config: `version: 1\n${ON}` });
  await gateway.initialize();
  await gateway.call('echo', {});
  const names = 100_000;
  for (let at = 0; at < names; at += 500) {
    const lines = Array.from({ length: 500 }, (_, n) => gateway.callLine(String(at + n), `tool "${at + n}"\n{}`));
    const from = gateway.lines.length;
    gateway.write(`${lines.join('\n')}\n`);
    await gateway.reply(at + 499, from);
  }
  const text = await scrape(await metricsUrl(gateway));
  const series = samplesIn(text).filter(({ name }) => name === 'sallyport_requests_total');
  assert.equal(sumOf(text, 'sallyport_requests_total', { tool: '_other' }), names);
  assert.ok(series.length < 10, `${series.length} series`);
});

test('clients of a gateway are told apart by their keys, and tokens cannot add names', async (t) => {
  const served = await serve(t, { more: ON });
  const url = await metricsUrl(served);
  await send(served.url, modernPost('tools/call', { name: 'echo', arguments: {} }));
  const clients = new Set(samplesIn(await scrape(url)).flatMap(({ labels }) => labels.client ?? []));
  assert.deepEqual([...clients], ['local']);
});

test('one server with `run` is measured under its name', async (t) => {
  const config = `version: 1\n${ON}backends:\n${fixtureBackend('fix')}budgets: [{ name: daily, unit: calls, limit: 4, window: 1d, per: client }]\n`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  await gateway.call('echo', {});
  await gateway.call('echo', {});
  const text = await scrape(await metricsUrl(gateway));
  assert.equal(sumOf(text, 'sallyport_requests_total', { backend: 'fix', tool: 'echo' }), 2);
  assert.equal(sumOf(text, 'sallyport_budget_used_ratio', { budget: 'daily' }), 0.5);
});
