import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideCall } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { RuleBook } from '../../../lib/policy/rule-book.ts';
import { RuleFault } from '../../../lib/policy/rule-fault.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, definitionOf, FACTS } from '../../support/policy/calls.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

async function bookOf(policies: string): Promise<RuleBook> {
  const config = `version: 1\nbackends: [{ name: files, command: x }, { name: git, command: x, preset: git }]\npolicies: ${policies}`;
  return RuleBook.of(configOf({ config }).config, stateInMemory());
}

const selectors = (rules: readonly { readonly selector: string }[]) => rules.map(({ selector }) => selector);

test('rules hold where their selector matches, for the client they are for, and for the part that is asked about', async () => {
  const book = await bookOf(`{
    tools: { "files/*": { action: deny }, "files/@write": { max_depth: 2, block_patterns: [x] }, "git/*": { action: deny } },
    agents: { "ci-*": { tools: { "files/read": { action: deny } } } } }`);
  const local = callWith();
  const ci = callWith({ principal: { ...local.principal, clientId: 'ci-1' } });
  assert.deepEqual(selectors(book.holding(local, 'action')), ['files/*']);
  assert.deepEqual(selectors(book.holding(ci, 'action')), ['files/*', 'files/read']);
  assert.deepEqual(selectors(book.holding(local, 'maxDepth')), ['files/@write']);
  assert.deepEqual(selectors(book.holding(local, 'blockPatterns')), ['files/@write']);
  assert.deepEqual(selectors(book.holding(local, 'sql')), []);
  assert.deepEqual(selectors(book.about(local.resource, undefined, 'ci-1')), ['files/*', 'files/@write', 'files/read']);
});

test('a rule about writing holds for what destroys, and one that allows it does not', async () => {
  const book = await bookOf('{ tools: { "files/@write": { action: allow }, "*/@write": { action: deny } } }');
  const call = callWith({ resource: { backend: 'files', type: 'tool', id: 'delete' } });
  assert.deepEqual(selectors(book.holding(call, 'action')), ['*/@write']);
});

test('what is known of a tool is found out anew when its server says something else of it', async () => {
  const book = await bookOf('{ tools: { "files/@destructive": { action: deny } } }');
  const shape = { schema: {}, annotations: { destructiveHint: true }, defect: undefined };
  assert.equal(book.holding(callWith(), 'action').length, 0);
  assert.equal(book.holding(callWith({ facts: { ...FACTS, tool: shape } }), 'action').length, 1);
  assert.equal(book.holding(callWith(), 'action').length, 0);
});

test('what was asked about last is not taken for another client, another shape or another resource', async () => {
  const book = await bookOf(`{
    effects: { "git/*": [destructive] },
    tools: { "files/@destructive": { action: deny } },
    agents: { "ci-*": { tools: { "*": { action: deny } } } } }`);
  const resource = { backend: 'files', type: 'tool', id: 'read' } as const;
  const shape = { schema: {}, annotations: { destructiveHint: true }, defect: undefined };
  const asked = (clientId: string, of: typeof shape | undefined) => [
    selectors(book.about(resource, of, clientId)),
    book.effectOf(resource, of).kind,
    book.ownEffectOf(resource, of).kind,
  ];
  for (const _ of ['first', 'again']) {
    assert.deepEqual(asked('local', undefined), [[], 'write', 'write']);
    assert.deepEqual(asked('ci-1', undefined), [['*'], 'write', 'write']);
    assert.deepEqual(asked('ci-1', shape), [['files/@destructive', '*'], 'destructive', 'destructive']);
    assert.deepEqual(asked('local', shape), [['files/@destructive'], 'destructive', 'destructive']);
    assert.equal(book.effectOf({ ...resource, backend: 'git' }, undefined).kind, 'destructive');
    assert.equal(book.effectOf(resource, undefined).kind, 'write');
  }
});

test('effects are those of tools, of what is read, and of everything else', async () => {
  const book = await bookOf('{ effects: { "files/db*": [private], "git/git_status": [destructive] } }');
  const effect = (backend: string, type: 'tool' | 'resource' | 'prompt' | 'task', id: string) =>
    book.effectOf({ backend, type, id }, undefined);
  assert.deepEqual(effect('files', 'resource', 'db://x'), { kind: 'read', flags: ['private'], origin: 'operator' });
  assert.equal(effect('files', 'prompt', 'greet').kind, 'read');
  assert.equal(effect('files', 'task', 'db').kind, 'write');
  assert.equal(effect('git', 'tool', 'git_status').kind, 'destructive');
  assert.equal(effect('git', 'tool', 'git_diff').origin, 'preset');
  assert.equal(effect('git', 'tool', 'toString').origin, 'guess');
  assert.equal(book.presetTool({ backend: 'git', type: 'prompt', id: 'git_diff' }), undefined);
  assert.equal(book.presetOf('git')?.name, 'git');
  assert.equal(book.presetOf('files'), undefined);
});

test('thousands of names that come once are not kept for ever', async () => {
  const book = await bookOf('{ tools: { "files/*": { action: deny } } }');
  for (let index = 0; index < 6000; index++) {
    const call = callWith({ resource: { backend: 'files', type: 'resource', id: `a:${index}` } });
    assert.equal(book.holding(call, 'action').length, 1);
  }
});

test('a condition that is no CEL is told with its place, once', async () => {
  await assert.rejects(bookOf('{ tools: { "files/*": { action: deny, when: "args.n >" } } }'), (fault: RuleFault) => {
    assert.deepEqual([fault.code, fault.place.rule], ['SP1016', 'policies.tools["files/*"].when']);
    assert.equal(fault.message.split(fault.place.rule).length, 2, fault.message);
    return fault instanceof RuleFault;
  });
});

test('a condition that cannot be judged denies with its own reason, whichever check asks and however it waits', async () => {
  const config =
    'version: 1\nbackends: [{ name: files, command: x }]\npolicies: { tools: { "files/*": { action: deny, when: args.n > 1 } } }';
  for (const waits of [false, true]) {
    const definition = {
      ...definitionOf({}),
      create: (_config: unknown, { book }: { book: RuleBook }) => ({
        call: (call: ReturnType<typeof callWith>) => {
          const ask = () => {
            book.holding(call, 'action');
            return { pass: true } as const;
          };
          return waits ? Promise.resolve().then(ask) : ask();
        },
      }),
    };
    const policy = await compilePolicy(configOf({ config }).config, [definition], stateInMemory());
    const { reason } = await decideCall(policy, callWith());
    assert.deepEqual([reason?.code, reason?.rule], ['SP3045', 'policies.tools["files/*"].when']);
  }
});
