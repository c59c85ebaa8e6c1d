import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EVENTS, RECORD_MEMBERS } from '../../../scripts/reference/audit-record.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { ROOT } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const ORDER = RECORD_MEMBERS.map(({ name }) => name);
const KINDS = new Map(RECORD_MEMBERS.map(({ name, kinds }) => [name, kinds as readonly string[]]));

function configWith(settings: string): string {
  const strict = fixtureBackend('files', [], { denied_tools: ['crash'], limits: { max_response_bytes: '2KiB' } });
  const trial = fixtureBackend('trial', [], { enforce: false, denied_tools: ['fail'] });
  return `version: 1\nreload: signal\n${settings}\nbackends:\n${strict}${trial}`;
}

const WATCHED = `budgets: [{ name: many, unit: calls, limit: 2, window: 1d, warn_at: 0.5, on_exceed: alert }]
alerts: [{ name: any, when: calls > 0 in 24h per principal, severity: low, to: [] }]`;

/** A session in which as many members and events are written as one gateway can be brought to write. */
async function eventfulRecords(t: TestContext): Promise<Message[]> {
  const gateway = new GatewayPeer(t, 'run', [], { config: configWith(WATCHED), flags: ['--client', 'docs'] });
  const configFile = join(gateway.home, 'sallyport.yaml');
  await gateway.initialize({ capabilities: { elicitation: {} } });
  await gateway.ask('tools/list');
  await gateway.call('files__echo', { text: 'hello', password: 'hunter2' });
  await gateway.call('files__crash');
  await gateway.call('files__big', { bytes: 5000 });
  await gateway.call('trial__fail');
  await gateway.call('nowhere');
  await gateway.call('files__read_files', { path: '/proc/self/environ' });
  const params = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
  const asked = gateway.call('files__ask', { method: 'elicitation/create', params });
  const question = await gateway.until(({ method }) => method === 'elicitation/create');
  gateway.send({ jsonrpc: '2.0', id: question.id, result: { action: 'decline' } });
  await asked;
  gateway.send('no json');
  await gateway.call('trial__say', { lines: ['a banner'] });
  await gateway.call('trial__crash');
  await gateway.call('trial__whoami');
  const reloaded = async (text: string, event: string) => {
    writeFileSync(configFile, text);
    gateway.child.kill('SIGHUP');
    await gateway.when(() => gateway.records.some((record) => record.event === event));
  };
  for (const [command, event] of [
    ['stop', 'stopped'],
    ['resume', 'resumed'],
  ] as const) {
    await sallyport([command], { home: gateway.home });
    await gateway.when(() => gateway.records.some((record) => record.event === event));
  }
  await reloaded(configWith('limits: {max_json_depth: 100}'), 'config_reloaded');
  await reloaded('version: 1\nbackends: 7\n', 'config_reload_failed');
  await sallyport(['doctor', '--config', configFile], { home: gateway.home });
  writeFileSync(configFile, configWith(''));
  await sallyport(['doctor', '--config', configFile], { home: gateway.home });
  return gateway.records;
}

/** Every place of the source that writes an event, by its text. */
function sourceText(): string {
  return ['lib', 'cli', 'backends']
    .flatMap((place) =>
      readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' }).map((f) => join(place, f)),
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
}

test('every member and event of real records is documented, in its kind and its place', async (t) => {
  const records = await eventfulRecords(t);
  const membersSeen = new Set<string>();
  const eventsSeen = new Set<string>();
  for (const record of records) {
    const { kind, event } = record;
    if (kind === 'event') {
      eventsSeen.add(event);
      assert.ok(Object.hasOwn(EVENTS, event), `the event ${event} is not documented`);
    }
    const own = kind === 'event' ? EVENTS[event]!.members : [];
    const shared = Object.keys(record).filter((name) => !own.includes(name));
    for (const name of shared) {
      membersSeen.add(name);
      const kinds = KINDS.get(name);
      assert.ok(kinds !== undefined, `${name} of ${JSON.stringify(record)} is not documented`);
      assert.ok(kinds.includes('all') || kinds.includes(kind), `${name} is not documented for ${kind}`);
    }
    assert.deepEqual(
      shared,
      ORDER.filter((name) => shared.includes(name)),
      'members stand in the documented order',
    );
  }
  assert.deepEqual(
    ORDER.filter((name) => !membersSeen.has(name)),
    // They come with traces (tests/e2e/tracing), with the keys of `serve`, and with people who agree.
    ['trace', 'roles', 'tenant', 'proof', 'issuer', 'actors', 'approval'],
    'a documented member that no record has',
  );
  const unseen = Object.keys(EVENTS).filter((event) => !eventsSeen.has(event));
  // One comes with `serve`, one after minutes, one when the log could not be written for long.
  const elsewhere = ['serving', 'call_given_up', 'records_lost', 'checkpoint_failed'];
  // An alert that is over is tried in tests/e2e/alerts.
  elsewhere.push('alert_resolved');
  // What is unusual, shipped or agreed to is tried in tests/e2e/anomaly, audit/shipping, approvals and cli/approvals.
  for (const what of ['', '_forgotten', '_learned', '_learning', '_profiles_lost', '_profiles_not_kept'])
    elsewhere.push(`anomaly${what}`);
  for (const what of ['behind', 'recovered', 'set_aside', 'cursor_lost', 'cursor_failed', 'gap'])
    elsewhere.push(`shipping_${what}`);
  for (const what of ['asked', 'answered', 'expired', 'refused', 'granted']) elsewhere.push(`approval_${what}`);
  elsewhere.push('unshipped_deleted', 'local_request_refused');
  // They come with sandboxes and limits, and are tried in tests/e2e/sandbox.
  elsewhere.push('limit_exceeded', 'sandbox_unavailable', 'egress', 'egress_done');
  // What differs from its pins is tried in tests/engine and tests/e2e/registry-run.test.ts.
  for (const what of ['changed', 'added', 'vanished', 'refused']) elsewhere.push(`tool_${what}`, `item_${what}`);
  elsewhere.push('more_differences', 'pins_not_believed', 'pins_not_kept');
  assert.deepEqual(unseen.sort(), elsewhere.sort());
});

test('the documented events are those the source writes', () => {
  const text = sourceText();
  const written = new Set([...text.matchAll(/\.event\(\s*'(\w+)'/g)].map(([, event]) => event!));
  assert.deepEqual(
    [...written].filter((event) => !Object.hasOwn(EVENTS, event)),
    [],
  );
  // Some are told by way of others, so that only their names can be found.
  assert.deepEqual(
    Object.keys(EVENTS).filter((event) => !text.includes(`'${event}'`)),
    [],
  );
});
