import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { RemoteConfig } from '../../lib/model/config.ts';

/** Asks for all addresses of a name; `dns.lookup` unless a test stands in for it. */
export type Resolve = (
  name: string,
  options: { readonly all: true },
  then: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name led to an address nothing may be sent to. */
export class AddressRefused extends Error {
  readonly address: string;

  constructor(name: string, address: string) {
    super(`${name} leads to ${address}`);
    this.address = address;
  }
}

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128']);

/** Where clouds keep the credentials of their machines, and what is one link away: no name has business there. */
const NEVER = listOf(['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32', '100.100.100.200/32', '168.63.129.16/32']);

/** Everything that is no single host on the public internet (IANA special-purpose registries). */
const NOT_PUBLIC = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
]);

/** Addresses of IPv4 hosts as networks without IPv4 see them (RFC 6052, RFC 2765); the last 32 bits are the host's own. */
const TRANSLATED = listOf(['64:ff9b::/96', '::ffff:0:0:0/96']);

/** Which of its networks a host means by a link-local address. */
const ZONE = /%.*$/;

/**
 * A `lookup` for sockets that gives only addresses the backend may have. The socket connects to what was checked, so
 * a name that leads elsewhere the next time it is asked for gains nothing. An address that stands in the URL itself
 * is not looked up: the operator wrote it.
 */
export function guardedLookup(remote: RemoteConfig, resolve: Resolve = lookup): LookupFunction {
  const mayReach =
    new URL(remote.url).hostname === 'localhost' ? isLoopback : (address: string) => isOpen(address, remote);
  return (name, options, then) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !mayReach(address.replace(ZONE, '')));
      const [first] = addresses ?? [];
      if (error !== null) then(error, '');
      else if (first === undefined) then(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
      else if (refused !== undefined) then(new AddressRefused(name, refused.address), '');
      else if (options.all === true) then(null, addresses);
      else then(null, first.address, first.family);
    });
  };
}

function isOpen(address: string, { allowPrivate }: RemoteConfig): boolean {
  const host = hostOf(address);
  if (isIn(NEVER, host)) return false;
  return allowPrivate || !isIn(NOT_PUBLIC, host);
}

function isLoopback(address: string): boolean {
  return isIn(LOOPBACK, address);
}

/** The IPv4 address inside a translated one; any other address as it is. */
function hostOf(address: string): string {
  if (!isIn(TRANSLATED, address)) return address;
  const [, tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [high, low] = ['0', '0', ...tail.split(':')].slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high!, low!].map((bits) => `${bits >> 8}.${bits & 0xff}`).join('.');
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, prefix] = range.split('/') as [string, string];
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
