import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { approvalFamilies } from '../../../lib/metrics/approval-meter.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { modernPost, send } from '../../support/http/http.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { ROOT } from '../../support/paths.ts';
import { type Served, serve } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';
import { Collector } from '../../support/watching/collector.ts';
import { metricsUrl, scrape } from '../../support/watching/metrics.ts';

const NEEDS_PROMTOOL = existsSync('/usr/bin/promtool') ? false : 'needs promtool (Debian: prometheus)';
const NEEDS_PROMETHEUS = existsSync('/usr/bin/prometheus') ? false : 'needs prometheus (Debian: prometheus)';
const deployed = (name: string) => join(ROOT, 'deploy', name);
const NAME = /\b(sallyport_\w+|nodejs_\w+|process_\w+)\b/g;

/** A gateway that has worked: calls allowed and refused, a budget, traces. */
async function worked(t: Parameters<typeof serve>[0]): Promise<{ readonly served: Served; readonly url: string }> {
  const collector = await Collector.open(t);
  const more = [
    'metrics: { port: 0 }',
    `telemetry: { otlp_endpoint: "${collector.url}" }`,
    'log: { file: stderr }',
    'budgets: [{ name: daily, unit: calls, limit: 1000, window: 1d, per: client }]',
    'policies: { tools: { "fix/fail": { action: deny } } }\n',
  ].join('\n');
  const served = await serve(t, { more });
  for (let at = 0; at < 5; at++) {
    await send(served.url, modernPost('tools/call', { name: 'echo', arguments: { at } }));
  }
  await send(served.url, modernPost('tools/call', { name: 'fail', arguments: {} }));
  await send(served.url, { method: 'GET', headers: { Authorization: 'Bearer wrong' } });
  return { served, url: await metricsUrl(served) };
}

test('what is read is what promtool takes, and every metric of dashboard and rules is in it', {
  skip: NEEDS_PROMTOOL,
}, async (t) => {
  const text = await scrape((await worked(t)).url);
  const checked = await execa('promtool', ['check', 'metrics'], { input: text, reject: false });
  const linted = `${checked.stdout}\n${checked.stderr}`.split('\n').filter((line) => line.includes('sallyport_'));
  assert.deepEqual(linted, []);
  const told = new Set(text.match(/^# TYPE (\S+)/gm)!.map((line) => line.slice(7)));
  // Told of once requests can wait for a person.
  const desk = { pending: () => [], watch: () => () => {} };
  for (const { name } of approvalFamilies((hear) => hear(desk), systemClock)) told.add(name);
  const dashboard = JSON.parse(readFileSync(deployed('grafana/sallyport.json'), 'utf8'));
  const panels: string[] = dashboard.panels.flatMap(({ targets = [] }: Message) =>
    targets.map(({ expr }: Message) => expr),
  );
  assert.ok(panels.length >= 30);
  const rules = ['alerts', 'dome'].map((name) => readFileSync(deployed(`prometheus/${name}.yaml`), 'utf8'));
  const named = [...new Set([...panels, ...rules].join('\n').match(NAME))];
  assert.ok(named.length >= 20);
  const missing = named.filter((name) => !told.has(name) && !told.has(name.replace(/_(?:bucket|sum|count)$/, '')));
  assert.deepEqual(missing, []);
  const unused = [...told].filter(
    (name) => name.startsWith('sallyport_') && !named.some((one) => one.startsWith(name)),
  );
  assert.deepEqual(unused, [], 'each of ours is shown or alarms');
});

test('the rules are rules, and alarm when they should and only then', { skip: NEEDS_PROMTOOL }, async (t) => {
  const home = temporaryFolder(t);
  await execa('promtool', ['check', 'config', deployed('prometheus/prometheus.yaml')]);
  for (const name of ['alerts', 'dome']) {
    const rules = deployed(`prometheus/${name}.yaml`);
    await execa('promtool', ['check', 'rules', rules]);
    const cases = readFileSync(join(ROOT, 'tests', 'fixtures', 'prometheus', `${name}.yaml`), 'utf8');
    const file = join(home, `${name}.yaml`);
    writeFileSync(file, cases.replace('RULES', JSON.stringify(rules)));
    await execa('promtool', ['test', 'rules', file]);
    const quiet = readFileSync(rules, 'utf8').replace(/> 20$/m, '> 2000').replace('== 0', '== 7');
    const dulled = join(home, `${name}-dulled.yaml`);
    writeFileSync(dulled, quiet.replace('status", "blocked"', 'status", "allowed"'));
    writeFileSync(file, cases.replace('RULES', JSON.stringify(dulled)));
    const { exitCode } = await execa('promtool', ['test', 'rules', file], { reject: false });
    assert.notEqual(exitCode, 0, `${name}: other rules fail`);
  }
});

test('a Prometheus reads a gateway that serves, and answers in our words and in those of MCPDome', {
  skip: NEEDS_PROMETHEUS,
}, async (t) => {
  const { served, url } = await worked(t);
  const home = temporaryFolder(t);
  const config = readFileSync(deployed('prometheus/prometheus.yaml'), 'utf8')
    .replace('127.0.0.1:9091', new URL(url).host)
    .replaceAll(': 15s', ': 1s')
    .replace('- alerts.yaml', `- ${deployed('prometheus/alerts.yaml')}`)
    .replace('- dome.yaml', `- ${deployed('prometheus/dome.yaml')}`);
  writeFileSync(join(home, 'prometheus.yaml'), config);
  const port = await freePort();
  const flags = [`--config.file=${join(home, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(home, 'data')}`];
  const child = spawn('prometheus', [...flags, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  endWith(t, async () => {
    child.kill();
    await exited;
  });
  const ask = async (query: string): Promise<Message[]> => {
    const at = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
    const answer = await send(at, { method: 'GET' }).catch(() => undefined);
    return answer?.status === 200 ? answer.json.data.result : [];
  };
  const value = (query: string, wanted: string) =>
    found(
      async () => ((await ask(query)).some((one) => one.value[1] === wanted) ? wanted : undefined),
      60_000,
      `${query} = ${wanted}`,
    );
  await value('up{job="sallyport"}', '1');
  await value('sallyport_requests_total{backend="fix", tool="echo", client="local", decision="allow"}', '5');
  await value('sallyport_blocked_total{code="SP3015"}', '1');
  await value('dome_requests_total{tool="echo", agent="local", status="allowed"}', '5');
  await value('dome_requests_total{tool="fail", status="blocked"}', '1');
  await value('dome_blocked_total{reason="policy"}', '1');
  await value('count(dome_injection_score_histogram_bucket) > bool 5', '1');
  const rules = await send(`http://127.0.0.1:${port}/api/v1/rules`, { method: 'GET' });
  const health = rules.json.data.groups.flatMap((group: Message) => group.rules.map((rule: Message) => rule.health));
  assert.ok(health.length >= 20 && health.every((one: string) => one !== 'err'), rules.text);
  await served.end();
  await value('up{job="sallyport"}', '0');
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
