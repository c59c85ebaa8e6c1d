import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockPatterns } from '../../../lib/checks/block-patterns.ts';
import { formFields } from '../../../lib/checks/form-fields.ts';
import { uploads } from '../../../lib/checks/uploads.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { callWith } from '../../support/policy/calls.ts';
import { decided, policyOfRules, toolCall } from '../../support/policy/judged.ts';

function ruled(check: typeof formFields, rule: object) {
  return policyOfRules([check], { tools: { 'web/*': rule } });
}

test('a denied field is named by its place, and the expression is not told to the model', async () => {
  const policy = await ruled(formFields, { form_fields: { deny: ['^user$', 'pass.?word'] } });
  const { reason } = await decided(policy, toolCall('fill', { fields: [{ name: 'a' }, { name: 'Pass-Word' }] }));
  assert.deepEqual([reason?.code, reason?.at], ['SP3141', '/fields/1/name']);
  assert.equal(reason?.rule, 'policies.tools["web/*"].form_fields.deny[1]');
  assert.equal(reason?.fix, 'remove policies.tools["web/*"].form_fields.deny[1]');
  assert.doesNotMatch(reason!.text, /pass/i);
});

test('an expression that cannot be used is refused when the config is loaded, by its place', async () => {
  await assert.rejects(
    ruled(formFields, { form_fields: { deny: ['('] } }),
    /form_fields\.deny\[0\] \(sally.*cannot be read/,
  );
  const many = { form_fields: { deny: new Array(101).fill('a') } };
  await assert.rejects(ruled(formFields, many), /more than 100 regular expressions/);
});

test('fields are found by pointer, in maps and under escapes', async () => {
  const policy = await ruled(formFields, { form_fields: { in: ['/a~1b/0', '/none/x', 'plain'], deny: ['secret'] } });
  for (const [args, at] of [
    [{ 'a/b': [{ name: 'secret' }] }, '/a~1b/0/name'],
    [{ plain: { my_secret: 'x' } }, '/plain/my_secret'],
    [{ plain: 's\\65 cret' }, '/plain'],
    [{ plain: 's\\ecret' }, undefined],
    [{ plain: 's%65cret' }, '/plain'],
    [{ plain: 'se\\\\cret\\110000 ' }, undefined],
    [{ plain: 7, none: 'secret', other: 'secret' }, undefined],
    [{ plain: { values: ['secret'], text: 'secret', data: { secret: null } } }, '/plain/data/secret'],
  ] as const) {
    const { reason } = await decided(policy, toolCall('anything', args));
    assert.equal(reason?.at, at, JSON.stringify(args));
  }
});

test('without a rule the checks for forms, uploads and texts pass everything', async () => {
  const policy = await policyOfRules([formFields, uploads, blockPatterns]);
  assert.equal((await decided(policy, toolCall('upload_file', { name: 'password' }))).effect, 'allow');
});

test('a rule for another tool, and what is no call of a tool, are not judged', async () => {
  const rules = { 'web/other': { uploads: false, form_fields: { deny: ['z'] }, block_patterns: ['zz'] } };
  const policy = await policyOfRules([formFields, uploads, blockPatterns], { tools: rules });
  assert.equal((await decided(policy, toolCall('upload_file', { name: 'a' }))).effect, 'allow');
  const prompt = { ...toolCall('other', { name: 'z' }), action: 'prompts/get' };
  assert.equal(
    (await decided(policy, { ...prompt, resource: { ...prompt.resource, type: 'prompt' } })).effect,
    'allow',
  );
});

test('several rules on uploads: the strictest wins', async () => {
  const tools = {
    'web/*': { uploads: 'require_approval' },
    'web/upload*': { uploads: false },
    '*/*': { uploads: true },
  };
  const policy = await policyOfRules([uploads], { tools });
  const { reason } = await decided(policy, toolCall('upload_file', {}));
  assert.deepEqual([reason?.code, reason?.rule], ['SP3142', 'policies.tools["web/upload*"].uploads']);
  assert.equal(reason?.fix, 'set policies.tools["web/upload*"].uploads to allow');
});

test('a blocked text is found in answers that travel beside the arguments', async () => {
  const policy = await ruled(blockPatterns, { block_patterns: ['drop table'] });
  const inputResponses = { q1: { action: 'accept', content: { sql: 'DROP TABLE x' } } };
  const beside = await decided(policy, toolCall('go', {}, undefined, { inputResponses }));
  assert.deepEqual([beside.reason?.code, beside.reason?.at], ['SP3143', '/inputResponses/q1/content/sql']);
  const update = callWith({
    action: 'tasks/update',
    resource: { backend: 'web', type: 'task', id: 't1' },
    params: Payload.of(JSON.stringify({ taskId: 't1', inputResponses })),
  });
  const all = await policyOfRules([blockPatterns], { block_patterns: ['drop table'] });
  assert.equal((await decided(all, update)).reason?.at, '/inputResponses/q1/content/sql');
});

test('a text that is split over arguments has no single place', async () => {
  const policy = await ruled(blockPatterns, { block_patterns: ['rm -rf /'] });
  const { reason } = await decided(policy, toolCall('run', { args: ['rm', '-rf', '/'] }));
  assert.equal(reason?.at, '');
  assert.equal(reason?.text, 'the arguments hold a text that is blocked');
});

test('a blocked text of which nothing is left is refused when the config is loaded', async () => {
  await assert.rejects(ruled(blockPatterns, { block_patterns: ['\u200b'] }), /nothing is left/);
});

test('what a server asks the client is not its business', async () => {
  const policy = await policyOfRules([blockPatterns], { block_patterns: ['a'] });
  const call = { ...toolCall('x', { a: 'a' }), direction: 'to-client' as const };
  assert.deepEqual(policy.checks[0]!.judge.call!(call), { pass: true });
});

test('a preset says which arguments are uploaded and which name fields', async () => {
  const backends = [{ name: 'web', command: 'npx', args: ['-y', '@playwright/mcp@0.0.75'] }];
  const tools = { 'web/*': { uploads: false, form_fields: { deny: ['password'] } } };
  const policy = await policyOfRules([formFields, uploads], { tools }, { backends });
  for (const [tool, args, at] of [
    ['browser_file_upload', { paths: ['/tmp/a'] }, '/paths'],
    ['browser_file_upload', { paths: [] }, undefined],
    ['browser_file_upload', {}, undefined],
    ['browser_type', { element: 'Password', ref: 'e1', text: 'x' }, '/element'],
    ['browser_fill_form', { fields: [{ name: 'Password', value: 'x' }] }, '/fields/0/name'],
    ['browser_fill_form', { fields: [{ name: 'User', value: 'password' }] }, undefined],
  ] as const) {
    assert.equal((await decided(policy, toolCall(tool, args))).reason?.at, at, tool);
  }
});
