import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Message } from '../../support/mcp/lines.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { type Served, serve } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';

const KEY = 'the-key-of-the-sdk-clients';
const INFO = { name: 'sdk-test-client', version: '1.0.0' };
const CAPABILITIES = { elicitation: { form: {} } };
const ANYTHING = z.looseObject({});
const ANSWER = { action: 'accept', content: { name: 'Ada' } };

interface Connected {
  readonly notices: Message[];
  request(method: string, params: Message, progress?: (value: Message) => void): Promise<Message>;
  leave(): Promise<void>;
}

/** Every way an official client comes in, each with the key in a header. */
const WAYS: Record<string, (served: Served) => Promise<Connected>> = {
  'v1 over Streamable HTTP': async ({ url }) => {
    const transport = new TransportV1(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${KEY}` } } });
    return connectV1(transport, () => transport.terminateSession());
  },
  'v1 over HTTP with SSE': async (served) => {
    const requestInit = { headers: { Authorization: `Bearer ${KEY}` } };
    return connectV1(new SSEClientTransport(new URL(served.at('/sse')), { requestInit }), async () => {});
  },
  'v2, legacy': ({ url }) => connectV2(url, 'legacy'),
  'v2, modern': ({ url }) => connectV2(url, { pin: '2026-07-28' }),
  'v2, finding out': ({ url }) => connectV2(url, 'auto'),
};

async function connectV1(transport: TransportV1 | SSEClientTransport, end: () => Promise<void>): Promise<Connected> {
  const client = new ClientV1(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(ElicitRequestSchema, () => ANSWER as never);
  return connected(client, () => client.connect(transport as never), end);
}

async function connectV2(url: string, mode: Message): Promise<Connected> {
  const client = new ClientV2(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', () => ANSWER as never);
  const transport = new TransportV2(new URL(url), { requestInit: { headers: { 'X-API-Key': KEY } } });
  return connected(
    client,
    () => client.connect(transport),
    () => transport.terminateSession(),
  );
}

async function connected(client: Message, connect: () => Promise<void>, end: () => Promise<void>): Promise<Connected> {
  const notices: Message[] = [];
  client.fallbackNotificationHandler = async (notice: Message) => void notices.push(notice);
  await connect();
  return {
    notices,
    request: (method, params, onprogress) =>
      client.request({ method, params }, ANYTHING, onprogress === undefined ? {} : { onprogress }),
    leave: async () => {
      await end();
      await client.close();
    },
  };
}

test('official clients of every generation work with servers of both eras', async (t) => {
  const served = await serve(t, {
    server: { legacy_sse: true },
    keys: [{ key: `sha256:${createHash('sha256').update(KEY).digest('hex')}`, client_id: 'sdk' }],
    backends:
      fixtureBackend('old', [], { era: 'legacy' }) + fixtureBackend('new', ['--era', 'modern'], { era: 'modern' }),
  });
  for (const [way, connect] of Object.entries(WAYS)) {
    const client = await connect(served);
    try {
      await works(way, client);
    } finally {
      await client.leave();
    }
  }
});

async function works(way: string, client: Connected): Promise<void> {
  const call = (name: string, args: Message, progress?: (value: Message) => void) =>
    client.request('tools/call', { name, arguments: args }, progress);
  const { tools } = await client.request('tools/list', {});
  const names = tools.map(({ name }: Message) => name);
  assert.ok(names.includes('old__echo') && names.includes('new__echo'), way);
  for (const backend of ['old', 'new']) {
    const { content } = await call(`${backend}__echo`, { text: `${way} ${backend}` });
    assert.equal(content[0].text, `${way} ${backend}`);
    const seen: number[] = [];
    await call(`${backend}__slow`, { ms: 90, steps: 3 }, ({ progress }) => seen.push(progress));
    // The SDK of the first generation forgets who waits for progress when the answer comes in the same chunk.
    assert.ok(seen.length > 0, `${way} ${backend}`);
    assert.deepEqual(seen, [1, 2, 3].slice(0, seen.length), `${way} ${backend}`);
  }
  const form = { message: 'Who?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
  const asked = await call('old__ask', { method: 'elicitation/create', params: form });
  assert.match(asked.content[0].text, /Ada/, `${way}: a legacy server asks`);
  const round = await call('new__ask', {});
  assert.match(round.content[0].text, /Ada/, `${way}: a modern server needs input`);
  if (way.includes('modern') || way.includes('finding')) return;
  await call('old__changed', { kind: 'prompts' });
  const change = () => client.notices.find(({ method }) => method === 'notifications/prompts/list_changed');
  await found(change, 30_000, `${way}: the change of a list`);
}
