import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withInputResponses, withoutInputResponses } from '../../lib/translate/input-requests.ts';
import { noticeForClient } from '../../lib/translate/notifications.ts';
import { withModernMeta, withoutModernMeta } from '../../lib/translate/request-meta.ts';
import { resultForClient } from '../../lib/translate/results.ts';
import { discoverResultOf, initializeResultOf } from '../../lib/translate/server-facts.ts';
import {
  createTaskResultForLegacy,
  createTaskResultForModern,
  taskForLegacy,
  taskForModern,
} from '../../lib/translate/tasks.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { children } from '../../lib/wire/walk.ts';
import { jsonText } from '../support/mcp/json-text.ts';
import { legacyResult, modernResult, RESULT_METHODS } from '../support/mcp/mcp-values.ts';

const MODERN = '2026-07-28';
const LEGACY = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;
const ALL = [...LEGACY, MODERN];

/** The raw text of every member whose key begins with `x-`, in the order they stand, wherever they stand. */
function foreignMembers(body: Payload): string[] {
  const bytes = body.bytes();
  const found: string[] = [];
  const walk = (from: number): void => {
    for (const { key, at, start, end } of children(bytes, from)) {
      if (key.startsWith('x-')) found.push(bytes.toString('utf8', at, end));
      else walk(start);
    }
  };
  walk(0);
  return found;
}

const key = fc.nat(9).map((digit) => `"x-${digit}"`);
const value = jsonText({ depth: 2 });

/** An object with these members, and between them some that no revision knows, in any order and layout. */
function withForeign(members: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const foreign = fc.uniqueArray(fc.tuple(key, value), { maxLength: 3, selector: ([name]) => name });
  return fc.tuple(fc.tuple(...members), foreign, fc.infiniteStream(fc.nat())).map(([known, unknown, order]) => {
    const all = [...known, ...unknown.map(([name, text]) => `${name}: ${text}`)];
    const placed = all.map((text) => ({ text, at: order.next().value as number }));
    return `{${placed
      .sort((a, b) => a.at - b.at)
      .map(({ text }) => text)
      .join(' ,')}}`;
  });
}

const just = (...texts: string[]) => texts.map((text) => fc.constant(text));
const member = (name: string, text: fc.Arbitrary<string>) => text.map((json) => `"${name}":${json}`);
const array = (element: fc.Arbitrary<string>) =>
  fc.array(element, { maxLength: 3 }).map((texts) => `[${texts.join(', ')}]`);

const block = fc.oneof(
  withForeign(just('"type":"audio"', '"data":"AAAA"', '"mimeType":"audio/wav"')),
  withForeign(just('"type":"resource_link"', '"uri":"a:b"', '"name":"\\u00e9"')),
  withForeign(just('"type":"text"', '"text":"resource_link"')),
);
const meta = withForeign(
  just(
    '"progressToken":7',
    '"io.modelcontextprotocol/serverInfo":{"name":"s"}',
    '"io.modelcontextprotocol/logLevel":"info"',
  ),
);
const tool = fc.oneof(
  withForeign(just('"name":"a"', '"outputSchema":{"type":"array"}')),
  withForeign(just('"name":"b"', '"outputSchema":{"type":"object"}')),
);
const message = withForeign([fc.constant('"role":"user"'), member('content', block)]);
const anything = withForeign([
  member('content', array(block)),
  member('tools', array(tool)),
  member('messages', array(message)),
  member('_meta', meta),
  member('capabilities', withForeign(just('"tasks":{}', '"extensions":{"io.modelcontextprotocol/tasks":{}}'))),
  ...just('"structuredContent":[1.0]', '"resultType":"complete"', '"ttlMs":1.0', '"cacheScope":"public"'),
]);
const task = withForeign(just('"taskId":"t"', '"status":"working"', '"ttl":1.0', '"pollIntervalMs":5', '"result":{}'));

test('members no revision knows keep their bytes and their order, whatever is translated', () => {
  const facts = { version: MODERN, clientCapabilities: {} };
  const conversions: ((body: Payload) => Payload | undefined | 'malformed')[] = [
    ...RESULT_METHODS.flatMap((method) =>
      ALL.flatMap((from) => ALL.map((to) => (body: Payload) => resultForClient(method, body, from, to))),
    ),
    (body) => discoverResultOf(body),
    (body) => initializeResultOf(body, '2025-11-25', {}),
    (body) => withModernMeta(body, facts),
    (body) => withoutModernMeta(body),
    (body) => withInputResponses(body, [['k', Payload.of('{}')]], Payload.of('"s"')),
    (body) => withoutInputResponses(body),
    (body) => noticeForClient('notifications/progress', body, MODERN, '2024-11-05'),
  ];
  fc.assert(
    fc.property(anything, fc.constantFrom(...conversions), (text, convert) => {
      const body = Payload.of(text);
      const made = convert(body);
      assert.ok(made instanceof Payload);
      assert.deepEqual(foreignMembers(made), foreignMembers(body));
      assert.doesNotThrow(() => made.json());
    }),
    { numRuns: 1500 },
  );
});

test('so do those of tasks, through both dialects', () => {
  fc.assert(
    fc.property(task, meta, (text, about) => {
      const body = Payload.of(text);
      const nested = Payload.of(`{"_meta":${about},"task":${text}}`);
      for (const made of [taskForModern(body), taskForLegacy(body), taskForLegacy(taskForModern(body))]) {
        assert.deepEqual(foreignMembers(made), foreignMembers(body));
      }
      const flat = createTaskResultForModern(nested)!;
      const ofMeta = foreignMembers(Payload.of(about));
      assert.deepEqual(foreignMembers(flat), [...foreignMembers(body), ...ofMeta]);
      assert.deepEqual(foreignMembers(createTaskResultForLegacy(flat)!), [...foreignMembers(body), ...ofMeta]);
    }),
  );
});

test('a legacy result that is translated to the modern era and back is what it was', () => {
  fc.assert(
    fc.property(legacyResult, fc.constantFrom('2025-06-18', '2025-11-25'), ([method, plain], revision) => {
      const body = Payload.of(JSON.stringify(plain));
      const back = resultForClient(method, resultForClient(method, body, revision, MODERN), MODERN, revision);
      assert.equal(back.text(), body.text());
    }),
    { numRuns: 500 },
  );
});

test('a modern result that is translated to any legacy revision and back has no member it did not have', () => {
  const added = /^\.(resultType|ttlMs|cacheScope)$|^\.(content|messages)(\.\d+(\.content)?(\.(type|text))?)?$/;
  fc.assert(
    fc.property(modernResult, fc.constantFrom(...LEGACY), ([method, plain], revision) => {
      const there = resultForClient(method, Payload.of(JSON.stringify(plain)), MODERN, revision);
      const back = resultForClient(method, there, revision, MODERN).json();
      const before = new Set(pathsOf(plain));
      const invented = pathsOf(back).filter((path) => !before.has(path) && !added.test(path));
      assert.deepEqual(invented, []);
    }),
    { numRuns: 800 },
  );
});

test('what is translated already is not translated again', () => {
  fc.assert(
    fc.property(modernResult, fc.constantFrom(...ALL), ([method, plain], revision) => {
      const once = resultForClient(method, Payload.of(JSON.stringify(plain)), MODERN, revision);
      assert.equal(resultForClient(method, once, MODERN, revision), once);
    }),
  );
});

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${path}.${name}`))];
}
