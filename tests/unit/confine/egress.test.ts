import assert from 'node:assert/strict';
import { test } from 'node:test';
import { egressRules } from '../../../lib/confine/egress.ts';
import type { EgressRules, EgressVerdict } from '../../../lib/model/egress.ts';
import type { DomainRule } from '../../../lib/model/rules.ts';
import type { RuleFault } from '../../../lib/policy/rule-fault.ts';
import { configOf } from '../../support/config/config-texts.ts';

interface Policy {
  readonly tools?: object;
  readonly baseline?: object;
  readonly agents?: object;
}

interface Given {
  readonly policy?: Policy;
  readonly managed?: Policy;
  readonly profile?: 'balanced' | 'strict';
  readonly own?: DomainRule;
}

function rulesOf({ policy = {}, managed, profile = 'balanced', own }: Given): Promise<EgressRules> {
  const base = {
    version: 1,
    profile,
    server: { listen_addr: '127.0.0.1:8931' },
    backends: [{ name: 'web', command: 'web-server' }],
  };
  const { config } = configOf({
    config: JSON.stringify({ ...base, policies: policy }),
    managed: managed && JSON.stringify({ version: 1, policies: managed }),
  });
  return egressRules(config, 'web', own);
}

function domains(selector: string, rule: object): Policy {
  return { tools: { [selector]: { domains: rule } } };
}

/** `allow`, or the effect and the code. */
function said({ effect, code }: EgressVerdict): string {
  return code === undefined ? effect : `${effect} ${code}`;
}

type Asked = readonly [host: string, port: number, wanted: string];

const DENIED = 'deny SP5020';
const CLOSED = 'deny SP5021';
const ASKS = 'require_approval SP6003';

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

type Led = readonly [host: string, port: number, address: string, wanted: string];

const ADDRESSES: readonly (readonly [title: string, given: Given, led: readonly Led[]])[] = [
  [
    'public ones are open, all others are not',
    {},
    [
      ['a.example', 443, '93.184.216.34', 'allow'],
      ['a.example', 443, '2606:4700::1', 'allow'],
      ['a.example', 443, '10.0.0.1', CLOSED],
      ['a.example', 443, '::ffff:10.0.0.1', CLOSED],
      ['a.example', 443, '100.64.0.1', CLOSED],
      ['a.example', 443, 'fd00::1', CLOSED],
      ['a.example', 443, '169.254.169.254', CLOSED],
      ['a.example', 443, 'fe80::1%eth0', CLOSED],
      ['a.example', 443, '127.0.0.1', ASKS],
      ['a.example', 443, '0.0.0.0', ASKS],
      ['a.example', 443, 'nonsense', CLOSED],
      ['a.example', 443, '', CLOSED],
    ],
  ],
  [
    'translated ones are judged by the host behind them',
    {},
    [
      ['a.example', 443, '64:ff9b::808:808', 'allow'],
      ['a.example', 443, '64:ff9b::a00:1', CLOSED],
      ['a.example', 443, '64:ff9b::a9fe:a9fe', CLOSED],
      ['a.example', 443, '2002:a00:1::', CLOSED],
    ],
  ],
  [
    'an address, a network, this machine or one port of one host opens what it names',
    {
      policy: domains('web/*', {
        allow: ['db.example:5432', 'api.example:443', '10.1.0.0/16', '192.168.7.7', 'localhost', '*.example'],
      }),
      profile: 'strict',
    },
    [
      ['db.example', 5432, '10.9.0.1', 'allow'],
      ['db.example', 5433, '10.9.0.1', CLOSED],
      ['db.example', 5432, '169.254.169.254', CLOSED],
      ['api.example', 443, '10.9.0.1', CLOSED],
      ['10.1.2.3', 80, '10.1.2.3', 'allow'],
      ['x.example', 80, '10.1.2.3', 'allow'],
      ['x.example', 80, '10.2.2.3', CLOSED],
      ['192.168.7.7', 80, '192.168.7.7', 'allow'],
      ['localhost', 3000, '127.0.0.1', 'allow'],
      ['localhost', 3000, '::1', 'allow'],
      ['localhost', 3000, '10.9.0.1', CLOSED],
      ['localhost', 6379, '127.0.0.1', CLOSED],
      ['x.example', 3000, '127.0.0.1', CLOSED],
    ],
  ],
  [
    'a glob opens no network',
    { policy: domains('web/*', { allow: ['*', '*:8080', '/./'] }) },
    [
      ['a.example', 8080, '10.0.0.1', CLOSED],
      ['10.0.0.1', 8080, '10.0.0.1', CLOSED],
    ],
  ],
  [
    'a list of a later layer opens none either',
    { policy: domains('web/*', { allow: ['*'] }), managed: domains('web/*', { allow: ['10.0.0.0/8'] }) },
    [['10.0.0.1', 80, '10.0.0.1', CLOSED]],
  ],
  [
    'the baseline opens networks, and never where credentials are kept',
    { policy: { baseline: { private_addresses: 'allow', loopback_addresses: 'allow' } } },
    [
      ['a.example', 80, '10.0.0.1', 'allow'],
      ['a.example', 80, '127.0.0.1', 'allow'],
      ['a.example', 80, '169.254.169.254', CLOSED],
      ['a.example', 80, '100.100.100.200', CLOSED],
      ['a.example', 9229, '127.0.0.1', CLOSED],
      ['a.example', 8931, '127.0.0.1', CLOSED],
    ],
  ],
  [
    '`block_private` for the whole backend closes what a list opens',
    { policy: domains('web/*', { allow: ['10.0.0.0/8'], block_private: true }) },
    [['10.0.0.1', 80, '10.0.0.1', CLOSED]],
  ],
  [
    'one that is denied is denied whichever name leads to it, though a glob for numbers says nothing of names',
    {
      policy: domains('web/*', { deny: ['93.184.216.0/24', '8.8.4.4', '/^[0-9.]+$/'], require_approval: ['1.1.1.1'] }),
    },
    [
      ['a.example', 443, '93.184.216.34', CLOSED],
      ['a.example', 443, '8.8.4.4', CLOSED],
      ['a.example', 443, '64:ff9b::808:404', CLOSED],
      ['a.example', 443, '1.1.1.1', ASKS],
      ['a.example', 443, '8.8.8.8', 'allow'],
    ],
  ],
];

for (const [title, given, led] of ADDRESSES) {
  test(`of addresses: ${title}`, async () => {
    const rules = await rulesOf(given);
    for (const [host, port, address, wanted] of led) {
      assert.equal(said(rules.address(host, port, address)), wanted, `${host} ${port} ${address}`);
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
