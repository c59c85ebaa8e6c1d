import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { everythingIn } from '../../support/docs/deployed.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { selfSigned } from '../../support/http/certificates.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { ROOT } from '../../support/paths.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { GatewayPeer } from '../../support/program/gateway.ts';
import { Api } from '../../support/sandbox/api.ts';
import { NO_SANDBOX } from '../../support/sandbox/sandboxed.ts';

const SERVER = join(ROOT, 'build', 'tests', 'fixtures', 'api-caller.js');
const TOKEN = 'the-real-token-of-the-api';
const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };

/** A gateway before a server that calls two APIs, of which the first one's token is held back. */
class Scene {
  readonly folder: string;
  readonly api: Api;
  readonly other: Api;
  readonly gateway: GatewayPeer;

  private constructor(folder: string, api: Api, other: Api, gateway: GatewayPeer) {
    this.folder = folder;
    this.api = api;
    this.other = other;
    this.gateway = gateway;
  }

  static async of(
    t: TestContext,
    credentials: (folder: string, port: number, other: number) => Message,
    sandbox = {},
  ): Promise<Scene> {
    const folder = temporaryFolder(t);
    const certificate = await selfSigned(folder, 'api');
    const [api, other] = await Promise.all([Api.listen(t, certificate), Api.listen(t, certificate)]);
    const allow = [`localhost:${api.port}`, `localhost:${other.port}`];
    const backend = {
      name: 'caller',
      command: process.execPath,
      args: [SERVER],
      cwd: ROOT,
      sandbox: { mode: 'required', network: 'proxy', domains: { allow }, ...sandbox },
      credentials: credentials(folder, api.port, other.port),
    };
    const config = JSON.stringify({ version: 1, backends: [backend] });
    const env = { NODE_EXTRA_CA_CERTS: certificate.cert, API_TOKEN: TOKEN };
    return new Scene(folder, api, other, new GatewayPeer(t, 'run', [], { config, env }));
  }

  async said(tool: string, args: Message = {}): Promise<string> {
    return textOf(await this.gateway.call(tool, args));
  }
}

const held = (_folder: string, port: number) => ({
  inject: 'proxy',
  variables: { API_TOKEN: { value: '${API_TOKEN}', hosts: [`localhost:${port}`], like: 'key_' } },
});

test('an API gets the real token from a server that never has it', { skip: NO_SANDBOX }, async (t) => {
  const scene = await Scene.of(t, held);
  const { gateway, api } = scene;
  await gateway.initialize();
  const url = { port: api.port, what: '/v1?key=$API_TOKEN&n=1' };
  const headers = { Authorization: 'Bearer $API_TOKEN', 'X-Api-Key': '$API_TOKEN' };
  assert.equal(await scene.said('fetch', { ...url, headers, body: 'about $API_TOKEN' }), '200 hello');
  assert.equal(api.last.url, `/v1?key=${TOKEN}&n=1`);
  assert.equal(api.last.headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(api.last.headers['x-api-key'], TOKEN);
  const basic = await scene.said('curl', { ...url, args: ['--user', 'me:$API_TOKEN', '--noproxy', ''] });
  assert.match(basic, /^HTTP\/1\.1 200[\s\S]*hello$/, basic);
  assert.equal(api.last.headers.authorization, `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`);
  const seen = JSON.parse(await scene.said('look'));
  assert.match(seen.env.API_TOKEN, /^key_sallyport_[0-9a-f]{32}$/);
  assert.doesNotMatch(JSON.stringify(seen), new RegExp(TOKEN));
  await scene.said('say', { text: `stderr with ${TOKEN} in it` });
  assert.equal((await gateway.end()).code, 0);
  assert.match(logOf(gateway), /stderr with \[masked\] in it/);
  const { messages } = gateway;
  const written = everythingIn(gateway.home);
  assert.doesNotMatch(written + gateway.stderr + JSON.stringify(messages), new RegExp(TOKEN));
  const connections = gateway.records.filter(({ event }) => event === 'egress');
  assert.deepEqual([...new Set(connections.map(({ via, decision }) => `${via} ${decision}`))].sort(), [
    'connect allow',
    'forward allow',
  ]);
});

test('a file others may read is not used, and the backend not started', { skip: NO_SANDBOX }, async (t) => {
  const scene = await Scene.of(t, (folder, port) => {
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    chmodSync(file, 0o644);
    return { inject: 'proxy', variables: { API_TOKEN: { file, hosts: [`localhost:${port}`] } } };
  });
  const { gateway } = scene;
  const { error } = await gateway.ask('initialize', HELLO);
  assert.match(error.message, /^caller was not started: the file ".*token" can be read by others \(SP5025\)$/);
  await gateway.end();
  assert.match(logOf(gateway), /chmod 600/);
});

test('a token for one host is refused towards another one that is allowed', { skip: NO_SANDBOX }, async (t) => {
  const scene = await Scene.of(t, (_folder, port, other) => ({
    inject: 'proxy',
    variables: {
      API_TOKEN: { value: '${API_TOKEN}', hosts: [`localhost:${port}`] },
      OTHER_TOKEN: { value: '${API_TOKEN}-for-the-other', hosts: [`localhost:${other}`] },
    },
  }));
  const { gateway, api, other } = scene;
  await gateway.initialize();
  const headers = { 'X-Key': '$API_TOKEN' };
  assert.match(await scene.said('fetch', { port: other.port, what: '/', headers }), /^403 .*\(SP5026\)/);
  const plain = { scheme: 'http', port: other.port, what: '/?k=$API_TOKEN', args: ['--noproxy', ''] };
  assert.match(await scene.said('curl', plain), /^HTTP\/1\.1 403 [\s\S]*\(SP5026\)/);
  assert.deepEqual([api.got, other.got], [[], []]);
  await gateway.end();
  const refused = gateway.records.filter(({ code }) => code === 'SP5026');
  assert.deepEqual(
    refused.map(({ event, decision, via, port }) => [event, decision, via, port]),
    [
      ['egress', 'deny', 'forward', other.port],
      ['egress', 'deny', 'http', other.port],
    ],
  );
});

/** A command that prints another token each time it is run. */
function newTokenEachTime(folder: string): readonly string[] {
  const file = join(folder, 'runs');
  return ['sh', '-c', 'echo >> "$0"; echo "token-number-$(wc -l < "$0" | tr -d " ")"', file];
}

for (const sandbox of [{}, { mode: 'off' }]) {
  const where = 'mode' in sandbox ? 'without a sandbox' : 'in a sandbox';
  test(`a command is asked for a new token at each start, and the log shows none, ${where}`, {
    skip: 'mode' in sandbox ? false : NO_SANDBOX,
  }, async (t) => {
    const variables = (folder: string) => ({ API_TOKEN: { command: newTokenEachTime(folder) } });
    const scene = await Scene.of(t, (folder) => ({ variables: variables(folder) }), sandbox);
    const { gateway } = scene;
    await gateway.initialize();
    const token = async () => JSON.parse(await scene.said('look')).env.API_TOKEN as string;
    assert.equal(await token(), 'token-number-1');
    await scene.said('say', { text: 'it is token-number-1' });
    await gateway.call('crash');
    assert.equal(await token(), 'token-number-2');
    await scene.said('say', { text: 'now token-number-2, then token-number-1' });
    await gateway.end();
    assert.match(logOf(gateway), /it is \[masked\][\s\S]*now \[masked\], then \[masked\]/);
    assert.doesNotMatch(everythingIn(join(gateway.home, 'state')) + gateway.stderr, /token-number-\d/);
  });
}

test('a held-back token is a new one after each restart as well', { skip: NO_SANDBOX }, async (t) => {
  const scene = await Scene.of(t, (folder, port) => ({
    inject: 'proxy',
    variables: { API_TOKEN: { command: newTokenEachTime(folder), hosts: [`localhost:${port}`] } },
  }));
  const { gateway, api } = scene;
  await gateway.initialize();
  const asked = { port: api.port, what: '/', headers: { 'X-Key': '$API_TOKEN' } };
  const placeholder = async () => JSON.parse(await scene.said('look')).env.API_TOKEN as string;
  assert.equal(await scene.said('fetch', asked), '200 hello');
  const before = await placeholder();
  await gateway.call('crash');
  assert.equal(await scene.said('fetch', asked), '200 hello');
  assert.notEqual(await placeholder(), before);
  assert.deepEqual(
    api.got.map(({ headers }) => headers['x-key']),
    ['token-number-1', 'token-number-2'],
  );
});

test('a backend whose secrets would be held back is not started where no sandbox can be had', async (t) => {
  const scene = await Scene.of(t, held, { mode: 'auto', driver: 'seatbelt' });
  const { gateway } = scene;
  const { error } = await gateway.ask('initialize', HELLO);
  assert.match(error.message, /its credentials are held back, .*\(SP5023\)$/);
  await gateway.end();
});
