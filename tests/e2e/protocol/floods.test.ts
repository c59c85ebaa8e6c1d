import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { memoryOf } from '../../support/program/processes.ts';

const DENIAL = 'dev.sallyport/denial';
const MANY = 10_000;
/** Ids of a flood begin here, well above those the client counts. */
const BASE = 1_000_000;

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

function codes(answers: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { result, error } of answers) {
    const code = (result?._meta ?? error?.data)?.[DENIAL]?.code ?? 'none';
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

test('72: of ten thousand calls at once a backend gets as many as it may, and its sibling is not held up', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${fixtureBackend('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  await gateway.ask('tools/list');
  const from = gateway.lines.length;
  const flood = lines(MANY, (index) => gateway.callLine(String(BASE + index), 'one__hang'));
  const other = `${gateway.callLine('"two"', 'two__echo', '{"text":"through"}')}\n`;
  gateway.write(flood + other);
  assert.equal(textOf(await gateway.reply('two')), 'through');
  await gateway.when(() => gateway.lines.length - from >= MANY - 64 + 1);
  const answers = gateway.messages.slice(from).filter(({ id }) => id >= BASE);
  assert.deepEqual(codes(answers), { SP3013: MANY - 64 });
  const { result } = answers[0];
  assert.equal(result.isError, true);
  assert.equal(result._meta[DENIAL].retry, 'later');
  assert.ok(result._meta[DENIAL].retryAfterMs > 0);
  assert.ok(memoryOf(gateway.pid, 'VmHWM') < 200_000, `${memoryOf(gateway.pid, 'VmHWM')} kB`);
});

test('72: of ten thousand lists at once only so many run, and the rest is told to come back', async (t) => {
  const gateway = wrapFixture(t, ['--ignore', 'tools/list']);
  await gateway.initialize();
  await gateway.ask('prompts/list');
  const from = gateway.lines.length;
  gateway.write(lines(MANY, (index) => `{"jsonrpc":"2.0","id":${BASE + index},"method":"tools/list"}`));
  assert.ok((await gateway.ask('ping')).result, 'a sign of life is still given');
  const limited = gateway.messages.slice(from).filter(({ id }) => id >= BASE);
  assert.ok(limited.length > MANY / 2, `${limited.length} were refused`);
  assert.deepEqual(new Set(limited.map(({ error }) => error?.code)), new Set([-31429]));
  assert.equal(limited[0].error.data[DENIAL].retry, 'later');
  assert.equal((await gateway.ask('prompts/list')).error.code, -31429);
  gateway.notify('notifications/cancelled', { requestId: BASE });
  assert.ok((await gateway.ask('prompts/list')).result, 'once one is called off there is room for another');
});

test('72: calling requests off makes no room at a server that never answers', async (t) => {
  const gateway = wrapFixture(t, ['--ignore', 'tools/list']);
  await gateway.initialize();
  for (let round = 0; round < 4; round++) {
    const id = (index: number) => BASE + round * 900 + index;
    gateway.write(lines(900, (index) => `{"jsonrpc":"2.0","id":${id(index)},"method":"tools/list"}`));
    const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":';
    gateway.write(lines(900, (index) => `${cancel}${id(index)}}}`));
    await gateway.ask('ping');
  }
  const { error } = await gateway.ask('tools/list');
  assert.deepEqual([error.code, error.data[DENIAL].code], [-31429, 'SP5004']);
});

test('72: a flood of notifications neither reaches a backend in full nor holds up an answer', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize({ capabilities: { roots: { listChanged: true } } });
  await gateway.call('echo');
  const before = memoryOf(gateway.pid, 'VmRSS');
  const kinds = [
    '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":424242}}',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","method":"notifications/vendor/unknown"}',
  ];
  gateway.write(lines(50_000, (index) => kinds[index % kinds.length]!));
  assert.equal(textOf(await gateway.call('echo', { text: 'through' })), 'through');
  const methods = (await upstream(gateway)).map(({ method }) => method);
  const roots = methods.filter((method) => method === 'notifications/roots/list_changed').length;
  assert.ok(roots > 0 && roots < 3000, `${roots} reached the server`);
  assert.ok(!methods.includes('notifications/cancelled') && !methods.includes('notifications/vendor/unknown'));
  const grown = memoryOf(gateway.pid, 'VmHWM') - before;
  assert.ok(grown < 64_000, `${grown} kB more at most`);
});
