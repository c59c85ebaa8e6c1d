import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentsCheck } from '../../../lib/checks/arguments.ts';
import { schemaOf } from '../../../lib/checks/tool-schemas.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import type { Json } from '../../../lib/model/json.ts';
import { schemaDefect } from '../../../lib/parse/json-schema.ts';
import { decideCall } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, FACTS } from '../../support/policy/calls.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const BACKEND = 'backends: [{ name: files, command: x }]';

async function decided(config: string, call: Call): Promise<Decision> {
  const text = `version: 1\n${BACKEND}\n${config}`;
  return decideCall(await compilePolicy(configOf({ config: text }).config, [argumentsCheck], stateInMemory()), call);
}

function callOf(args: unknown, schema?: Json): Call {
  const json = typeof args === 'string' ? args : JSON.stringify(args);
  const tool = schema && { schema, annotations: {}, defect: schemaDefect(schema) };
  return callWith({ params: Payload.of(`{"name":"read","arguments":${json}}`), facts: { ...FACTS, tool } });
}

const NAMED: Json = { type: 'object', properties: { name: { type: 'string', enum: ['a', 'b'] } }, required: ['name'] };

test('what does not fit the tool is a finding in balanced, and says what is expected and not what was sent', async () => {
  const { effect, findings } = await decided('', callOf({ name: 'SENT' }, NAMED));
  assert.equal(effect, 'allow');
  assert.deepEqual(findings, [
    { check: 'arguments', note: 'the arguments do not fit the tool: /name must be one of "a", "b"' },
  ]);
});

test('in strict it is denied, and the model learns which argument is meant', async () => {
  const { reason } = await decided('profile: strict', callOf({}, NAMED));
  assert.deepEqual(
    [reason?.code, reason?.text, reason?.at, reason?.rule],
    ['SP3041', 'the arguments do not fit the tool: /name is required', '/name', 'profile'],
  );
});

test("the operator's schema is not told to the model", async () => {
  const rules =
    'policies: { tools: { "files/*": { arguments: { properties: { name: { enum: [hidden-word] } }, required: [x] } } } }';
  const { reason } = await decided(rules, callOf({ name: 'SENT', x: 1 }));
  assert.equal(reason?.text, 'the argument /name is not what a rule here allows');
  assert.match(reason?.fix ?? '', /hidden-word/);
  assert.doesNotMatch(JSON.stringify(reason), /SENT/);
  assert.match(reason?.source ?? '', /^sallyport\.yaml:\d+/);
  const whole = 'policies: { tools: { "files/*": { arguments: { maxProperties: 0 } } } }';
  assert.equal(
    (await decided(whole, callOf({ name: 1 }))).reason?.text,
    'the arguments are not what a rule here allows',
  );
});

test('names of a call that act on a terminal are shown as escapes, and long ones cut', async () => {
  const rules = 'policies: { tools: { "files/*": { arguments: {} } } }';
  const { reason } = await decided(rules, callOf({ [`\u202e${'x'.repeat(300)}`]: 1, name: 'a' }, NAMED));
  assert.match(reason!.text, /^the argument \/\\u202ex{100,}… is not one the tool declares$/);
  assert.ok(reason!.text.length < 200);
});

test('arguments that are no object are denied, and null stands for none', async () => {
  for (const args of ['["/etc/passwd"]', '"x"', '5', 'true']) {
    assert.equal((await decided('', callOf(args, { type: 'object' }))).reason?.code, 'SP3041', args);
  }
  assert.equal((await decided('', callOf('null', { type: 'object' }))).effect, 'allow');
  const without = callWith({ params: Payload.of('{"name":"read"}'), facts: callOf({}, { type: 'object' }).facts });
  assert.equal((await decided('', without)).effect, 'allow');
});

test('a schema that takes too long to judge by denies in any profile', async () => {
  const forms = { allOf: [{ items: { $ref: '#/$defs/f' } }, { items: { $ref: '#/$defs/f' } }] };
  const schema = { properties: { a: { $ref: '#/$defs/f' } }, $defs: { f: forms } };
  const deep = `${'['.repeat(60)}${']'.repeat(60)}`;
  assert.equal((await decided('', callOf(`{"a":${deep}}`, schema))).reason?.code, 'SP3043');
  const rules = `policies: { tools: { "files/*": { arguments: ${JSON.stringify(schema)} } } }`;
  const { reason } = await decided(rules, callOf(`{"a":${deep}}`));
  assert.deepEqual([reason?.code, reason?.text], ['SP3042', 'the arguments are too much to be judged']);
});

test('a quarantined tool is refused with the reason, and others of its server work', async () => {
  const { reason } = await decided('', callOf({}, { $ref: 'https://example.com/x' }));
  assert.deepEqual(
    [reason?.code, reason?.text],
    ['SP3043', 'this tool cannot be used: its schema refers to something outside of itself'],
  );
  assert.equal((await decided('', callOf({}, { type: 'object' }))).effect, 'allow');
});

test('a schema is compiled once, and a defect nobody noted before is noted then', async () => {
  const shape = { schema: NAMED, annotations: {}, defect: undefined };
  assert.equal(await schemaOf(shape), await schemaOf(shape));
  const withPattern = { schema: { properties: { a: { pattern: '^a' } } }, annotations: {}, defect: undefined };
  assert.ok(schemaOf(withPattern) instanceof Promise);
  await schemaOf(withPattern);
  assert.ok(!(schemaOf(withPattern) instanceof Promise));
  assert.deepEqual(await schemaOf({ ...shape, schema: { $ref: '#' } }), {
    defect: 'its schema refers to itself without end',
  });
});

test('a rule that finds nothing to judge is a finding in balanced, and may be a question', async () => {
  const rules = (more: string) =>
    `policies: { tools: { "files/*": { paths: { in: [path], allow: ["/srv"] } } }${more} }`;
  const call = callOf({ directory: 'x' }, { properties: { directory: { type: 'string' } } });
  const { effect, findings } = await decided(rules(''), call);
  assert.equal(effect, 'allow');
  assert.match(findings[0]!.note, /no argument of this call could be judged by the rule about paths/);
  const asked = await decided(rules(', baseline: { unjudged_arguments: require_approval }'), call);
  assert.deepEqual(
    [asked.effect, asked.reason?.code, asked.reason?.retry],
    ['require_approval', 'SP6003', 'after_approval'],
  );
});

test('undeclared arguments may be a question, beside a finding about the same call', async () => {
  const rules = 'policies: { baseline: { undeclared_arguments: require_approval } }';
  const { effect, reason, findings } = await decided(rules, callOf({ other: 1 }, NAMED));
  assert.deepEqual(
    [effect, reason?.code, reason?.rule],
    ['require_approval', 'SP6003', 'policies.baseline.undeclared_arguments'],
  );
  assert.equal(findings.length, 1);
});

test('a rule for one client lets undeclared arguments into no other rule', async () => {
  const rules = (agent: string) => `policies: { tools: { "files/*": { arguments: {} } }${agent} }`;
  const call = callOf({ name: 'a', other: 1 }, NAMED);
  const agent = ', agents: { "*": { tools: { "files/read": { undeclared: allow } } } }';
  assert.equal((await decided(rules(agent), call)).reason?.code, 'SP3044');
  const own = ', agents: { "*": { tools: { "files/read": { undeclared: allow, arguments: {} } } } }';
  assert.equal((await decided(`policies: { ${own.slice(2)} }`, call)).effect, 'allow');
});

test('arguments a rule names by a pointer are declared by it', async () => {
  const rules = 'policies: { tools: { "files/*": { paths: { in: ["/a~1b/0", c], allow: ["**"] } } } }';
  assert.equal((await decided(rules, callOf({ name: 'a', 'a/b': ['x'], c: 'y' }, NAMED))).effect, 'allow');
});

test('questions of servers and other methods have no arguments to judge', async () => {
  const rules = 'policies: { tools: { "*": { arguments: { required: [x] }, max_depth: 1 } } }';
  assert.equal((await decided(rules, callWith({ direction: 'to-client' }))).effect, 'allow');
  const read = callWith({
    action: 'resources/read',
    resource: { backend: 'files', type: 'resource', id: 'a:b' },
    params: Payload.of('{"uri":"a:b"}'),
  });
  assert.equal((await decided(rules, read)).effect, 'allow');
  assert.equal((await decided(rules, callWith({ action: 'prompts/get', params: undefined }))).reason?.code, 'SP3042');
});

for (const [what, schema] of [
  ['a misspelt keyword', '{ additionalproperties: false }'],
  ['a pattern that is not linear', '{ properties: { a: { pattern: "(?=x)" } } }'],
] as const) {
  test(`${what} in a schema of the operator stops the policy from loading, with its place`, async () => {
    const rules = `policies: { tools: { "files/*": { arguments: ${schema} } } }`;
    await assert.rejects(decided(rules, callOf({})), /policies\.tools\["files\/\*"\]\.arguments|linear|no keyword/);
  });
}

test('arguments the preset of the server knows are declared by it', async () => {
  const config = `version: 1\nbackends: [{ name: files, command: x, preset: filesystem }]\npolicies: { tools: { "files/*": { arguments: {} } } }`;
  const policy = await compilePolicy(configOf({ config }).config, [argumentsCheck], stateInMemory());
  const call = (args: object) => ({
    ...callOf(args, { properties: { other: {} } }),
    resource: { backend: 'files', type: 'tool', id: 'read_text_file' } as const,
  });
  assert.equal((await decideCall(policy, call({ path: 'a' }))).effect, 'allow');
  assert.equal((await decideCall(policy, call({ elsewhere: 'a' }))).reason?.code, 'SP3044');
});

test('a later layer may let in what an earlier one closes only for rules of its own rank', async () => {
  const user = `version: 1\n${BACKEND}\npolicies: { tools: { "files/read": { undeclared: allow } } }`;
  const managed = 'version: 1\npolicies: { tools: { "files/*": { arguments: {} } } }';
  const policy = await compilePolicy(configOf({ config: user, managed }).config, [argumentsCheck], stateInMemory());
  assert.equal((await decideCall(policy, callOf({ other: 1 }, NAMED))).reason?.code, 'SP3044');
});

test('a defect that only shows when the schema is compiled is told as one that was listed', async () => {
  const call = callOf({}, {});
  const tool = { schema: { $ref: '#' }, annotations: {}, defect: undefined };
  const { reason } = await decided('', { ...call, facts: { ...FACTS, tool } });
  assert.equal(reason?.code, 'SP3043');
  assert.deepEqual(await schemaOf({ ...tool, defect: 'listed so' }), { defect: 'listed so' });
});

test('what breaks while judging is a broken check, and denies', async () => {
  const broken = {
    get properties(): never {
      throw new TypeError('broken');
    },
  };
  const { reason } = await decided('', {
    ...callOf({}),
    facts: { ...FACTS, tool: { schema: broken, annotations: {}, defect: undefined } },
  });
  assert.equal(reason?.code, 'SP3003');
});

test('the whole of the arguments may be what does not fit', async () => {
  const { findings } = await decided('', callOf({ a: 1 }, { maxProperties: 0 }));
  assert.deepEqual(
    findings.map(({ note }) => note),
    ['the arguments do not fit the tool: must have at most 0 members'],
  );
});
