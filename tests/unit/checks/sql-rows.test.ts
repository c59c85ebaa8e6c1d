import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHECKS } from '../../../lib/checks/index.ts';
import { cutRows } from '../../../lib/checks/sql/cut-rows.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, replyOf } from '../../support/policy/calls.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const CONFIG = `
version: 1
backends:
  - { name: pg, command: pg-server, preset: postgres }
  - { name: my, command: my-server }
policies:
  default: allow
  tools:
    "pg/*": { max_rows: 2 }
    "my/*": { sql: { dialect: mysql, max_rows: 2 } }
`;

function resultOf(text: string): Payload {
  return Payload.of(JSON.stringify({ content: [{ type: 'text', text }] }));
}

function textOf(body: Payload): string {
  return (body.json() as { content: { text: string }[] }).content[0]!.text;
}

async function forwarded(backend: string, sql: string): Promise<string> {
  const policy = await compilePolicy(configOf({ config: CONFIG }).config, CHECKS, stateInMemory());
  const params = Payload.of(JSON.stringify({ name: 'query', arguments: { sql } }));
  const call = callWith({ resource: { backend, type: 'tool', id: 'query' }, params });
  const { effect, edits } = await decideCall(policy, call);
  assert.equal(effect, 'allow');
  const edited = edits.reduce((body, edit) => edit.apply(body), params);
  return (edited.json() as { arguments: { sql: string } }).arguments.sql;
}

test('the limit is spliced into the text that is forwarded, and nothing else changes', async () => {
  const SPLICED: readonly (readonly [backend: string, written: string, sent: string])[] = [
    ['pg', 'SELECT * FROM a', 'SELECT * FROM a\nLIMIT 2'],
    ['pg', 'SELECT * FROM a;', 'SELECT * FROM a\nLIMIT 2;'],
    ['pg', 'SELECT * FROM a LIMIT 1', 'SELECT * FROM a LIMIT 1'],
    ['pg', "SELECT 'é😀' FROM a LIMIT 900 -- x", "SELECT 'é😀' FROM a LIMIT 2 -- x"],
    ['pg', 'SELECT * FROM a LIMIT ALL OFFSET 3', 'SELECT * FROM a LIMIT 2 OFFSET 3'],
    ['pg', 'SELECT * FROM a FETCH FIRST 9 ROWS ONLY', 'SELECT * FROM a FETCH FIRST 2 ROWS ONLY'],
    ['pg', 'SELECT * FROM (SELECT 1 LIMIT 9) x -- c', 'SELECT * FROM (SELECT 1 LIMIT 9) x -- c\nLIMIT 2'],
    ['pg', 'SELECT * FROM a LIMIT 4 * 4', 'SELECT * FROM a LIMIT 4 * 4'],
    ['pg', 'SELECT 1 UNION SELECT 2', 'SELECT 1 UNION SELECT 2\nLIMIT 2'],
    ['pg', 'INSERT INTO a SELECT * FROM b', 'INSERT INTO a SELECT * FROM b'],
    ['my', "SELECT '😀' FROM a LIMIT 5, 900;", "SELECT '😀' FROM a LIMIT 5, 2;"],
    ['my', 'SELECT * FROM a # all', 'SELECT * FROM a\nLIMIT 2 # all'],
    ['my', 'SELECT * FROM a FOR UPDATE', 'SELECT * FROM a FOR UPDATE'],
  ];
  for (const [backend, written, sent] of SPLICED) assert.equal(await forwarded(backend, written), sent);
});

test('rows of an answer over the limit are cut, with a mark that says how many', async () => {
  const policy = await compilePolicy(configOf({ config: CONFIG }).config, CHECKS, stateInMemory());
  const call = callWith({ resource: { backend: 'pg', type: 'tool', id: 'query' } });
  const body = resultOf(JSON.stringify([{ id: 1 }, { id: 2 }, { id: 3 }]));
  const { edits } = await decideReply(policy, call, { ok: true, body });
  const cut = textOf(edits.reduce((value, edit) => edit.apply(value), body));
  assert.equal(cut, '[{"id":1},{"id":2}]\n[sallyport: 1 rows more were cut]');
});

test('an answer whose rows cannot be counted leaves a finding', async () => {
  const policy = await compilePolicy(configOf({ config: CONFIG }).config, CHECKS, stateInMemory());
  const call = callWith({ resource: { backend: 'pg', type: 'tool', id: 'query' } });
  const { effect, findings } = await decideReply(policy, call, replyOf({ content: [{ type: 'text', text: 'a | b' }] }));
  assert.equal(effect, 'allow');
  assert.equal(findings.length, 1);
});

test('arrays that are members of an object are rows, and numbers keep their digits', () => {
  const { edit } = cutRows(resultOf('{"n": 1.10, "rows": [[1.0], [2e5], [3]], "names": ["a", "b", "c"]}'), 2);
  assert.equal(
    textOf(edit!.apply(resultOf('{"n": 1.10, "rows": [[1.0], [2e5], [3]], "names": ["a", "b", "c"]}'))),
    '{"n": 1.10, "rows": [[1.0], [2e5]], "names": ["a", "b", "c"]}\n[sallyport: 1 rows more were cut]',
  );
});

test('structured content is cut as well, and the mark stands in a text', () => {
  const body = Payload.of('{"content":[],"structuredContent":{"rows":[{"a":1},{"a":2},{"a":3}]}}');
  const { edit } = cutRows(body, 1);
  assert.deepEqual(edit!.apply(body).json(), {
    content: [{ type: 'text', text: '[sallyport: 2 rows more were cut]' }],
    structuredContent: { rows: [{ a: 1 }] },
  });
  const both = Payload.of('{"structuredContent":[1,2],"content":[{"type":"text","text":"[1,2]"},{"type":"image"},7]}');
  assert.deepEqual(cutRows(both, 1).edit!.apply(both).json(), {
    structuredContent: [1],
    content: [{ type: 'text', text: '[1]\n[sallyport: 1 rows more were cut]' }, { type: 'image' }, 7],
  });
  const bare = Payload.of('{"structuredContent":[1,2]}');
  assert.deepEqual(cutRows(bare, 1).edit!.apply(bare).json(), { structuredContent: [1] });
});

test('what is within the limit, or holds no rows, is left as it is', () => {
  for (const text of ['[1,2]', '{"a":1}', '"x"', '', 'not json', '[1,2', '{"a":[1,2,3]}']) {
    assert.equal(cutRows(resultOf(text), 2).edit, undefined, text);
  }
  assert.equal(cutRows(Payload.of('{"content":"x"}'), 2).edit, undefined);
});

test('never more rows come through than are allowed, and those that do are the first', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (rows, most) => {
      const body = resultOf(JSON.stringify(rows));
      const { edit } = cutRows(body, most);
      const [json] = textOf(edit === undefined ? body : edit.apply(body)).split('\n[sallyport');
      assert.deepEqual(JSON.parse(json!), JSON.parse(JSON.stringify(rows.slice(0, most))));
    }),
  );
});

test('where there is other content already, the mark stands before it', () => {
  const body = Payload.of('{"content":[{"type":"text","text":"three rows"}],"structuredContent":[1,2,3]}');
  assert.deepEqual(cutRows(body, 1).edit!.apply(body).json(), {
    content: [
      { type: 'text', text: '[sallyport: 2 rows more were cut]' },
      { type: 'text', text: 'three rows' },
    ],
    structuredContent: [1],
  });
});

test('structured content that is neither an object nor a list holds no rows', () => {
  assert.deepEqual(cutRows(Payload.of('{"structuredContent":"[1,2,3]"}'), 1), { edit: undefined, counted: true });
});
