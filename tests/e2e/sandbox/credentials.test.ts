import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Api } from '../../support/api.ts';
import { selfSigned } from '../../support/certificates.ts';
import { everythingIn } from '../../support/deployed.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { GatewayPeer } from '../../support/gateway.ts';
import { logOf } from '../../support/log.ts';
import { ROOT } from '../../support/paths.ts';
import { type Message, textOf } from '../../support/peer.ts';

const BWRAP = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--unshare-all', '--die-with-parent'];
const NO_BWRAP =
  spawnSync('bwrap', [...BWRAP, 'true'], { stdio: 'ignore' }).status === 0 ? false : 'bwrap does not run here';
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
    credentials: (folder: string, port: number) => Message,
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
      credentials: credentials(folder, api.port),
    };
    const config = JSON.stringify({ version: 1, backends: [backend] });
    const env = { NODE_EXTRA_CA_CERTS: certificate.cert, API_TOKEN: TOKEN };
    return new Scene(folder, api, other, new GatewayPeer(t, 'run', [], { config, env }));
  }

  async said(tool: string, args: Message = {}): Promise<string> {
    return textOf(await this.gateway.call(tool, args));
  }

  /** Everything the gateway has written anywhere, and what it has told its client. */
  async written(): Promise<string> {
    await this.gateway.end();
    return everythingIn(this.gateway.home) + this.gateway.stderr + JSON.stringify(this.gateway.messages);
  }
}

const held = (_folder: string, port: number) => ({
  inject: 'proxy',
  variables: { API_TOKEN: { value: '${API_TOKEN}', hosts: [`localhost:${port}`], like: 'key_' } },
});

test('an API gets the real token from a server that never has it', { skip: NO_BWRAP }, async (t) => {
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

test('a file others may read is not used, and the backend not started', { skip: NO_BWRAP }, async (t) => {
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
