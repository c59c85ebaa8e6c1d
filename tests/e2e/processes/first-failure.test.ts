import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';

/** A wrapped server whose client asks to initialize and gets whatever there is to get. */
function failing(t: TestContext, server: readonly string[], flags: readonly string[] = [], env = {}) {
  const gateway = new GatewayPeer(t, 'wrap', server, { flags, env });
  const answer = gateway.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw-test-client', version: '1.0.0' },
  });
  return { gateway, answer };
}

test('a server that gives up at once ends the gateway with its code, and stderr says why and what it lacked', async (t) => {
  const server = [...fixtureCommand(['--exit-at-start', '42'])];
  const { gateway, answer } = failing(t, server, ['--name', 'moody'], { CHATTY_TOKEN: 'chatty-secret' });
  assert.equal((await answer).error.code, -31502);
  assert.equal((await answer).error.message, 'moody exited with code 42 before its first answer (SP5001)');
  assert.deepEqual(await gateway.exited, { code: 42, signal: null });
  const [line, ...others] = gateway.stderr.trimEnd().split('\n');
  assert.deepEqual(others, []);
  assert.match(
    line!,
    /^sallyport: \[SP5001\] moody exited with code 42 before its first answer; it said: the fixture gives up; /,
  );
  assert.match(
    line!,
    /set here but not passed to it: .*\bCHATTY_TOKEN\b.*\(to pass one: --pass-env \w+, or pass_env in the config\)$/,
  );
  assert.doesNotMatch(gateway.stderr, /chatty-secret/);
});

test('a variable the server asks for and that is passed is not named', async (t) => {
  const script = 'echo "CHATTY_TOKEN is not set" >&2; exit 1';
  const first = failing(t, ['sh', '-c', script], [], { CHATTY_TOKEN: 'x', OTHER_TOKEN: 'y' });
  await first.gateway.exited;
  assert.match(first.gateway.stderr, /not passed to it: CHATTY_TOKEN, .*--pass-env CHATTY_TOKEN,/);
  const second = failing(t, ['sh', '-c', script], ['--pass-env', 'CHATTY_TOKEN'], {
    CHATTY_TOKEN: 'x',
    OTHER_TOKEN: 'y',
  });
  await second.gateway.exited;
  assert.match(second.gateway.stderr, /not passed to it: .*OTHER_TOKEN/);
  assert.doesNotMatch(second.gateway.stderr, /passed to it:.*CHATTY_TOKEN/);
});

const ENDS = [
  { how: 'without an error', script: 'exit 0', code: 6, says: /exited with code 0 before its first answer/ },
  { how: 'by SIGKILL', script: 'kill -KILL $$', code: 137, says: /was ended by SIGKILL before its first answer/ },
  { how: 'by SIGUSR1', script: 'kill -USR1 $$', code: 138, says: /was ended by SIGUSR1 before its first answer/ },
  { how: 'after closing its output', script: 'exec >&-; sleep 0.05; exit 9', code: 9, says: /exited with code 9/ },
  {
    how: 'after words without a newline',
    script: 'printf "bad config" >&2; exit 9',
    code: 9,
    says: /it said: bad config/,
  },
  { how: 'never, with its output closed', script: 'exec >&-; sleep 100', code: 6, says: /closed its standard output/ },
];
for (const { how, script, code, says } of ENDS) {
  test(`wrap ends with ${code} when the server ends ${how}`, async (t) => {
    const { gateway, answer } = failing(t, ['sh', '-c', script]);
    assert.equal((await answer).error.code, -31502);
    assert.deepEqual(await gateway.exited, { code, signal: null });
    assert.match(gateway.stderr, says);
  });
}

test('a program that is not there, or cannot be run, is named and the exit code is 6', async (t) => {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  writeFileSync(data, 'no program');
  chmodSync(data, 0o600);
  const cases = [
    { server: ['no-such-server', '--x'], flags: [], says: 'no-such-server was not found' },
    { server: [data], flags: [], says: `${data} is not a program that may be run` },
    {
      server: ['sh'],
      flags: ['--cwd', join(folder, 'gone')],
      says: `its working folder ${join(folder, 'gone')} is not there`,
    },
    { server: ['sh'], flags: ['--cwd', data], says: `its working folder ${data} is not there` },
  ];
  await Promise.all(
    cases.map(async ({ server, flags, says }) => {
      const { gateway, answer } = failing(t, server, ['--name', 'lost', ...flags]);
      const { error } = await answer;
      assert.equal(error.message, `lost could not be started: ${says} (SP5001)`);
      assert.deepEqual(await gateway.exited, { code: 6, signal: null });
      assert.equal(gateway.stderr, `sallyport: [SP5001] lost could not be started: ${says}\n`);
    }),
  );
});

test('after its first answer the end of a server does not end the gateway', async (t) => {
  const gateway = new GatewayPeer(t, 'wrap', fixtureCommand());
  await gateway.initialize();
  const crashed = await gateway.call('crash', { code: 42 });
  assert.equal(crashed.result.isError, true);
  assert.match(textOf(crashed), /SP5002/);
  assert.equal(textOf(await gateway.call('echo', { text: 'again' })), 'again');
  assert.deepEqual(await gateway.end(), { code: 0, signal: null });
});

test('with run, one server that cannot start leaves the others working', async (t) => {
  const broken = `  - ${JSON.stringify({ name: 'broken', command: 'no-such-server' })}\n`;
  const config = `version: 1\nbackends:\n${broken}${fixtureBackend('fine')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const listed = await gateway.ask('tools/list');
  const names: string[] = listed.result.tools.map(({ name }: { name: string }) => name);
  assert.ok(names.every((name) => name.startsWith('fine__')) && names.length > 0);
  assert.equal(textOf(await gateway.call('fine__echo', { text: 'hi' })), 'hi');
  assert.match(gateway.stderr, /\[SP5001\] broken could not be started: no-such-server was not found/);
  assert.deepEqual(await gateway.end(), { code: 0, signal: null });
});
