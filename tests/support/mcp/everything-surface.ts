import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import type { Message } from './peer.ts';
import type { Answers, SdkClient } from './sdk.ts';

/** The official reference server that shows the whole protocol. */
export const EVERYTHING = join(ROOT, 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js');

/** The same answers every time, so that two runs can be compared. */
export const ANSWERS: Answers = {
  sampling: (params) => ({
    model: 'test-model',
    role: 'assistant',
    stopReason: 'endTurn',
    content: { type: 'text', text: `sampled ${JSON.stringify(params.messages)}` },
  }),
  elicitation: ({ mode, requestedSchema }) =>
    mode === 'url' ? { action: 'accept' } : { action: 'accept', content: filled(requestedSchema?.properties ?? {}) },
  roots: () => ({ roots: [{ uri: 'file:///srv/project', name: 'project' }] }),
};

/** Calls of every tool with arguments that make it do its work. */
const CALLS: readonly (readonly [name: string, args: Message])[] = [
  ['echo', { message: 'hällo \u2028 wörld 12345678901234567890' }],
  ['get-annotated-message', { messageType: 'error', includeImage: true }],
  ['get-resource-links', { count: 3 }],
  ['get-resource-reference', { resourceType: 'Blob', resourceId: 2 }],
  ['get-structured-content', { location: 'Chicago' }],
  ['get-sum', { a: 1.5, b: 2 }],
  ['get-sum', { a: 'not a number', b: 2 }],
  ['get-tiny-image', {}],
  ['gzip-file-as-resource', { name: 'a.gz', data: 'data:text/plain,hello', outputType: 'resource' }],
  ['get-roots-list', {}],
  ['trigger-elicitation-request', {}],
  ['trigger-url-elicitation', { url: 'https://example.com/x', elicitationId: 'e1' }],
  ['trigger-sampling-request', { prompt: 'hi', maxTokens: 10 }],
  ['no-such-tool', {}],
];

/** Everything the reference server can do, as one client sees it: a list of what was done and what came back. */
export async function walkSurface(client: SdkClient): Promise<[string, Message][]> {
  const seen: [string, Message][] = [['facts', client.facts()]];
  const note = async (label: string, work: Promise<Message>) => {
    seen.push([
      label,
      await work.catch((error) => ({ error: { code: error.code, message: error.message, data: error.data } })),
    ]);
  };
  for (const list of ['tools', 'prompts', 'resources', 'resources/templates'])
    await note(`${list}/list`, client.request(`${list}/list`, {}));
  for (const [name, args] of CALLS) await note(`call ${name}`, client.request('tools/call', { name, arguments: args }));
  const progress: Message[] = [];
  const longRunning = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } };
  await note(
    'long',
    client.request('tools/call', longRunning, (step) => progress.push(step)),
  );
  // The SDK drops the last step when it reads it together with the result, directly or not.
  seen.push(['progress', progress.filter((step) => step.progress < step.total)]);
  await note('prompt', client.request('prompts/get', { name: 'simple-prompt' }));
  await note(
    'prompt args',
    client.request('prompts/get', { name: 'args-prompt', arguments: { city: 'Oslo', state: 'x' } }),
  );
  await note(
    'prompt resource',
    client.request('prompts/get', { name: 'resource-prompt', arguments: { resourceType: 'Text', resourceId: '1' } }),
  );
  await note('prompt unknown', client.request('prompts/get', { name: 'nope' }));
  await note('read', client.request('resources/read', { uri: 'demo://resource/static/document/features.md' }));
  await note('read blob', client.request('resources/read', { uri: 'demo://resource/dynamic/blob/3' }));
  await note('read unknown', client.request('resources/read', { uri: 'demo://nowhere' }));
  const ref = { type: 'ref/prompt', name: 'completable-prompt' };
  await note('complete', client.request('completion/complete', { ref, argument: { name: 'department', value: 'E' } }));
  const template = { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' };
  await note(
    'complete uri',
    client.request('completion/complete', { ref: template, argument: { name: 'resourceId', value: '1' } }),
  );
  await note('subscribe', client.request('resources/subscribe', { uri: 'demo://resource/dynamic/text/1' }));
  await note('unsubscribe', client.request('resources/unsubscribe', { uri: 'demo://resource/dynamic/text/1' }));
  await note('setLevel', client.request('logging/setLevel', { level: 'debug' }));
  await note('ping', client.request('ping'));
  await note('unknown method', client.request('nobody/knows', {}));
  await walkTask(client, note);
  return seen;
}

/** A call that the server runs as a task, with a question in the middle of it. */
async function walkTask(
  client: SdkClient,
  note: (label: string, work: Promise<Message>) => Promise<void>,
): Promise<void> {
  const created = await client.request('tools/call', {
    name: 'simulate-research-query',
    arguments: { topic: 'gateways', ambiguous: false },
    task: { ttl: 60_000 },
  });
  await note('task created', Promise.resolve(created));
  const { taskId } = created.task;
  await note('task get', client.request('tasks/get', { taskId }));
  await note('task result', client.request('tasks/result', { taskId }));
  await note('task list', client.request('tasks/list', {}));
}

/** What may differ between two runs of the same server: times, ids it makes up, the order of resource times. */
export function withoutVolatile(value: Message): Message {
  const text = JSON.stringify(value)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\d{1,2}:\d\d:\d\d(?: [AP]M)?/g, '<clock>')
    .replace(/"taskId":"[^"]+"/g, '"taskId":"<task>"')
    .replace(/\(\d+ ms\)/g, '<ms>')
    .replace(/"blob":"UmVzb3VyY2Ug[^"]+"/g, '"blob":"<text with the time>"')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>');
  return JSON.parse(text);
}

function filled(properties: Message): Message {
  const content: Message = {};
  for (const [name, schema] of Object.entries<Message>(properties)) {
    if (schema.type === 'boolean') content[name] = true;
    else if (schema.type === 'number' || schema.type === 'integer') content[name] = schema.minimum ?? 1;
    else if (schema.type === 'array') content[name] = [schema.items?.enum?.[0] ?? schema.items?.anyOf?.[0]?.const];
    else content[name] = schema.enum?.[0] ?? schema.oneOf?.[0]?.const ?? sample(schema.format);
  }
  return content;
}

function sample(format: string | undefined): string {
  if (format === 'email') return 'ada@example.com';
  if (format === 'uri') return 'https://example.com';
  if (format === 'date') return '2026-01-01';
  return format === 'date-time' ? '2026-01-01T00:00:00Z' : 'Ada';
}
