import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwardsFor } from '../../../backends/sandbox/forwards.ts';
import type { NamedHost } from '../../../lib/model/egress.ts';

const PROXY = '127.0.0.1:3128';

/** What leads where: each listener as `address:port > host:port`. */
function led(...named: NamedHost[]): string[] {
  const { listeners, targets } = forwardsFor(named);
  assert.equal(listeners.length, targets.length);
  return listeners.map(({ address, port }, at) => {
    const target = targets[at];
    return target === undefined ? `${address}:${port}` : `${address}:${port} > ${target.host}:${target.port}`;
  });
}

const web = (host: string): NamedHost => ({ host, port: undefined });

test('without hosts there is the proxy alone', () => {
  assert.deepEqual(led(), [PROXY]);
  assert.deepEqual(forwardsFor([]).hosts, {});
});

test('each host has an address of its own, with the ports of the web unless another is written', () => {
  const named = [web('api.example.com'), { host: 'db.example.com', port: 5432 }];
  assert.deepEqual(led(...named), [
    PROXY,
    '127.1.0.1:443 > api.example.com:443',
    '127.1.0.1:80 > api.example.com:80',
    '127.1.0.2:5432 > db.example.com:5432',
  ]);
  assert.deepEqual(forwardsFor(named).hosts, { 'api.example.com': '127.1.0.1', 'db.example.com': '127.1.0.2' });
});

test('a host with several ports keeps its address, and a port that is named twice is listened on once', () => {
  const ports = [443, 8443, 443].map((port) => ({ host: 'api.example.com', port }));
  assert.deepEqual(led(...ports, web('api.example.com')), [
    PROXY,
    '127.1.0.1:443 > api.example.com:443',
    '127.1.0.1:8443 > api.example.com:8443',
    '127.1.0.1:80 > api.example.com:80',
  ]);
});

test('this machine keeps its name and its address, and the port of the proxy stays the proxy', () => {
  assert.deepEqual(led({ host: 'localhost', port: 5432 }, { host: '127.0.0.1', port: 6379 }), [
    PROXY,
    '127.0.0.1:5432 > localhost:5432',
    '127.0.0.1:6379 > 127.0.0.1:6379',
  ]);
  assert.deepEqual(forwardsFor([{ host: 'localhost', port: 5432 }]).hosts, {});
  assert.deepEqual(led({ host: 'localhost', port: 3128 }), [PROXY]);
});

test('addresses cannot be made to lead elsewhere by a name, so only programs that know of the proxy reach them', () => {
  assert.deepEqual(led(web('10.0.0.7'), { host: '2001:db8::1', port: 443 }, web('8.8.8.8')), [PROXY]);
});

test('of more than 64 hosts the others are reached by way of the proxy alone', () => {
  const { hosts, listeners } = forwardsFor(Array.from({ length: 80 }, (_, at) => web(`h${at}.example.com`)));
  assert.equal(Object.keys(hosts).length, 64);
  assert.equal(new Set(Object.values(hosts)).size, 64);
  assert.equal(hosts['h63.example.com'], '127.1.0.64');
  assert.equal(listeners.length, 1 + 2 * 64);
});
