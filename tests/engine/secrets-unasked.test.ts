import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeSecret } from '../support/attacks/made-secrets.ts';
import { createEngine } from '../support/engine/engine.ts';

const TOKEN = madeSecret('github-pat');

for (const action of ['redact', 'block'] as const) {
  test(`secrets in what a server says unasked are treated as in answers (${action})`, async (t) => {
    const engine = createEngine(t, { config: `security: { secrets: { action: ${action} } }\n` });
    const { server } = engine;
    const client = engine.client('ana');
    server.onRequest('initialize', ({ params }) => ({
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {}, logging: {} },
      serverInfo: { name: 'scripted', version: '1' },
      instructions: `Use ${TOKEN} to sign in.`,
    }));
    server.onRequest('tools/call', ({ params }) => {
      const { progressToken } = params._meta;
      server.notify('notifications/progress', { progressToken, progress: 1, message: `with ${TOKEN}` });
      server.notify('notifications/message', { level: 'error', data: { used: TOKEN } });
      return { content: [] };
    });
    await client.initialize();
    await client.ask('tools/call', { name: 'work', arguments: {}, _meta: { progressToken: 'p' } });
    const told = client.messages.map((message) => JSON.stringify(message)).join('\n');
    assert.doesNotMatch(told, new RegExp(TOKEN));
    assert.equal(told.match(/\[secret:github-token\]/g)?.length ?? 0, action === 'redact' ? 3 : 0);
  });
}
