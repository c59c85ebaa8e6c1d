import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hasActing } from '../../../lib/model/printable.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { logFolder, logOf } from '../../support/program/diagnostic-log.ts';
import { auditFiles, fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';
import { found } from '../../support/program/survivors.ts';

const SECRET = 'hunter2-hunter2-hunter2';

/** A fixture server that runs `script` first, so that it writes what a test wants to its standard error. */
function saying(script: string): string[] {
  return ['sh', '-c', `${script}; exec "$@"`, 'sh', ...fixtureCommand()];
}

/** Lines of a log that hold what a backend said. */
function saidIn(log: string): string[] {
  return log.split('\n').filter((line) => / stderr backend=/.test(line));
}

test('a flood on standard error is cut, dropped and counted, and blocks nobody', async (t) => {
  const flood = 'i=0; while [ $i -lt 400 ]; do printf "%01023d\\n" $i; i=$((i+1)); done >&2';
  const long = 'printf "%0100000d\\n" 7 >&2';
  const gateway = new GatewayPeer(t, 'wrap', saying(`${long}; ${flood}`));
  await gateway.initialize();
  assert.equal(textOf(await gateway.call('echo', { text: 'not blocked' })), 'not blocked');
  await gateway.end();
  const said = saidIn(logOf(gateway));
  assert.ok(said[0]!.includes('… (cut)') && said[0]!.length < 8192 + 200, said[0]!.slice(0, 100));
  const dropped = said.map((line) => /\((\d+) lines dropped/.exec(line)?.[1]).filter((count) => count !== undefined);
  assert.ok(dropped.length > 0 && said.length < 400);
  assert.equal(dropped.reduce((sum, count) => sum + Number(count), 0) + said.length - dropped.length, 401);
  assert.equal(gateway.stderr, '');
});

test('what a server writes to standard error acts on nothing, in the log or on ours', async (t) => {
  const hostile = String.raw`printf '\033[2J\033]0;owned\007 a\rb \342\200\256txt.exe \302\233 31m\tend\n' >&2`;
  const gateway = new GatewayPeer(t, 'wrap', ['sh', '-c', `${hostile}; exit 3`]);
  gateway.send({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
  });
  await gateway.exited;
  for (const text of [gateway.stderr, logOf(gateway)]) {
    assert.match(text, /\\u001b\[2J.*a\\u000db \\u202etxt\.exe/);
    assert.deepEqual(text.split('\n').filter(hasActing), []);
  }
});

for (const format of ['text', 'json']) {
  test(`a value put in from the environment is masked in the ${format} log, on standard error and in the audit log`, async (t) => {
    const chatty = ['sh', '-c', 'echo "token is $TOKEN" >&2; exit 1'];
    const backends = [
      { name: 'chatty', command: chatty[0], args: chatty.slice(1), env: { TOKEN: '${CHATTY_TOKEN}' } },
      {
        name: 'fixture',
        command: fixtureCommand()[0],
        args: fixtureCommand().slice(1),
        env: { URL: 'https://x/${CHATTY_TOKEN}/y' },
      },
    ];
    const list = backends.map((backend) => `  - ${JSON.stringify(backend)}\n`).join('');
    const config = `version: 1\nlog: { format: ${format}, level: debug }\nbackends:\n${list}`;
    const gateway = new GatewayPeer(t, 'run', [], { config, env: { CHATTY_TOKEN: SECRET } });
    await gateway.initialize();
    const echoed = await gateway.call('fixture__echo', { text: `the token is ${SECRET}` });
    assert.match(textOf(echoed), new RegExp(SECRET), 'what the server itself answers is its own affair');
    await gateway.call('fixture__fail', { text: `bad token ${SECRET}` });
    await gateway.ask('resources/read', { uri: 'chatty+file:///a.txt' });
    await gateway.end();
    const audit = auditFiles(gateway.auditDir)
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
    const kept = { stderr: gateway.stderr, log: logOf(gateway), audit };
    assert.match(kept.stderr, /token is \[masked\]/);
    assert.match(kept.log, /token is \[masked\]/);
    assert.match(kept.audit, /the token is \[masked\]/);
    for (const [where, text] of Object.entries(kept)) assert.ok(!text.includes(SECRET), `the secret is in ${where}`);
  });
}

test('what a server says while it ends is in the log, though the writer has long been open', async (t) => {
  const script =
    'exec 3<&0; "$@" <&3 & wait $!; i=0; while [ $i -lt 50 ]; do echo "bye $i" >&2; i=$((i+1)); done; printf last >&2';
  const gateway = new GatewayPeer(t, 'wrap', ['sh', '-c', script, 'sh', ...fixtureCommand()]);
  await gateway.initialize();
  await found(() => (existsSync(logFolder(gateway)) ? true : undefined), 30_000, 'the log');
  await gateway.end();
  const said = saidIn(logOf(gateway)).map((line) => line.split('line=')[1]);
  assert.deepEqual(said.slice(-2), ['"bye 49"', 'last']);
});

test('diagnostics that go to standard error are masked and printable, too', async (t) => {
  const script = String.raw`printf 'token %s \033[31mred\n' "$TOKEN" >&2`;
  const [command, ...args] = saying(script);
  const backend = { name: 'one', command, args, env: { TOKEN: '${CHATTY_TOKEN}' } };
  const config = `version: 1\nlog: { file: stderr }\nbackends:\n  - ${JSON.stringify(backend)}\n`;
  const gateway = new GatewayPeer(t, 'run', [], { config, env: { CHATTY_TOKEN: SECRET } });
  await gateway.initialize();
  await gateway.call('echo');
  await gateway.end();
  assert.match(gateway.stderr, /stderr backend=one line="token \[masked\] \\u001b\[31mred"/);
  assert.deepEqual(gateway.stderr.split('\n').filter(hasActing), []);
});
