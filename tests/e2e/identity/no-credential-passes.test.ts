import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { modernPost, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { json, RawHttp } from '../../support/http/raw-http.ts';
import { AUDIENCE, claimsAt, hmacToken, ISSUER } from '../../support/identity/tokens.ts';
import { ERAS, type Era, modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const KEY = 'dev.sallyport/token';
/** So many characters in a row are no chance. */
const WINDOW = 16;

interface Capture {
  readonly token: string;
  readonly home: string;
  readonly far: RawHttp;
  readonly auth: Message;
  readonly backends: string;
  /** Everything both backends received: lines, headers and bodies. */
  received(): string;
}

/** A backend that is a process and is handed all it can be, and one elsewhere, both writing down what they get. */
async function capture(t: TestContext, era: Era, required: boolean): Promise<Capture> {
  const home = temporaryFolder(t);
  const log = join(home, 'received.log');
  const far = new RawHttp(t);
  far.onMessage('server/discover', (received) =>
    json(received, { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ...COMPLETE }),
  );
  far.onMessage('tools/list', (received) => json(received, { tools: [{ name: 'ask', inputSchema: {} }], ...COMPLETE }));
  far.onMessage('tools/call', (received) => json(received, { content: [{ type: 'text', text: 'done' }], ...COMPLETE }));
  const backends =
    fixtureBackend('fix', ['--era', era, '--log', log], { era, pass_env: ['*'] }) +
    `  - { name: far, url: "${await far.listen()}", era: modern }\n`;
  const jwt = { issuer: ISSUER, audience: AUDIENCE, secret: '${JWT_SECRET}' };
  return {
    token: hmacToken(SECRET, claimsAt(systemClock)),
    home,
    far,
    auth: { required, jwt },
    backends,
    received: () =>
      readFileSync(log, 'utf8') +
      far.received.map(({ path, headers, message }) => JSON.stringify([path, headers, message])).join('\n'),
  };
}

const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

/** Every file the gateway has written below its home, but the config itself and its own code, compiled, with all its words. */
function written(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !basename(name).startsWith('code-'))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

function holdsNothingOf(token: string, text: string, where: string): void {
  for (let at = 0; at + WINDOW <= token.length; at++) {
    // What every token of its kind begins with is no secret.
    const part = token.slice(at, at + WINDOW);
    if (at > 0) assert.ok(!text.includes(part), `${where} holds "${part}" of the credential`);
  }
  assert.ok(!text.includes(KEY), `${where} holds the reserved key`);
}

/** Calls both backends and answers what the process sees of its surroundings. */
async function callBoth(call: (name: string) => Promise<Message>): Promise<string> {
  const surroundings = await call('fix__whoami');
  assert.ok(surroundings.result !== undefined, JSON.stringify(surroundings));
  const asked = await call('far__ask');
  assert.equal(asked.result?.content[0].text, 'done', JSON.stringify(asked));
  return JSON.stringify(surroundings);
}

for (const era of ERAS) {
  for (const by of ['environment', 'message', 'message nobody asked for'] as const) {
    test(`${era}, stdio: no byte of a credential that came by ${by} reaches a backend or a file`, async (t) => {
      const found = await capture(t, era, by !== 'message nobody asked for');
      const { token, home, auth, backends } = found;
      const env = { JWT_SECRET: SECRET, ...(by === 'environment' ? { SALLYPORT_TOKEN: token } : {}) };
      const config = `version: 1\nsecurity: ${JSON.stringify({ registry: { pin: 'off' }, auth })}\nbackends:\n${backends}`;
      const gateway = new GatewayPeer(t, 'run', [], { config, home, env });
      const shown = by === 'environment' ? {} : { [KEY]: token };
      if (era === 'modern') gateway.meta = { ...modernMeta(), ...shown };
      else await gateway.initialize({ _meta: shown });
      const surroundings = await callBoth((name) => gateway.ask('tools/call', { name, arguments: {}, _meta: shown }));
      gateway.notify('notifications/roots/list_changed', { _meta: shown });
      assert.ok(!surroundings.includes('SALLYPORT_TOKEN'));
      const principal = gateway.records.find(({ kind, principal }) => kind === 'call' && principal)?.principal;
      if (by !== 'message nobody asked for') assert.equal(principal, 'alice');
      await gateway.end();
      holdsNothingOf(token, surroundings, 'the process');
      holdsNothingOf(token, found.received(), 'what was sent');
      holdsNothingOf(token, written(join(home, 'state')) + gateway.stderr, 'what was written');
    });
  }

  test(`${era}, HTTP: no byte of a credential reaches a backend or a file`, async (t) => {
    const found = await capture(t, era, false);
    const { token, home, auth, backends } = found;
    const more = `security: ${JSON.stringify({ registry: { pin: 'off' }, auth })}\n`;
    const env = { JWT_SECRET: SECRET, SALLYPORT_TOKEN: token };
    const served = await serve(t, { home, backends, more, env });
    const headers = { Authorization: `Bearer ${token}` };
    const meta = { [KEY]: token };
    let call: (name: string) => Promise<Message>;
    if (era === 'modern') {
      const _meta = { ...modernMeta(), ...meta };
      call = async (name) =>
        (await send(served.url, modernPost('tools/call', { name, arguments: {}, _meta }, headers))).json;
    } else {
      const client = new LegacyHttp(served.url, headers);
      await client.initialize({ _meta: meta });
      call = async (name) => (await client.post(client.callOf(name, {}, undefined, meta))).json;
    }
    const surroundings = await callBoth(call);
    await served.end();
    holdsNothingOf(token, surroundings, 'the process');
    holdsNothingOf(token, found.received(), 'what was sent');
    holdsNothingOf(token, written(join(home, 'state')) + served.stderr + served.stdout, 'what was written');
  });
}
