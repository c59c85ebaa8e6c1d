import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/**
 * Who may be behind an address. `public`: one host of the public internet. `loopback`: this machine. `private`: any
 * other network, or none. `never`: credentials of the cloud machine we may be on, or a neighbour one link away.
 */
export type Standing = 'public' | 'loopback' | 'private' | 'never';

export interface AddressFacts {
  /** Dotted quad, or IPv6 in its short form with small letters (RFC 5952). */
  readonly text: string;
  /** Name of its range in the IANA special-purpose registries, `unicast` for none, `metadata` for those of clouds. */
  readonly range: string;
  readonly standing: Standing;
  /** The IPv4 host a network without IPv4 reaches by it (RFC 6052, RFC 2765); undefined for all others. */
  readonly translated: AddressFacts | undefined;
}

/** Where clouds answer their own machines with credentials, as far as it is outside of link-local networks. */
const METADATA: ReadonlySet<string> = new Set([
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd20:ce::254',
  'fd00:42::42',
]);
const AWS_METADATA = 'fd00:ec2:';

/** Networks whose last 32 bits are an IPv4 host: translated, or compatible (RFC 4291, deprecated). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48');
const SIIT = ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96');
const COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');
const SIX_TO_FOUR = ipaddr.IPv6.parseCIDR('2002::/16');
const TEREDO = ipaddr.IPv6.parseCIDR('2001::/32');
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
/** Which of its networks a host means by a link-local address. */
const ZONE = /%.*$/;
/** Most hosts are names, which are told apart at once. */
const MAY_BE_ADDRESS = /^\d|:/;

/** What is known of an address in its usual writing, with or without a zone; undefined for any other text. */
export function addressFacts(text: string): AddressFacts | undefined {
  if (!MAY_BE_ADDRESS.test(text)) return undefined;
  const plain = text.replace(ZONE, '');
  if (!ipaddr.IPv4.isValidFourPartDecimal(plain) && !ipaddr.IPv6.isValid(plain)) return undefined;
  return factsOf(ipaddr.process(plain));
}

/** Whether an address is in a network such as `10.0.0.0/8`; undefined when the text is no network. */
export function inNetwork(network: string): ((address: string) => boolean) | undefined {
  if (!ipaddr.isValidCIDR(network)) return undefined;
  const range = ipaddr.parseCIDR(network);
  return (address) => {
    const parsed = ipaddr.process(address);
    return parsed.kind() === range[0].kind() && parsed.match(range);
  };
}

function factsOf(address: Address): AddressFacts {
  const text = address.toString();
  if (address.kind() === 'ipv4') {
    const range = METADATA.has(text) ? 'metadata' : address.range();
    return { text, range, standing: standingOf(range), translated: undefined };
  }
  const v6 = address as ipaddr.IPv6;
  const inner = innerHosts(v6).map(factsOf);
  const range = rangeOf(v6, text);
  const standing = inner.some((host) => host.standing === 'never') ? 'never' : standingOf(range);
  return { text, range, standing, translated: v6.match(NAT64) || v6.match(SIIT) ? inner[0] : undefined };
}

function rangeOf(address: ipaddr.IPv6, text: string): string {
  if (METADATA.has(text) || text.startsWith(AWS_METADATA)) return 'metadata';
  const range = address.range();
  if (range === 'unicast' && !address.match(GLOBAL)) return 'reserved';
  return range;
}

/** IPv4 hosts an IPv6 address may lead to, by any of the ways one is put into it. */
function innerHosts(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const host = (...places: readonly number[]) => new ipaddr.IPv4(places.map((place) => bytes[place]!));
  const last = host(12, 13, 14, 15);
  if (address.match(NAT64) || address.match(SIIT) || address.match(COMPATIBLE)) return [last];
  if (address.match(LOCAL_NAT64)) return [last, host(6, 7, 9, 10)];
  if (address.match(SIX_TO_FOUR)) return [host(2, 3, 4, 5)];
  if (address.match(TEREDO)) return [new ipaddr.IPv4(last.octets.map((octet) => 255 - octet))];
  return [];
}

function standingOf(range: string): Standing {
  if (range === 'unicast') return 'public';
  if (range === 'metadata' || range === 'linkLocal') return 'never';
  return range === 'loopback' || range === 'unspecified' ? 'loopback' : 'private';
}
