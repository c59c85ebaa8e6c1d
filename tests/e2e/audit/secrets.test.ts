import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { textOf } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';

const TOKEN = 'tok "quoted" 7f3a\\9c';
const LITERAL = 'ghp_0123456789abcdefghijABCDEFGHIJ';

function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

test('a configured secret stands in no log, record or answer of ours, and the backend still gets it', async (t) => {
  const script = 'echo "my token is $TOKEN and $KEY" >&2; exec "$@"';
  const backend = {
    name: 'files',
    command: 'sh',
    args: ['-c', script, 'sh', ...fixtureCommand()],
    env: { TOKEN: '${SECRET_TOKEN}', KEY: LITERAL },
  };
  const config = `version: 1\naudit: {include_arguments: full}\nlog: {level: debug}\nbackends: [${JSON.stringify(backend)}]\n`;
  const gateway = new GatewayPeer(t, 'run', [], { config, env: { SECRET_TOKEN: TOKEN } });
  await gateway.initialize();
  const { env } = JSON.parse(textOf(await gateway.call('whoami')));
  assert.deepEqual([env.TOKEN, env.KEY], [TOKEN, LITERAL]);
  await gateway.call('echo', { text: `the ${TOKEN}`, key: LITERAL });
  await gateway.ask('resources/read', { uri: `file:///${LITERAL}` });
  gateway.send({ jsonrpc: '2.0', id: 1, method: TOKEN });
  await gateway.reply(1);
  await gateway.call(`no-such-${LITERAL}`);
  await gateway.end();
  const written = everythingIn(join(gateway.home, 'state'));
  for (const secret of [TOKEN, JSON.stringify(TOKEN).slice(1, -1), LITERAL, '7f3a']) {
    assert.ok(!written.includes(secret), `${secret} was written`);
    assert.ok(!gateway.stderr.includes(secret));
  }
  assert.match(written, /my token is \[masked\] and \[masked\]/);
  assert.ok(gateway.records.some(({ args }) => args?.text === 'the [masked]'));
  const shown = await sallyport(['config', 'show', '--resolved', '--config', join(gateway.home, 'sallyport.yaml')], {
    home: gateway.home,
    env: { SECRET_TOKEN: TOKEN },
  });
  assert.match(shown.stdout, /backends\[0\]\.env\.TOKEN: +"\[masked\]"/);
  assert.match(shown.stdout, /backends\[0\]\.env\.KEY: +"\[masked\]"/);
});
