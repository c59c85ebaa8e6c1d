import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainRule } from '../../../lib/model/rules.ts';
import type { RuleFault } from '../../../lib/policy/rule-fault.ts';
import { ASKS, CLOSED, DENIED, domains, type Given, rulesOf, said } from '../../support/sandbox/egress-rules.ts';

type Asked = readonly [host: string, port: number, wanted: string];

const DESTINATIONS: readonly (readonly [title: string, given: Given, asked: readonly Asked[]])[] = [
  [
    'without a list the profile decides: balanced allows',
    {},
    [
      ['example.com', 443, 'allow'],
      ['203.0.113.9', 443, CLOSED],
      ['8.8.8.8', 53, 'allow'],
    ],
  ],
  ['without a list the profile decides: strict denies', { profile: 'strict' }, [['example.com', 443, DENIED]]],
  [
    'the baseline may want a person',
    { policy: { baseline: { unlisted_domains: 'require_approval' } } },
    [['example.com', 443, ASKS]],
  ],
  [
    'a list for the whole backend must name the host',
    { policy: domains('web/*', { allow: ['a.example', '*.b.example'] }), profile: 'strict' },
    [
      ['a.example', 443, 'allow'],
      ['A.Example.', 443, 'allow'],
      ['x.b.example', 22, 'allow'],
      ['b.example', 443, DENIED],
      ['aXexample', 443, DENIED],
    ],
  ],
  [
    'two lists for the whole backend must both name it',
    {
      policy: {
        tools: { '*': { domains: { allow: ['*.example'] } }, 'w*/*': { domains: { allow: ['a.*', 'c.org'] } } },
      },
    },
    [
      ['a.example', 443, 'allow'],
      ['b.example', 443, DENIED],
      ['c.org', 443, DENIED],
    ],
  ],
  [
    'a list for one tool is enough when there is none for all of them',
    {
      policy: {
        tools: {
          'web/fetch': { domains: { allow: ['a.example'] } },
          'web/@write': { domains: { allow: ['b.example'] } },
        },
      },
      profile: 'strict',
    },
    [
      ['a.example', 443, 'allow'],
      ['b.example', 443, 'allow'],
      ['c.example', 443, DENIED],
    ],
  ],
  [
    'a list for the whole backend stands for all lists of single tools',
    {
      policy: {
        tools: { 'web/*': { domains: { allow: ['a.example'] } }, 'web/x': { domains: { allow: ['b.example'] } } },
      },
    },
    [
      ['a.example', 443, 'allow'],
      ['b.example', 443, DENIED],
    ],
  ],
  [
    'rules of other backends say nothing',
    { policy: domains('mail/*', { deny: ['a.example'], allow: ['b.example'] }) },
    [['a.example', 443, 'allow']],
  ],
  [
    'a denial for one tool, one agent, some hours or under a condition holds for every connection',
    {
      policy: {
        tools: {
          'web/one': { domains: { deny: ['a.example'] } },
          'web/two': { when: 'args.x == 1', domains: { deny: ['b.example'] } },
          'web/*': { schedule: { days: ['mon'] }, domains: { require_approval: ['c.example'] } },
        },
        agents: { 'agent-*': { tools: { 'web/*': { domains: { deny: ['d.example'] } } } } },
      },
    },
    [
      ['a.example', 443, DENIED],
      ['b.example', 443, DENIED],
      ['c.example', 443, ASKS],
      ['d.example', 443, DENIED],
      ['e.example', 443, 'allow'],
    ],
  ],
  [
    'what is allowed under a condition is allowed, as a connection does not say which call it is for',
    {
      policy: { tools: { 'web/*': { when: 'args.x == 1', domains: { allow: ['a.example'] } } } },
      profile: 'strict',
    },
    [
      ['a.example', 443, 'allow'],
      ['b.example', 443, DENIED],
    ],
  ],
  [
    'denial beats approval, which beats what is allowed',
    {
      policy: domains('web/*', { allow: ['*.example'], require_approval: ['a*.example'], deny: ['aa.example'] }),
    },
    [
      ['b.example', 443, 'allow'],
      ['a.example', 443, ASKS],
      ['aa.example', 443, DENIED],
    ],
  ],
  [
    'ports hold for the whole backend only',
    { policy: { tools: { 'web/*': { domains: { ports: [443] } }, 'web/x': { domains: { ports: [80] } } } } },
    [
      ['a.example', 443, 'allow'],
      ['a.example', 80, DENIED],
    ],
  ],
  [
    'an entry may name a port',
    { policy: domains('web/*', { allow: ['a.example:443'] }) },
    [
      ['a.example', 443, 'allow'],
      ['a.example', 80, DENIED],
    ],
  ],
  [
    'names of this machine, of metadata services and of private networks are closed',
    {},
    [
      ['metadata.google.internal', 80, CLOSED],
      ['169.254.169.254', 80, CLOSED],
      ['10.0.0.1.nip.io', 80, CLOSED],
      ['10.0.0.1', 80, CLOSED],
      ['fd00::1', 80, CLOSED],
      ['localhost', 3000, ASKS],
      ['::1', 3000, ASKS],
      ['0.0.0.0', 3000, ASKS],
    ],
  ],
  [
    'what nobody can read is denied',
    {},
    [
      ['', 80, DENIED],
      ['a b', 80, DENIED],
      ['user@a.example', 80, DENIED],
      ['0177.0.0.1', 80, DENIED],
      ['a.example:80', 80, DENIED],
      ['faß.example', 80, DENIED],
    ],
  ],
  [
    'ports that give away the machine, and our own, are never open',
    { policy: { ...domains('web/*', { allow: ['localhost'] }), baseline: { loopback_addresses: 'allow' } } },
    [
      ['localhost', 3000, 'allow'],
      ['localhost', 2375, CLOSED],
      ['localhost', 10250, CLOSED],
      ['localhost', 8931, CLOSED],
    ],
  ],
  [
    'a managed list narrows that of the user, and cannot name what that did not',
    {
      policy: domains('web/*', { allow: ['a.example', 'b.example'] }),
      managed: domains('web/*', { allow: ['a.example', 'c.example'] }),
    },
    [
      ['a.example', 443, 'allow'],
      ['b.example', 443, DENIED],
      ['c.example', 443, DENIED],
    ],
  ],
  [
    'a list of a later layer for the whole backend does not replace those of the first for its tools',
    {
      policy: domains('web/fetch', { allow: ['a.example'] }),
      managed: domains('web/*', { allow: ['a.example', 'c.example'] }),
    },
    [
      ['a.example', 443, 'allow'],
      ['c.example', 443, DENIED],
    ],
  ],
];

for (const [title, given, asked] of DESTINATIONS) {
  test(`of destinations: ${title}`, async () => {
    const rules = await rulesOf(given);
    for (const [host, port, wanted] of asked) {
      assert.equal(said(rules.destination(host, port)), wanted, `${host} ${port}`);
    }
  });
}

test('a verdict names the rule and its place, and quotes neither host nor pattern', async () => {
  const rules = await rulesOf({ policy: domains('web/*', { deny: ['*.a.example'] }) });
  const { rule, source, text } = rules.destination('x.a.example', 443);
  assert.equal(rule, 'policies.tools["web/*"].domains.deny[0]');
  assert.match(source!, /^sallyport\.yaml:\d+$/);
  assert.doesNotMatch(text!, /example/);
});

test('a list that is about connections alone holds beside those for calls', async () => {
  const place = { rule: 'backends[0].sandbox.connect', source: 'sallyport.yaml:9' };
  const own: DomainRule = {
    ...place,
    layer: 1,
    in: undefined,
    allow: { patterns: [{ glob: 'a.example', ...place }], layer: 1, ...place },
    deny: [],
    requireApproval: [],
    blockPrivate: undefined,
    schemes: undefined,
    ports: undefined,
  };
  const rules = await rulesOf({ own, profile: 'strict' });
  assert.equal(said(rules.destination('a.example', 443)), 'allow');
  assert.equal(said(rules.destination('b.example', 443)), DENIED);
  const wrong = { ...own, deny: [{ glob: 'http://a.example', ...place }] };
  await assert.rejects(rulesOf({ own: wrong }), (fault: RuleFault) => {
    assert.deepEqual([fault.code, fault.place], ['SP1010', place]);
    return true;
  });
});
