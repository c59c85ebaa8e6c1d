import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  mismatchedParamHeader,
  type ParamHeader,
  paramHeadersOf,
  paramHeaderValues,
} from '../../../lib/protocol/param-headers.ts';

const marked = (name: unknown, type: unknown = 'string') => ({ type, 'x-mcp-header': name });
const object = (properties: unknown) => ({ type: 'object', properties });

test('annotations are found at any depth of pure properties', () => {
  const schema = object({
    region: marked('Region'),
    where: object({ zone: marked('zone-id', 'integer'), properties: marked('P') }),
    dry: { ...marked('Dry', 'boolean'), default: { 'x-mcp-header': 'data, not schema' } },
    'x-mcp-header': { type: 'string', description: 'a property of that name' },
  });
  assert.deepEqual(paramHeadersOf(schema), [
    { header: 'Mcp-Param-Region', path: ['region'], type: 'string' },
    { header: 'Mcp-Param-zone-id', path: ['where', 'zone'], type: 'integer' },
    { header: 'Mcp-Param-P', path: ['where', 'properties'], type: 'string' },
    { header: 'Mcp-Param-Dry', path: ['dry'], type: 'boolean' },
  ]);
  for (const none of [undefined, null, true, {}, { type: 'object' }, 'x']) assert.deepEqual(paramHeadersOf(none), []);
});

test('an annotation that breaks a rule makes the whole schema a problem', () => {
  const wrong: [RegExp, unknown][] = [
    [/not a header name/, object({ a: marked('') })],
    [/not a header name/, object({ a: marked('a b') })],
    [/not a header name/, object({ a: marked('a\r\nb') })],
    [/not a header name/, object({ a: marked('é') })],
    [/not a header name/, object({ a: marked(7) })],
    [/stands on something/, object({ a: marked('A', 'number') })],
    [/stands on something/, object({ a: marked('A', ['string', 'null']) })],
    [/stands on something/, object({ a: { 'x-mcp-header': 'A' } })],
    [/stands on something/, object({ a: { ...object({}), 'x-mcp-header': 'A' } })],
    [/stands twice/, object({ a: marked('Region'), b: object({ c: marked('REGION') }) })],
    [/no chain of properties/, { ...object({}), 'x-mcp-header': 'Root' }],
    [/no chain of properties/, object({ a: { type: 'array', items: marked('A') } })],
    [/no chain of properties/, object({ a: { type: 'array', items: object({ b: marked('A') }) } })],
    [/no chain of properties/, { oneOf: [object({ a: marked('A') })] }],
    [/no chain of properties/, { if: object({ a: marked('A') }) }],
    [/no chain of properties/, { $defs: { a: marked('A') } }],
    [/no chain of properties/, { properties: { a: { additionalProperties: marked('A') } } }],
    [/no chain of properties/, { futureKeyword: { deep: [marked('A')] } }],
  ];
  for (const [expected, schema] of wrong) {
    const found = paramHeadersOf(schema);
    assert.ok(!Array.isArray(found), JSON.stringify(schema));
    assert.match(found.problem, expected);
  }
});

const headers = paramHeadersOf(
  object({
    region: marked('Region'),
    size: marked('Size', 'integer'),
    dry: marked('Dry', 'boolean'),
    in: object({ deep: marked('Deep') }),
  }),
) as ParamHeader[];

test('values are written by their type, and what is null, absent or inexact is left out', () => {
  const args = { region: 'Ü', size: 42, dry: false, in: { deep: 'x' } };
  assert.deepEqual(paramHeaderValues(headers, args), [
    ['Mcp-Param-Region', '=?base64?w5w=?='],
    ['Mcp-Param-Size', '42'],
    ['Mcp-Param-Dry', 'false'],
    ['Mcp-Param-Deep', 'x'],
  ]);
  const nothing = [undefined, null, [], { region: null, size: 2 ** 53, dry: {}, in: 'x' }, { in: ['x'] }];
  for (const none of nothing) assert.deepEqual(paramHeaderValues(headers, none), []);
  assert.deepEqual(paramHeaderValues([{ header: 'X', path: ['constructor', 'name'], type: 'string' }], {}), []);
});

test('a received header must say what the argument says, whole numbers by value', () => {
  const check = (args: unknown, sent: Record<string, string | string[]>) =>
    mismatchedParamHeader(headers, args, (name) => (sent[name] === undefined ? [] : [sent[name]].flat()));
  const size = (raw: string) => check({ size: 42 }, { 'Mcp-Param-Size': raw });
  for (const same of ['42', '42.0', ' 42.00 ', '=?base64?NDI=?=']) assert.equal(size(same), undefined, same);
  for (const other of ['43', '42.5', '042', '4.2e1', '0x2a', '', '42 ,42']) assert.equal(size(other), 'Mcp-Param-Size');
  assert.equal(check({ region: 'Ü' }, { 'Mcp-Param-Region': '=?base64?w5w=?=' }), undefined);
  assert.equal(check({ region: 'ü' }, { 'Mcp-Param-Region': '=?base64?w5w=?=' }), 'Mcp-Param-Region');
  assert.equal(check({ dry: true }, { 'Mcp-Param-Dry': 'True' }), 'Mcp-Param-Dry');
  assert.equal(check({ region: 'a' }, {}), 'Mcp-Param-Region', 'in the body and not in a header');
  assert.equal(check({ region: null }, { 'Mcp-Param-Region': 'a' }), 'Mcp-Param-Region', 'in a header only');
  assert.equal(check({ size: 2 ** 53 }, { 'Mcp-Param-Size': '9007199254740992' }), 'Mcp-Param-Size', 'inexact');
  assert.equal(check({ region: 'a' }, { 'Mcp-Param-Region': ['a', 'a'] }), 'Mcp-Param-Region', 'twice');
  assert.equal(check({}, {}), undefined);
});
