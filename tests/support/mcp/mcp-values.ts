import fc from 'fast-check';

/** Valid results of servers, as plain values. A member with `-` in its key is one no revision defines. */

const word = fc.constantFrom('a', 'Bé', 'two words', '\n"', '');
const uri = fc.constantFrom('file:///a', 'https://b.example/c', 'x:y');
const base64 = fc.constantFrom('', 'AAAA', 'TUNQ', 'TQ==');
const foreign = fc.oneof(
  fc.constant({}),
  fc.record({ 'x-one': fc.jsonValue({ maxDepth: 2 }), 'x-two': fc.jsonValue({ maxDepth: 1 }) }, { requiredKeys: [] }),
);
const annotations = fc.record(
  {
    audience: fc.subarray(['user', 'assistant']),
    priority: fc.constantFrom(0, 0.5, 1),
    lastModified: fc.constant('2026-01-01T00:00:00Z'),
  },
  { requiredKeys: [] },
);
const meta = fc.dictionary(fc.constantFrom('a.example/k', 'l', 'm-n'), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 });

/** `required` members, some of `optional`, and some nobody knows. */
function record<T>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, optional: Record<string, fc.Arbitrary<unknown>>) {
  const some = fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) as never });
  return fc.tuple(some, foreign).map(([known, unknown]) => ({ ...(known as T), ...unknown }));
}

const described = { title: word, description: word, _meta: meta };
const contents = fc.oneof(
  record({ uri, text: word }, { mimeType: word, _meta: meta }),
  record({ uri, blob: base64 }, { mimeType: word, _meta: meta }),
);
const resource = { name: word, uri };
const icons = fc.constant([{ src: 'https://i.example/i.png', sizes: ['48x48'], theme: 'dark' }]);
const aboutResource = { ...described, mimeType: word, size: fc.nat(), annotations, icons };

/** A content block of any kind there is. */
export const block = fc.oneof(
  record({ type: fc.constant('text'), text: word }, { annotations, _meta: meta }),
  record({ type: fc.constant('image'), data: base64, mimeType: word }, { annotations, _meta: meta }),
  record({ type: fc.constant('audio'), data: base64, mimeType: word }, { annotations, _meta: meta }),
  record({ type: fc.constant('resource_link'), ...resource }, aboutResource),
  record({ type: fc.constant('resource'), resource: contents }, { annotations, _meta: meta }),
);

const objectSchema = record(
  { type: fc.constant('object') },
  {
    properties: fc.constantFrom<unknown>({}, { p: { type: 'string' } }),
    required: fc.constantFrom<unknown>([], ['p']),
  },
);
const anySchema = fc.oneof(
  objectSchema,
  fc.constantFrom<unknown>({ type: 'array' }, { anyOf: [] }, { type: 'object', properties: { p: true } }, {}),
);

function tool(outputSchema: fc.Arbitrary<unknown>) {
  return record(
    { name: word, inputSchema: objectSchema },
    { ...described, outputSchema, icons, annotations: fc.constant({ title: 't', readOnlyHint: true }) },
  );
}

function resultsOf(structured: fc.Arbitrary<unknown>, outputSchema: fc.Arbitrary<unknown>) {
  const list = { nextCursor: word, _meta: meta };
  return {
    'tools/call': record(
      { content: few(block) },
      { structuredContent: structured, isError: fc.boolean(), _meta: meta },
    ),
    'tools/list': record({ tools: few(tool(outputSchema)) }, list),
    'prompts/get': record(
      { messages: few(record({ role: fc.constantFrom('user', 'assistant'), content: block }, {})) },
      { description: word, _meta: meta },
    ),
    'prompts/list': record({ prompts: few(record({ name: word }, { ...described, icons })) }, list),
    'resources/list': record({ resources: few(record(resource, aboutResource)) }, list),
    'resources/templates/list': record(
      { resourceTemplates: few(record({ name: word, uriTemplate: word }, described)) },
      list,
    ),
    'resources/read': record({ contents: few(contents) }, { _meta: meta }),
    'completion/complete': record(
      { completion: record({ values: few(word) }, { total: fc.nat(), hasMore: fc.boolean() }) },
      { _meta: meta },
    ),
  };
}

function few<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(value, { maxLength: 3 });
}

const structured = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });
const legacyResults = resultsOf(structured, objectSchema);
const modernResults = resultsOf(fc.oneof(structured, fc.jsonValue({ maxDepth: 1 })), anySchema);

export type ResultMethod = keyof typeof legacyResults;
export const RESULT_METHODS = Object.keys(legacyResults) as ResultMethod[];
const CACHEABLE = /list$|^resources\/read$/;

type Plain = Record<string, unknown>;

/** A method and a result of 2025-11-25 for it. */
export const legacyResult: fc.Arbitrary<[ResultMethod, Plain]> = fc
  .constantFrom(...RESULT_METHODS)
  .chain((method) => (legacyResults[method] as fc.Arbitrary<Plain>).map((result) => [method, result]));

/** A method and a result of 2026-07-28 for it, with its marks. */
export const modernResult: fc.Arbitrary<[ResultMethod, Plain]> = fc.constantFrom(...RESULT_METHODS).chain((method) =>
  fc
    .tuple(modernResults[method] as fc.Arbitrary<Plain>, fc.nat(), fc.constantFrom('public', 'private'), fc.boolean())
    .map(([result, ttlMs, cacheScope, named]) => {
      const _meta = {
        ...(result['_meta'] as Plain),
        'io.modelcontextprotocol/serverInfo': { name: 's', version: '1' },
      };
      const keeping = CACHEABLE.test(method) ? { ttlMs, cacheScope } : {};
      return [method, { resultType: 'complete', ...result, ...keeping, ...(named ? { _meta } : {}) }];
    }),
);

/** What `tasks/get` of the tasks extension answers, in every state a task can be in. */
export const modernTask: fc.Arbitrary<Plain> = fc
  .tuple(
    record(
      {
        taskId: word,
        createdAt: fc.constant('2026-01-01T00:00:00Z'),
        lastUpdatedAt: fc.constant('2026-01-01T00:00:01Z'),
        ttlMs: fc.option(fc.nat()),
      },
      { pollIntervalMs: fc.nat(), statusMessage: word, _meta: meta },
    ),
    fc.oneof(
      fc.constantFrom<Plain>({ status: 'working' }, { status: 'cancelled' }),
      modernResults['tools/call'].map((result) => ({ status: 'completed', result })),
      fc.constant({ status: 'failed', error: { code: -32603, message: 'm' } }),
      fc.constant({ status: 'input_required', inputRequests: { r: { method: 'roots/list' } } }),
    ),
  )
  .map(([task, state]) => ({ ...task, ...state }));
