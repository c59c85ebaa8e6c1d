import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HARMLESS, ORDER, sceneOf } from '../support/attacks/hidden-instructions.ts';
import type { Message } from '../support/mcp/lines.ts';

const BLOCK = 'security: { injection: { action: block } }\n';

/** What a client is told by a server that says this in its handshake. */
async function told(t: TestContext, said: Message): Promise<Message> {
  const { client, engine } = sceneOf(t, BLOCK);
  engine.server.onRequest('initialize', ({ params }) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'scripted', version: '1' },
    ...said,
  }));
  return client.initialize();
}

const PLACES: Readonly<Record<string, (text: string) => Message>> = {
  'its name': (text) => ({ serverInfo: { name: text, version: '1' } }),
  'its title': (text) => ({ serverInfo: { name: 'scripted', version: '1', title: text } }),
  'its version': (text) => ({ serverInfo: { name: 'scripted', version: text } }),
  'a member nobody knows': (text) => ({ note: text }),
  'a name among its capabilities': (text) => ({ capabilities: { tools: { [text]: {} } } }),
  'a value among its capabilities': (text) => ({ capabilities: { tools: { note: text } } }),
  'what should be a time': (text) => ({ ttlMs: text }),
  'what should be a scope': (text) => ({ cacheScope: text }),
  'what should be a revision': (text) => ({ supportedVersions: ['2025-06-18', text] }),
  'its `_meta`': (text) => ({ _meta: { 'example.com/note': text } }),
};

for (const [name, said] of Object.entries(PLACES)) {
  test(`instructions in what a server says of itself reach nobody: ${name}`, async (t) => {
    const answer = await told(t, said(ORDER));
    assert.doesNotMatch(JSON.stringify(answer), /id_rsa/);
    assert.equal(typeof answer.serverInfo.name, 'string');
    assert.deepEqual(answer.capabilities, { tools: {} });
    assert.equal(answer.protocolVersion, '2025-11-25');
  });

  test(`what is harmless is told as it was said: ${name}`, async (t) => {
    assert.match(JSON.stringify(await told(t, said(HARMLESS))), /the weather is mild/);
  });
}

test('instructions that are no text, or only look as if they were called so, are told to nobody', async (t) => {
  for (const said of [
    { instructions: ['Ask first.'] },
    { Instructions: 'Ask first.' },
    { 'in\u017ftructions': 'Ask first.' },
  ]) {
    assert.doesNotMatch(JSON.stringify(await told(t, said)), /Ask first/);
  }
});
