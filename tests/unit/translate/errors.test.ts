import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorForClient, lackAsToolResult, urlElicitationsOf } from '../../../lib/translate/errors.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const LEGACY = '2025-11-25';
const MODERN = '2026-07-28';

/** Title, method, given, and what it becomes; the same object when that is left out. */
const TO_MODERN: readonly (readonly [string, string, string, string?])[] = [
  [
    'a resource that is not there',
    'resources/read',
    '{"code":-32002, "message":"Resource not found","data":{"uri":"a:b","n":1.0}}',
    '{"code":-32602, "message":"Resource not found","data":{"uri":"a:b","n":1.0}}',
  ],
  [
    'a link that must be opened, when the client cannot',
    'tools/call',
    '{"code":-32042,"message":"m","data":{"elicitations":[{"url":"https://a"}]}}',
    '{"code":-32021,"message":"m","data":{"requiredCapabilities":{"elicitation":{"url":{}}}}}',
  ],
  [
    'a code the server made up, where the modern era has one of its own',
    'tools/call',
    '{"code":-32022,"message":"m","data":1}',
    '{"code":-32603,"message":"m","data":1}',
  ],
  ['a code of the old range', 'tools/call', '{"code":-32000,"message":"m"}'],
  ['a code of JSON-RPC', 'tools/call', '{"code":-32602,"message":"m"}'],
  ['a code outside every range', 'tools/call', '{"code":42,"message":"m"}'],
  ['a code that is no number', 'tools/call', '{"code":"x","message":"m"}'],
];

const TO_LEGACY: readonly (readonly [string, string, string, string?])[] = [
  [
    'a resource that is not there',
    'resources/read',
    '{"message":"m","code":-32602,"data":{"uri":"a:b"}}',
    '{"message":"m","code":-32002,"data":{"uri":"a:b"}}',
  ],
  ['parameters that are wrong', 'resources/read', '{"code":-32602,"message":"m","data":{"field":"uri"}}'],
  [
    'parameters that are wrong, with data of another kind',
    'resources/read',
    '{"code":-32602,"message":"m","data":"uri"}',
  ],
  ['a tool that is not there', 'tools/call', '{"code":-32602,"message":"m","data":{"uri":"a:b"}}'],
  [
    'a capability the client lacks',
    'prompts/get',
    '{"code":-32021,"message":"m","data":{"requiredCapabilities":{}}}',
    '{"code":-32603,"message":"m","data":{"requiredCapabilities":{}}}',
  ],
  ['a wrong header', 'tools/call', '{"code":-32020,"message":"m"}', '{"code":-32603,"message":"m"}'],
  ['a wrong revision', 'tools/call', '{"code":-32022,"message":"m"}', '{"code":-32603,"message":"m"}'],
  ['an error of the server’s own', 'tools/call', '{"code":-31999,"message":"m"}'],
];

function check(rows: typeof TO_MODERN, from: string, to: string): void {
  for (const [title, method, given, becomes = given] of rows) {
    const body = Payload.of(given);
    const converted = errorForClient(method, body, from, to);
    assert.equal(converted.text(), becomes, title);
    if (becomes === given) assert.equal(converted, body, title);
    assert.equal(errorForClient(method, body, from, from), body, title);
  }
}

test('errors of a legacy server mean the same to a modern client', () => check(TO_MODERN, LEGACY, MODERN));

test('errors of a modern server mean the same to a legacy client', () => check(TO_LEGACY, MODERN, LEGACY));

test('the links of a -32042 error are read, and those that are no links are left out', () => {
  const error = Payload.of(
    JSON.stringify({
      code: -32042,
      message: 'm',
      data: {
        elicitations: [
          { mode: 'url', elicitationId: 'e', url: 'https://a', message: 'Open it' },
          { url: 'https://b' },
          { url: 7 },
          null,
          'https://c',
        ],
      },
    }),
  );
  assert.deepEqual(urlElicitationsOf(error), [
    { elicitationId: 'e', url: 'https://a', message: 'Open it' },
    { elicitationId: undefined, url: 'https://b', message: '' },
  ]);
  for (const other of [
    '{"code":-32042,"message":"m"}',
    '{"code":-32042,"message":"m","data":{"elicitations":{}}}',
    '{"code":-32602,"message":"m","data":{"elicitations":[{"url":"https://a"}]}}',
  ]) {
    assert.deepEqual(urlElicitationsOf(Payload.of(other)), [], other);
  }
});

test('a tool that needs what a legacy client lacks answers with an error of its own', () => {
  const result = (json: string) => lackAsToolResult(Payload.of(json))?.text();
  assert.equal(
    result('{"code":-32021,"message":"it \\"asks\\"","data":{"requiredCapabilities":{"elicitation":{}}}}'),
    '{"content":[{"type":"text","text":"it \\"asks\\""}],"isError":true}',
  );
  assert.match(result('{"code":-32021}')!, /lacks a capability/);
  assert.equal(result('{"code":-32602,"message":"m"}'), undefined);
});
