import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { madeSecret } from '../support/attacks/made-secrets.ts';
import { temporaryFolder } from '../support/folder.ts';
import { textOf } from '../support/mcp/peer.ts';
import { fixtureCommand, GatewayPeer } from '../support/program/gateway.ts';

const TOKEN = madeSecret('github-pat');
const OTHER = madeSecret('stripe-live');
const PASSWORD = madeSecret('generic-password');

function writtenIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.yaml'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** A gateway around a server that says a secret on its standard error when it starts. */
function gatewayWith(t: TestContext, section: string, flags: readonly string[] = []): GatewayPeer {
  const config = `version: 1\nlog: { level: debug }\naudit: { include_arguments: full }\n${section}`;
  const said = `key ${OTHER} of ann@corp.io`;
  const noisy = ['sh', '-c', 'echo "starting with $0" >&2; exec "$@"', said, ...fixtureCommand(flags)];
  return new GatewayPeer(t, 'wrap', noisy, { config, flags: ['--name', 'files'] });
}

test('a secret is replaced on its way out and in, the same way each time, and no byte of it is written down', async (t) => {
  const gateway = gatewayWith(t, 'security: { secrets: { action: redact, personal: redact } }\n');
  await gateway.initialize();
  const sent = await gateway.call('echo', { text: `use ${TOKEN} for ann@corp.io, 1 < 2` });
  assert.equal(textOf(sent), 'use [secret:github-token] for [personal:email], 1 < 2');
  for (let round = 0; round < 2; round++) {
    const raw = await gateway.call('raw', { password: PASSWORD, list: [TOKEN, 1.5] });
    const { params } = JSON.parse(textOf(raw));
    assert.deepEqual(params.arguments, { password: '[secret:password]', list: ['[secret:github-token]', 1.5] });
  }
  await gateway.ask('resources/read', { uri: `file:///${OTHER}` });
  await gateway.call(`no-such-tool-${TOKEN}`);
  await gateway.end();
  const written = writtenIn(join(gateway.home, 'state'));
  assert.match(written, /starting with key \[masked\] of \[masked\]/);
  for (const secret of [TOKEN, OTHER, PASSWORD, 'ann@corp.io', TOKEN.slice(-20)]) {
    assert.ok(!written.includes(secret), `${secret.slice(0, 4)}… was written`);
    assert.ok(!gateway.stderr.includes(secret));
  }
  const findings = gateway.records.flatMap((record) => record.findings ?? []).map(({ note }) => note);
  assert.ok(findings.includes('secret:github-token at /arguments/text'), JSON.stringify(findings));
  assert.ok(gateway.records.some(({ edits }) => edits?.includes('redact')));
});

test('what a server answers is redacted with a note for programs, and flagged byte for byte where nothing is said', async (t) => {
  const lines = [`{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"it is ${TOKEN}!"}],"n":1.50}}`];
  const redacting = gatewayWith(t, 'security: { secrets: { action: { request: off, response: redact } } }\n');
  await redacting.initialize();
  const { result } = await redacting.call('say', { lines, silent: true });
  assert.equal(result.content[0].text, 'it is [secret:github-token]!');
  assert.deepEqual(result._meta['dev.sallyport/inspection'].redacted, [
    { what: 'secret:github-token', at: '/content/0/text' },
  ]);
  const flagging = gatewayWith(t, '');
  await flagging.initialize();
  const plain = await flagging.call('say', { lines, silent: true });
  assert.deepEqual(plain.result, { content: [{ type: 'text', text: `it is ${TOKEN}!` }], n: 1.5 });
  await flagging.end();
  assert.ok(!writtenIn(join(flagging.home, 'state')).includes(TOKEN));
});

test('a blocked secret is refused in words that do not say it', async (t) => {
  const gateway = gatewayWith(t, 'security: { secrets: { action: block } }\n');
  await gateway.initialize();
  const { result } = await gateway.call('echo', { text: TOKEN });
  assert.equal(result.isError, true);
  assert.match(textOf({ result }), /SP3211/);
  assert.ok(!JSON.stringify(result).includes(TOKEN.slice(4)));
});

test('a restored secret reaches the server, only where it came from, and is not written down', async (t) => {
  const received = join(temporaryFolder(t), 'received');
  const secrets = '{ action: { request: off, response: redact }, restore: true }';
  const gateway = gatewayWith(t, `security: { secrets: ${secrets} }\n`, ['--log', received]);
  await gateway.initialize();
  const shown = textOf(await gateway.call('echo', { text: TOKEN }));
  assert.match(shown, /^\[secret:github-token#[a-z2-7]{16}\]$/);
  const again = await gateway.call('echo', { content: [{ text: shown }] });
  assert.equal(textOf(again), `{"content":[{"text":"${shown}"}]}`);
  for (const args of [{ text: shown }, { content: [{ text: shown.replace('#', '#a') }] }]) {
    const refused = textOf(await gateway.call('echo', args));
    assert.equal(refused.includes('SP3213'), args.text !== undefined, refused);
  }
  await gateway.end();
  assert.equal(readFileSync(received, 'utf8').split(TOKEN).length - 1, 2);
  assert.ok(!writtenIn(join(gateway.home, 'state')).includes(TOKEN));
  assert.ok(gateway.records.some(({ edits, args }) => edits?.includes('restore') && args.content[0].text === shown));
});
