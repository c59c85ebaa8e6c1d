import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CallToolResultSchema,
  CompleteResultSchema,
  CreateMessageRequestParamsSchema,
  CreateTaskResultSchema,
  ElicitRequestURLParamsSchema,
  GetPromptResultSchema,
  GetTaskResultSchema,
  InitializeResultSchema,
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ListToolsResultSchema,
  ReadResourceResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import type { ZodType } from 'zod';
import { legacyElicitation } from '../../lib/translate/questions.ts';
import { resultForClient } from '../../lib/translate/results.ts';
import { samplingForClient } from '../../lib/translate/sampling.ts';
import { discoverResultOf, initializeResultOf } from '../../lib/translate/server-facts.ts';
import { createTaskResultForLegacy, taskForLegacy } from '../../lib/translate/tasks.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { block, legacyResult, modernResult, modernTask, type ResultMethod } from '../support/mcp/mcp-values.ts';
import { modernReader } from '../support/mcp/modern-reader.ts';
import { results2024 } from '../support/mcp/schema-2024.ts';

const MODERN = '2026-07-28';
const LEGACY = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;

/** What the official client of the legacy era reads results with. */
const V1: Readonly<Record<ResultMethod, ZodType>> = {
  'tools/call': CallToolResultSchema,
  'tools/list': ListToolsResultSchema,
  'prompts/get': GetPromptResultSchema,
  'prompts/list': ListPromptsResultSchema,
  'resources/list': ListResourcesResultSchema,
  'resources/templates/list': ListResourceTemplatesResultSchema,
  'resources/read': ReadResourceResultSchema,
  'completion/complete': CompleteResultSchema,
} as never;

function converted(method: string, value: object, from: string, to: string): Record<string, unknown> {
  const body = Payload.of(JSON.stringify(value));
  return resultForClient(method, body, from, to).json() as Record<string, unknown>;
}

/** Checks that `schema` takes what `convert` makes of every value, and that it would have refused some as they were. */
function allTaken(
  values: fc.Arbitrary<[ResultMethod, object]>,
  schemas: Readonly<Record<ResultMethod, ZodType>>,
  convert: (method: ResultMethod, value: object) => unknown,
): void {
  let refused = 0;
  fc.assert(
    fc.property(values, ([method, value]) => {
      if (!schemas[method].safeParse(value).success) refused++;
      const read = schemas[method].safeParse(convert(method, value));
      assert.ok(read.success, read.error?.message);
    }),
    { numRuns: 600 },
  );
  assert.ok(refused > 10, `only ${refused} results needed a change`);
}

test('a legacy official client reads every result of a modern server', () => {
  for (const to of ['2025-11-25', '2025-06-18']) {
    allTaken(modernResult, V1, (method, value) => converted(method, value, MODERN, to));
  }
});

test('31: a client that knows only 2024-11-05 reads every result, of whatever revision its server is', () => {
  allTaken(modernResult, results2024, (method, value) => converted(method, value, MODERN, '2024-11-05'));
  for (const from of LEGACY) {
    allTaken(legacyResult, results2024, (method, value) => converted(method, value, from, '2024-11-05'));
  }
});

test('a client of 2025-03-26 gets audio as it is and links as text', () => {
  fc.assert(
    fc.property(modernResult, ([method, value]) => {
      const blocks = (result: Record<string, unknown>) =>
        (method === 'tools/call' ? (result['content'] as { type: string }[]) : []).map(({ type }) => type);
      const before = blocks(value);
      const after = blocks(converted(method, value, MODERN, '2025-03-26'));
      assert.deepEqual(
        after.slice(0, before.length),
        before.map((type) => (type === 'resource_link' ? 'text' : type)),
      );
    }),
  );
});

test('a modern official client reads every result of a legacy server', async (t) => {
  const read = await modernReader(t);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(legacyResult, fc.constantFrom(...LEGACY), async ([method, value], from) => {
      await read(method, value).catch(() => refused++);
      await read(method, converted(method, value, from, MODERN));
    }),
    { numRuns: 200 },
  );
  assert.equal(refused, 200, 'without its marks a modern client refuses every result');
});

test('a client of either era reads what a server of the other says of itself', async (t) => {
  const capabilities = {
    tools: { listChanged: true },
    prompts: {},
    resources: { subscribe: true },
    completions: {},
    logging: {},
    tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
    extensions: { 'a.example/e': { on: true } },
  };
  const serverInfo = { name: 's', version: '1' };
  const initialized = { protocolVersion: '2025-11-25', capabilities, serverInfo, instructions: 'Do', _meta: { k: 1 } };
  const discovered = discoverResultOf(Payload.of(JSON.stringify(initialized)));
  const read = await modernReader(t, discovered.json());
  await assert.doesNotReject(
    read('tools/list', { resultType: 'complete', tools: [], ttlMs: 0, cacheScope: 'private' }),
  );
  const again = initializeResultOf(discovered, '2025-11-25', { name: 'x', version: '0' }).json();
  assert.ok(InitializeResultSchema.safeParse(again).success);
  assert.deepEqual(again, initialized);
});

test('a legacy official client reads the tasks of a modern server', () => {
  fc.assert(
    fc.property(modernTask, (task) => {
      const body = Payload.of(JSON.stringify({ resultType: 'complete', ...task }));
      assert.equal(GetTaskResultSchema.safeParse(body.json()).success, false);
      const got = GetTaskResultSchema.parse(taskForLegacy(body).json());
      const created = CreateTaskResultSchema.parse(createTaskResultForLegacy(body)?.json());
      assert.deepEqual(
        [got.taskId, got.ttl, got.pollInterval],
        [task['taskId'], task['ttlMs'], task['pollIntervalMs']],
      );
      assert.equal(created.task.taskId, task['taskId']);
      for (const key of ['result', 'error', 'inputRequests']) assert.ok(!(key in got) && !(key in created.task), key);
    }),
  );
});

test('a legacy official client reads the questions of a modern server', () => {
  const link = Payload.of('{"mode":"url","message":"m","url":"https://a.example/b"}');
  assert.equal(ElicitRequestURLParamsSchema.safeParse(link.json()).success, false);
  ElicitRequestURLParamsSchema.parse(legacyElicitation(link, 'e').json());
  const content = block.filter((one) => ['text', 'image', 'audio'].includes((one as { type: string }).type));
  const messages = fc.array(fc.record({ role: fc.constant('user'), content: fc.array(content, { maxLength: 3 }) }));
  fc.assert(
    fc.property(messages, fc.constantFrom(...LEGACY), (asked, to) => {
      const params = Payload.of(JSON.stringify({ messages: asked, maxTokens: 1 }));
      const read = CreateMessageRequestParamsSchema.parse(samplingForClient(params, to).json());
      if (to === '2025-11-25') return;
      const told = read.messages.map((message) => (Array.isArray(message.content) ? '' : message.content.type));
      const all = asked.flatMap((message) => message.content.map((one) => (one as { type: string }).type));
      assert.deepEqual(told, to > '2024-11-05' ? all : all.map((type) => (type === 'audio' ? 'text' : type)));
    }),
  );
});
