import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { CHECKS } from '../../lib/checks/index.ts';
import type { Effect } from '../../lib/model/decision.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { configOf } from '../support/config/config-texts.ts';
import { type CallText, decideText } from '../support/policy/policy-case.ts';
import { stateInMemory } from '../support/policy/policy-state.ts';

const STRICTNESS: Readonly<Record<Effect, number>> = { allow: 0, require_approval: 1, deny: 2 };

const backend = fc.constantFrom('files', 'web');
const tool = fc.constantFrom('read_file', 'write_file', 'delete_file', 'open_page', 'send_mail');
const effectWord = fc.constantFrom('read', 'write', 'destructive', 'external');
const selector = fc.oneof(
  fc.tuple(fc.constantFrom('files', 'web', '*'), fc.constantFrom('*', 'read_*', '*_file', 'open_page', 'send_mail')),
  fc.tuple(
    fc.constantFrom('files', '*'),
    effectWord.map((word) => `@${word}`),
  ),
);
const selectorText = selector.map(([one, two]) => `${one}/${two}`);
const effect = fc.constantFrom<Effect>('allow', 'require_approval', 'deny');
const folder = fc.constantFrom('/srv/**', '/srv/data/**', '/srv/secret', '**/*.key', './docs/**');
const host = fc.constantFrom('example.com', '*.example.com', 'internal.test', '**.internal.test');
const few = <T>(of: fc.Arbitrary<T>) => fc.uniqueArray(of, { maxLength: 3 });

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const triple = (of: fc.Arbitrary<string>) =>
  fc.record({ allow: optional(few(of)), deny: optional(few(of)), require_approval: optional(few(of)) });
const constraint = fc.record({
  paths: optional(triple(folder)),
  domains: optional(triple(host)),
  block_patterns: optional(few(fc.constantFrom('rm -rf', 'secret', 'hello'))),
});
const rule = fc.tuple(constraint, optional(effect)).map(([parts, action]) => ({ ...parts, action }));
const rules = fc.dictionary(selectorText, rule, { maxKeys: 4 });
const layer = fc.record({
  policies: fc.record({
    default: optional(effect),
    tools: rules,
    effects: optional(
      fc.dictionary(
        selectorText,
        effectWord.map((word) => [word]),
        { maxKeys: 2 },
      ),
    ),
    baseline: optional(
      fc.dictionary(fc.constantFrom('credential_files', 'outside_writes', 'destructive_tools'), effect, { maxKeys: 2 }),
    ),
    agents: optional(
      fc.dictionary(fc.constantFrom('ana', 'b*'), fc.record({ allowed_tools: optional(few(selectorText)) }), {
        maxKeys: 2,
      }),
    ),
  }),
  roles: optional(
    fc.dictionary(
      fc.constantFrom('clerk', 'boss'),
      fc.record({ permissions: few(selectorText), denied: few(selectorText) }),
    ),
  ),
  tenants: optional(
    fc.dictionary(
      fc.constantFrom('north', 'south'),
      fc.record({ clients: few(fc.constantFrom('ana', 'b*', '*')), backends: few(backend) }),
    ),
  ),
});
type Layer = typeof layer extends fc.Arbitrary<infer T> ? T : never;

const call: fc.Arbitrary<CallText> = fc
  .record({
    name: fc.tuple(backend, tool),
    as: fc.constantFrom('ana', 'bob', 'eve'),
    roles: few(fc.constantFrom('clerk', 'boss', 'unknown')),
    path: optional(
      fc.constantFrom('/srv/data/a.txt', '/srv/secret', '/home/ana/.ssh/id_rsa', 'docs/a.md', '/srv/x.key'),
    ),
    url: optional(
      fc.constantFrom('https://example.com/', 'https://a.example.com', 'http://x.internal.test', 'http://10.0.0.1'),
    ),
    text: optional(fc.constantFrom('hello there', 'rm -rf /', 'nothing')),
  })
  .map(({ name, as, roles, path, url, text }) => ({
    tool: name.join('/'),
    as,
    roles,
    args: JSON.parse(JSON.stringify({ path, url, text })) as Record<string, unknown>,
  }));

function textOf(parts: Layer, withBackends: boolean): string {
  const backends = [
    { name: 'files', command: 'files-server' },
    { name: 'web', command: 'web-server' },
  ];
  return stringify(JSON.parse(JSON.stringify({ version: 1, ...(withBackends ? { backends } : {}), ...parts })));
}

async function policyOf(config: string, managed?: string): Promise<Policy> {
  return compilePolicy(configOf({ config, managed }).config, CHECKS, stateInMemory());
}

async function strictness(policy: Policy, text: CallText): Promise<number> {
  return STRICTNESS[(await decideText(policy, text)).decision.effect];
}

test('another layer never allows more, whatever it says', () =>
  fc.assert(
    fc.asyncProperty(layer, layer, fc.array(call, { minLength: 3, maxLength: 8 }), async (own, managed, calls) => {
      const before = await policyOf(textOf(own, true));
      const after = await policyOf(textOf(own, true), textOf(managed, false));
      for (const one of calls)
        assert.ok((await strictness(after, one)) >= (await strictness(before, one)), JSON.stringify(one));
    }),
    { numRuns: 150 },
  ));

test('the order of rules never matters', () =>
  fc.assert(
    fc.asyncProperty(layer, fc.array(call, { minLength: 3, maxLength: 8 }), async (own, calls) => {
      const reversed = (map: object | undefined) => map && Object.fromEntries(Object.entries(map).reverse());
      const turned = {
        ...own,
        policies: { ...own.policies, tools: reversed(own.policies.tools), agents: reversed(own.policies.agents) },
        roles: reversed(own.roles),
        tenants: reversed(own.tenants),
      } as Layer;
      const [one, other] = [await policyOf(textOf(own, true)), await policyOf(textOf(turned, true))];
      for (const each of calls) assert.equal(await strictness(one, each), await strictness(other, each));
    }),
    { numRuns: 150 },
  ));

test('a rule without `action: allow` never allows more', () =>
  fc.assert(
    fc.asyncProperty(
      layer,
      selectorText,
      constraint,
      fc.array(call, { minLength: 3, maxLength: 8 }),
      async (own, key, added, calls) => {
        const tools = { ...own.policies.tools };
        delete tools[key];
        // A list of places answers for a default about places outside, and for nothing an operator has set.
        const baseline = { outside_writes: 'require_approval' as const, ...own.policies.baseline };
        const policies = { ...own.policies, baseline };
        const without = { ...own, policies: { ...policies, tools } };
        const within = { ...own, policies: { ...policies, tools: { ...tools, [key]: added } } } as Layer;
        const [before, after] = [await policyOf(textOf(without, true)), await policyOf(textOf(within, true))];
        for (const one of calls)
          assert.ok((await strictness(after, one)) >= (await strictness(before, one)), JSON.stringify(one));
      },
    ),
    { numRuns: 150 },
  ));
