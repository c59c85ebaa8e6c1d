import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discoverResultOf, initializeResultOf } from '../../../lib/translate/server-facts.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const FALLBACK = { name: 'fallback', version: '0' };
const INFO = '"io.modelcontextprotocol/serverInfo"';
const TASKS = '"io.modelcontextprotocol/tasks"';

function initialize(discovered: string, revision = '2025-11-25'): string {
  return initializeResultOf(Payload.of(discovered), revision, FALLBACK).text();
}

test('what a modern server discovers is what initialize answers', () => {
  assert.equal(
    initialize(
      `{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},"x":1.0},"instructions":"Do","ttlMs":0,"cacheScope":"public","_meta":{${INFO}:{"name":"s","version":"1.0"},"k":1},"y":2}`,
    ),
    '{"capabilities":{"tools":{"listChanged":true},"x":1.0},"instructions":"Do","_meta":{"k":1},"y":2,"protocolVersion":"2025-11-25","serverInfo":{"name":"s","version":"1.0"}}',
  );
});

test('a modern server that does not say who it is gets the name it is given', () => {
  const named = '"protocolVersion":"2024-11-05","serverInfo":{"name":"fallback","version":"0"}}';
  assert.equal(initialize('{"capabilities":{}}', '2024-11-05'), `{"capabilities":{},${named}`);
  assert.equal(initialize(`{"_meta":{${INFO}:"s"},"capabilities":{}}`, '2024-11-05'), `{"capabilities":{},${named}`);
  assert.equal(initialize('{"capabilities":7,"serverInfo":1}', '2024-11-05'), `{"capabilities":7,${named}`);
});

test('the tasks extension is the tasks capability in 2025-11-25 and nothing before', () => {
  const discovered = `{"capabilities":{"extensions":{${TASKS}:{},"a/b":{"c":1.0}},"tasks":{}}}`;
  const alone = `{"capabilities":{"extensions":{${TASKS}:{}}}}`;
  const tasks = '"tasks":{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}';
  const capabilitiesOf = (text: string) => Payload.of(text).member('capabilities')?.text();
  assert.equal(capabilitiesOf(initialize(discovered)), `{"extensions":{"a/b":{"c":1.0}},${tasks}}`);
  assert.equal(capabilitiesOf(initialize(alone)), `{${tasks}}`);
  assert.equal(capabilitiesOf(initialize(discovered, '2025-06-18')), '{"extensions":{"a/b":{"c":1.0}}}');
  assert.equal(capabilitiesOf(initialize(alone, '2025-06-18')), '{}');
});

test('what a legacy server answered to initialize is what discover answers', () => {
  const marks = '"resultType":"complete","supportedVersions":["2026-07-28"],"ttlMs":0,"cacheScope":"private"}';
  const rows: [given: string, becomes: string][] = [
    [
      '{"protocolVersion":"2024-11-05","capabilities":{"tools":{},"n":1e3},"serverInfo":{"name":"s","version":"1"},"instructions":"Do"}',
      `{"capabilities":{"tools":{},"n":1e3},"instructions":"Do","_meta":{${INFO}:{"name":"s","version":"1"}},${marks}`,
    ],
    [
      `{"capabilities":{},"serverInfo":{"name":"s"},"_meta":{"k":1.0,${INFO}:0},"resultType":"x","ttlMs":7}`,
      `{"capabilities":{},"_meta":{"k":1.0,${INFO}:{"name":"s"}},${marks}`,
    ],
    ['{"capabilities":{},"_meta":3,"serverInfo":{}}', `{"capabilities":{},"_meta":{${INFO}:{}},${marks}`],
    ['{"capabilities":{}}', `{"capabilities":{},${marks}`],
  ];
  for (const [given, becomes] of rows) assert.equal(discoverResultOf(Payload.of(given)).text(), becomes);
});

test('tasks of a legacy server’s tools are the extension; other tasks are nothing', () => {
  const capabilitiesOf = (capabilities: string) =>
    discoverResultOf(Payload.of(`{"capabilities":${capabilities}}`))
      .member('capabilities')
      ?.text();
  const tasks = '"tasks":{"list":{},"requests":{"tools":{"call":{}}}}';
  assert.equal(capabilitiesOf(`{${tasks}}`), `{"extensions":{${TASKS}:{}}}`);
  assert.equal(capabilitiesOf(`{${tasks},"extensions":{"a/b":1.0}}`), `{"extensions":{"a/b":1.0,${TASKS}:{}}}`);
  assert.equal(capabilitiesOf(`{"extensions":{${TASKS}:{"a":1}},${tasks}}`), `{"extensions":{${TASKS}:{"a":1}}}`);
  assert.equal(capabilitiesOf('{"tasks":{"list":{}},"logging":{}}'), '{"logging":{}}');
  assert.equal(capabilitiesOf('{"tasks":null}'), '{}');
  assert.equal(capabilitiesOf('7'), '7');
});
