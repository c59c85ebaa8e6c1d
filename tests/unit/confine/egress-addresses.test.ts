import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASKS, CLOSED, domains, type Given, rulesOf, said } from '../../support/sandbox/egress-rules.ts';

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
