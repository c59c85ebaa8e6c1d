import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalCapabilities,
  legacyCapabilities,
  modernCapabilities,
} from '../../../lib/translate/client-capabilities.ts';

const TASKS = 'io.modelcontextprotocol/tasks';
const UI = 'io.modelcontextprotocol/ui';

test('a legacy client’s capabilities are told to a modern server without what it cannot have', () => {
  const rows: [given: object, becomes: object][] = [
    [{}, {}],
    [{ elicitation: {} }, { elicitation: { form: {} } }],
    [{ elicitation: { url: {} } }, { elicitation: { url: {} } }],
    [{ elicitation: { form: { applyDefaults: true } } }, { elicitation: { form: { applyDefaults: true } } }],
    [
      { roots: { listChanged: true, x: 1 }, sampling: { tools: {} } },
      { roots: { x: 1 }, sampling: { tools: {} } },
    ],
    [{ roots: {} }, { roots: {} }],
    [{ tasks: { list: {} }, experimental: { a: {} }, other: 1 }, { other: 1 }],
    [{ extensions: { [TASKS]: {} } }, {}],
    [{ extensions: { [TASKS]: {}, [UI]: { mimeTypes: [] } } }, { extensions: { [UI]: { mimeTypes: [] } } }],
  ];
  for (const [given, becomes] of rows) assert.deepEqual(modernCapabilities(given as never), becomes);
});

test('a legacy client that asks for a task declares the extension with that call only', () => {
  assert.deepEqual(modernCapabilities({ tasks: {} }, true), { extensions: { [TASKS]: {} } });
  assert.deepEqual(modernCapabilities({ extensions: { [UI]: {} } }, true), { extensions: { [UI]: {}, [TASKS]: {} } });
});

test('a modern client’s capabilities are told to a legacy server as a session would keep them', () => {
  assert.deepEqual(
    legacyCapabilities({
      roots: { listChanged: true },
      sampling: { context: {} },
      elicitation: {},
      experimental: {},
      extensions: { [TASKS]: {}, [UI]: {} },
      tasks: {},
    }),
    { roots: {}, sampling: { context: {} }, elicitation: {}, extensions: { [UI]: {} } },
  );
  assert.deepEqual(legacyCapabilities({ extensions: { [TASKS]: {} }, roots: null }), { roots: null });
});

test('capabilities have one text, whatever the order of their members', () => {
  const one = canonicalCapabilities({ b: [{ d: 1, c: 2 }], a: { f: null, e: '' } });
  assert.equal(one, canonicalCapabilities({ a: { e: '', f: null }, b: [{ c: 2, d: 1 }] }));
  assert.notEqual(one, canonicalCapabilities({ b: [{ d: 1, c: 2 }], a: { f: null, e: 'x' } }));
  assert.notEqual(canonicalCapabilities({ a: [1, 2] }), canonicalCapabilities({ a: [2, 1] }));
  assert.equal(canonicalCapabilities(JSON.parse('{"__proto__":{"b":1,"a":2}}')), '{"__proto__":{"a":2,"b":1}}');
});
