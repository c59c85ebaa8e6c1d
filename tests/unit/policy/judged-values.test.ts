// biome-ignore-all lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../../lib/model/call.ts';
import type { Json } from '../../../lib/model/json.ts';
import type { ArgumentKind } from '../../../lib/model/tool-shape.ts';
import { argumentsOf } from '../../../lib/policy/call-arguments.ts';
import { inferredArguments, kindsNamed } from '../../../lib/policy/inferred.ts';
import { judgedValues } from '../../../lib/policy/judged-values.ts';
import { declaredArguments, formsOf } from '../../../lib/policy/schema-forms.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { callWith, FACTS } from '../../support/policy/calls.ts';

const shapeOf = (schema: Json) => ({ schema, annotations: {}, defect: undefined });

function callOf(args: unknown, schema?: Json): Call {
  const json = typeof args === 'string' ? args : JSON.stringify(args);
  const facts = schema === undefined ? FACTS : { ...FACTS, tool: shapeOf(schema) };
  return callWith({ params: Payload.of(`{"name":"read","arguments":${json}}`), facts });
}

const inferred = (schema: Json, kind: ArgumentKind, about = 'files read') =>
  inferredArguments(shapeOf(schema), about)[kind];
const props = (properties: object): Json => ({ type: 'object', properties });
const text = { type: 'string' };

test('arguments are named in the schema, at any depth', () => {
  const schema = props({
    path: text,
    edits: { type: 'array', items: props({ filePath: text, n: { type: 'number' } }) },
    opts: props({ 'a/b_dir': text }),
  });
  assert.deepEqual(inferred(schema, 'paths'), ['/path', '/edits/*/filePath', '/opts/a~1b_dir']);
});

test('what a reference or one of several forms declares is found as well', () => {
  const schema = {
    $ref: '#/$defs/In',
    $defs: {
      In: props({ params: { $ref: '#/$defs/Params' } }),
      Params: { anyOf: [props({ url: text }), props({ cmd: text })] },
    },
  };
  assert.deepEqual(inferred(schema, 'domains'), ['/params/url']);
  assert.deepEqual(inferred(schema, 'commands'), ['/params/cmd']);
});

test('an argument that can never be text is none to judge, in whichever form that is said', () => {
  const schema = props({
    path: { type: 'integer' },
    max_files: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    file: { anyOf: [text, { type: 'null' }] },
    files: { type: ['array', 'null'], items: text },
    dirs: { type: 'array' },
    roots: { type: 'array', items: { type: 'number' } },
    sources: { $ref: '#/$defs/nowhere' },
    cwd: true,
  });
  assert.deepEqual(inferred(schema, 'paths'), ['/file', '/files', '/dirs', '/sources', '/cwd']);
});

test('formats say what a name does not', () => {
  const schema = props({
    where: { ...text, format: 'uri' },
    other: { ...text, format: 'constructor' },
    more: { type: 'string', format: { toString: 1 } },
  });
  assert.deepEqual(inferred(schema, 'domains'), ['/where']);
});

test('a query is SQL only where somebody says so', () => {
  assert.deepEqual(inferred(props({ query: text }), 'sql', 'notes search'), []);
  assert.deepEqual(inferred(props({ query: text }), 'sql', 'postgres query'), ['/query']);
  assert.deepEqual(inferred(props({ query: { ...text, description: 'An SQL statement' } }), 'sql'), ['/query']);
  assert.deepEqual(inferred(props({ query: { ...text, description: { valueOf: 1, toString: 1 } } }), 'sql'), []);
  assert.deepEqual(inferred(props({ sqlText: text, runSQL: text }), 'sql'), ['/runSQL']);
});

test('a schema that refers to itself many times is looked through only so far', () => {
  const names = Array.from({ length: 60 }, (_, index) => [`n${index}`, { $ref: '#' }]);
  const found = inferred({ properties: { ...Object.fromEntries(names), path: text } }, 'paths');
  assert.ok(found.length <= 200);
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}_path`, text]));
  assert.equal(inferred(props(wide), 'paths').length, 200);
});

test('names are read in any spelling', () => {
  assert.deepEqual(kindsNamed('outputFilePath', ''), ['paths']);
  assert.deepEqual(kindsNamed('HTTPUrl', ''), ['domains']);
  assert.deepEqual(kindsNamed('toString', ''), []);
  assert.deepEqual(kindsNamed('cwd', ''), ['paths']);
  assert.deepEqual(kindsNamed('query', ''), []);
  assert.deepEqual(kindsNamed('query', 'sqlite find'), ['sql']);
  assert.deepEqual(kindsNamed('query', ''), []);
  assert.deepEqual(kindsNamed('sqlQuery', ''), ['sql']);
});

test('forms go round in circles only once, and there are not too many of them', () => {
  const ring = { $ref: '#/a', a: { anyOf: [{ $ref: '#/a' }, { then: { $ref: '#/%zz' }, else: { $ref: 7 } }] } };
  assert.ok(formsOf(ring, ring).length <= 6);
  const wide = { anyOf: Array.from({ length: 500 }, () => ({ type: 'null' })) };
  assert.equal(formsOf(wide, wide).length, 100);
});

test('declared are the names of all forms, unless the tool takes any or says nothing', () => {
  const declared = (schema: Json) => declaredArguments(shapeOf(schema));
  assert.deepEqual(declared({}), 'any');
  assert.deepEqual(declared({ additionalProperties: false }), new Set());
  assert.deepEqual(declared({ properties: { a: {} }, additionalProperties: { type: 'string' } }), 'any');
  assert.deepEqual(declared({ properties: { a: {} }, patternProperties: { '^x': {} } }), 'any');
  assert.deepEqual(declared({ properties: { a: {} }, additionalProperties: { not: {} } }), new Set(['a']));
  assert.deepEqual(
    declared({ properties: { a: {} }, additionalProperties: {}, allOf: [props({ b: {} })] }),
    new Set(['a', 'b']),
  );
  const shape = shapeOf(props({ a: {} }));
  assert.equal(declaredArguments(shape), declaredArguments(shape));
});

test('named arguments are judged, by key or by pointer, in lists and objects', () => {
  const call = callOf({ a: ['x', { b: 'y' }], 'c/d': 'z', e: { f: null } });
  const { values, wrong, chosen } = judgedValues(
    call,
    'paths',
    ['a', '/c~1d', '/e/f', '/e/g', '/a/0/x', 'none'],
    undefined,
  );
  assert.deepEqual(
    values.map(({ at, text: value }) => [at, value]),
    [
      ['/a/0', 'x'],
      ['/a/1/b', 'y'],
      ['/c~1d', 'z'],
      ['/a/0', 'x'],
    ],
  );
  assert.deepEqual(values[0]!.path, ['arguments', 'a', '0']);
  assert.deepEqual([wrong, chosen], [undefined, 'rule']);
});

test('a star is any element or member', () => {
  const call = callOf({ edits: [{ path: 'a' }, { path: 'b' }, 'c'] });
  const { values } = judgedValues(call, 'paths', ['/edits/*/path'], undefined);
  assert.deepEqual(
    values.slice(0, 2).map(({ text: value }) => value),
    ['a', 'b'],
  );
});

test('what is no text where text must stand is told', () => {
  assert.equal(judgedValues(callOf({ path: [['a', 5]] }), 'paths', ['path'], undefined).wrong, '/path/0/1');
  assert.equal(judgedValues(callOf({ path: false }), 'paths', ['path'], undefined).wrong, '/path');
});

test('members that every object has are no arguments', () => {
  const { values, wrong } = judgedValues(
    callOf({}),
    'paths',
    ['toString', '/constructor/name', '__proto__'],
    undefined,
  );
  assert.deepEqual([values, wrong], [[], undefined]);
  assert.equal(judgedValues(callOf('{"__proto__":"x"}'), 'paths', ['__proto__'], undefined).values[0]?.text, 'x');
});

test('a preset names arguments, and undeclared ones are judged by their names', () => {
  const schema = props({ repo_path: text, target: text });
  const preset = { kind: 'read', arguments: { paths: ['repo_path'] } } as const;
  const { values, chosen, expected } = judgedValues(
    callOf({ repo_path: 'r', target: 't', extra_file: 'x' }, schema),
    'paths',
    undefined,
    preset,
  );
  assert.deepEqual(
    values.map(({ at }) => at),
    ['/repo_path', '/extra_file'],
  );
  assert.deepEqual([chosen, expected], ['preset', true]);
  assert.equal(judgedValues(callOf({}, schema), 'sql', undefined, preset).expected, false);
});

test('without a schema every argument is judged by its name', () => {
  const { values, chosen } = judgedValues(callOf({ path: 'a', other: 'b' }), 'paths', undefined, undefined);
  assert.deepEqual(
    values.map(({ at }) => at),
    ['/path'],
  );
  assert.equal(chosen, 'inferred');
});

test('a rule expects an argument only of a tool that has one', () => {
  const expected = (schema: Json | undefined, named?: string[]) =>
    judgedValues(callOf({}, schema), 'paths', named, undefined).expected;
  assert.equal(expected(props({ verbose: {} }), ['path']), false);
  assert.equal(expected(props({ path: { type: 'integer' } }), ['path']), true);
  assert.equal(expected(props({ directory: text }), ['path']), true);
  assert.equal(expected({}, ['path']), false);
  assert.equal(expected(undefined, ['path']), false);
});

test('resources, prompts, completions and answers bring arguments as well', () => {
  const resource = callWith({
    action: 'resources/read',
    resource: { backend: 'f', type: 'resource', id: 'file:///a' },
    params: Payload.of('{"uri":"file:///a"}'),
  });
  assert.deepEqual(argumentsOf(resource).values, { uri: 'file:///a' });
  const prompt = callWith({ action: 'prompts/get', params: Payload.of('{"arguments":{"topic":"x"}}') });
  assert.deepEqual(argumentsOf(prompt).values, { topic: 'x' });
  const completed = '{"argument":{"name":"__proto__","value":"v"},"context":{"arguments":{"known":"k"}}}';
  const { values } = argumentsOf(callWith({ action: 'completion/complete', params: Payload.of(completed) }));
  assert.deepEqual(Object.entries(values), [
    ['known', 'k'],
    ['__proto__', 'v'],
  ]);
  const nameless = callWith({ action: 'completion/complete', params: Payload.of('{"argument":{"value":"v"}}') });
  assert.deepEqual(argumentsOf(nameless).values, {});
  assert.deepEqual(argumentsOf(callWith({ action: 'completion/complete', params: Payload.of('[]') })).values, {});
  assert.deepEqual(argumentsOf(callWith({ direction: 'to-client' })).values, {});
  assert.deepEqual(argumentsOf(callWith({ params: undefined })).values, {});
  assert.deepEqual(
    argumentsOf(callWith({ action: 'tasks/get', resource: { backend: 'f', type: 'task', id: 't' }, params: undefined }))
      .values,
    {},
  );
  assert.equal(argumentsOf(resource), argumentsOf(resource));
});

test('answers are judged by the names they stand under', () => {
  const params = Payload.of(
    '{"arguments":{},"inputResponses":{"q":{"content":{"path":"a","paths":["b",{"x":"c"}],"n":1}}}}',
  );
  const { values } = judgedValues(callWith({ params }), 'paths', ['none'], undefined);
  assert.deepEqual(
    values.map(({ text: value }) => value),
    ['a', 'b'],
  );
  assert.deepEqual(values[0]!.path, ['inputResponses', 'q', 'content', 'path']);
  const odd = callWith({ params: Payload.of('{"inputResponses":[]}') });
  assert.deepEqual(argumentsOf(odd).answers.values, {});
  const alone = callWith({ action: 'answer:elicitation', params: Payload.of('{"content":{"url":"u"}}') });
  assert.deepEqual(
    judgedValues(alone, 'domains', undefined, undefined).values.map(({ at }) => at),
    ['/content/url'],
  );
  assert.deepEqual(argumentsOf(callWith({ action: 'answer:x', params: Payload.of('[]') })).answers.values, {});
});

test('an argument that is completed without a value holds nothing', () => {
  const params = Payload.of('{"argument":{"name":"path"}}');
  const call = callWith({ action: 'completion/complete', params });
  const { values, wrong } = judgedValues(call, 'paths', ['path', '/path/inner'], undefined);
  assert.deepEqual([values, wrong], [[], undefined]);
});

test('a list whose elements may be anything may be one of texts', () => {
  assert.deepEqual(inferred(props({ paths: { type: 'array', items: true } }), 'paths'), ['/paths']);
});

test('of a schema with very many properties the first two thousand are looked at', () => {
  const wide = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`p${index}`, text]));
  assert.deepEqual(inferred(props({ ...wide, path: text }), 'paths'), []);
  delete wide['p0'];
  assert.deepEqual(inferred(props({ ...wide, path: text }), 'paths'), ['/path']);
});
