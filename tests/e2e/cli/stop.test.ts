import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { type GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

const DENIAL = 'dev.sallyport/denial';

/** Calls until the answer is what is waited for; the test's own time limit ends it if it never is. */
async function callUntil(gateway: GatewayPeer, settled: (answer: Message) => boolean): Promise<Message> {
  for (let text = 0; ; text++) {
    const answer = await gateway.call('echo', { text: String(text) });
    if (settled(answer)) return answer;
  }
}

const codeOf = (answer: Message) => answer.result._meta?.[DENIAL]?.code;

test('a gateway that runs is stopped by hand and goes on by hand, and its log tells of both', async (t) => {
  const home = temporaryFolder(t);
  const gateway = wrapFixture(t, [], { home, flags: ['--name', 'fixture'] });
  await gateway.initialize();
  const stopped = await sallyport(['stop', '--backend', 'fixture', '--reason', 'a leaked token'], { home });
  assert.equal(stopped.code, 0, stopped.stderr);
  assert.match(stopped.stdout, /^fixture is stopped\. `sallyport resume --backend fixture`/);
  const denied = await callUntil(gateway, (answer) => codeOf(answer) !== undefined);
  assert.equal(denied.result.isError, true);
  const { code, retry } = denied.result._meta[DENIAL];
  assert.deepEqual({ code, retry }, { code: 'SP3007', retry: 'later' });
  const listed = await gateway.ask('tools/list');
  assert.ok(listed.result.tools.length > 0);

  const resumed = await sallyport(['resume', '--backend', 'fixture'], { home });
  assert.equal(resumed.stdout, 'fixture goes on.');
  await callUntil(gateway, (answer) => codeOf(answer) === undefined);
  await gateway.end();
  const events = gateway.records.filter(({ event }) => event === 'stopped' || event === 'resumed');
  assert.deepEqual(
    events.map(({ event, backend, why }) => ({ event, backend, why })),
    [
      { event: 'stopped', backend: 'fixture', why: 'a leaked token' },
      { event: 'resumed', backend: 'fixture', why: 'a leaked token' },
    ],
  );
});

test('what is stopped is listed; lifting one stop leaves the others, and says so', async (t) => {
  const home = temporaryFolder(t);
  assert.equal((await sallyport(['stop', '--list'], { home })).stdout, 'Nothing is stopped.');
  assert.match((await sallyport(['stop'], { home })).stdout, /^Everything is stopped\./);
  await sallyport(['stop', '--backend', 'files', '--reason', 'why not', '--json'], { home });
  const { stdout } = await sallyport(['stop', '--list'], { home });
  assert.match(stdout, /^STOPPED\s+SINCE\s+BY\s+REASON\n/);
  assert.match(stdout, /^files\s+\S+Z\s+\S+\s+why not$/m);
  assert.match(stdout, /^everything\s+\S+Z\s/m);
  const resumed = await sallyport(['resume'], { home });
  assert.match(resumed.stdout, /^Everything goes on\.\nStill stopped: files, by .*`sallyport resume --backend files`$/);
  const again = JSON.parse((await sallyport(['resume', '--json'], { home })).stdout);
  assert.equal(again.lifted, false);
  assert.deepEqual(
    again.stops.map(({ backend }: { backend: string }) => backend),
    ['files'],
  );
});

test('a brake that cannot be pulled says so', async (t) => {
  const home = temporaryFolder(t);
  const wrong = await sallyport(['stop', '--backend', '../etc'], { home });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /cannot be the name of a backend/);
  const long = await sallyport(['stop', '--reason', 'x'.repeat(501)], { home });
  assert.equal(long.code, 2);
  writeFileSync(join(home, 'state'), 'a file where a folder should be');
  const failed = await sallyport(['stop'], { home });
  assert.equal(failed.code, 6, failed.stdout);
  assert.match(failed.stderr, /cannot be read or written/);
  assert.match((await sallyport(['stop', '--list'], { home })).stdout, /^Nothing is stopped/);
});

test('two gateways of one user share a budget, and the one that comes later finds it used', async (t) => {
  const home = temporaryFolder(t);
  const config = `version: 1
budgets: [{ name: week, unit: calls, limit: 3, window: 7d }]
`;
  const [first, second] = [wrapFixture(t, [], { home, config }), wrapFixture(t, [], { home, config })];
  await first.initialize();
  await second.initialize();
  assert.equal(codeOf(await first.call('echo', { text: '1' })), undefined);
  assert.equal(codeOf(await second.call('echo', { text: '2' })), undefined);
  assert.equal(codeOf(await first.call('echo', { text: '3' })), undefined);
  const denied = await second.call('echo', { text: '4' });
  assert.equal(codeOf(denied), 'SP3033');
  assert.ok(denied.result._meta[DENIAL].retryAfterMs > 0);
  const third = wrapFixture(t, [], { home, config });
  await third.initialize();
  assert.equal(codeOf(await third.call('echo', { text: '5' })), 'SP3033');
});
