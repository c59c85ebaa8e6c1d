import { type AddressFacts, addressFacts, type Standing } from './address.ts';

export interface HostFacts {
  /** ASCII in small letters after IDNA, without a trailing dot; an IPv6 address without brackets. */
  readonly host: string;
  /** The host is an address, not a name. */
  readonly address: AddressFacts | undefined;
  /** Who may be behind it, as far as the text tells: names are `public` unless they are known to lead elsewhere. */
  readonly standing: Standing;
  /** What a reader of the log should know of the name. */
  readonly note: string | undefined;
  /** Why two programs could take it for two hosts. */
  readonly doubt: string | undefined;
}

const MOST_CHARACTERS = 253;
const MOST_IN_LABEL = 63;
const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
/** A name every program reads as it stands: its last part cannot begin a number, and no part is encoded. */
const PLAIN_NAME = /^(?:(?!xn--)[a-z0-9_-]+\.)*(?!xn--)[a-z_][a-z0-9_-]*\.?$/i;
const ONLY_ASCII = /^[\x00-\x7f]*$/;
/** A part of a dotted number that some read as octal and some as decimal. */
const LEADING_ZERO = /(?:^|\.)0+[0-9]/;

/** Characters IDNA2003 takes for others or none and IDNA2008 keeps (UTS 46, deviations). */
const DEVIATIONS: Readonly<Record<string, string>> = { ß: 'ss', ẞ: 'ss', ς: 'σ', '\u200c': '', '\u200d': '' };
const DEVIATING = /[ßẞς\u200c\u200d]/g;

/** Names that lead to the machine itself, or from a container to the machine it runs on. */
const THIS_MACHINE = new Set(
  `localhost localhost6 ip6-localhost ip6-loopback broadcasthost localhost.localdomain localhost6.localdomain6
  host.docker.internal gateway.docker.internal kubernetes.docker.internal host.containers.internal
  localtest.me lvh.me vcap.me lacolhost.com localho.st fuf.me`.split(/\s+/),
);
/** Whatever stands before these leads to the machine itself. */
const THIS_MACHINE_BELOW = [
  '.localhost',
  '.localtest.me',
  '.lvh.me',
  '.vcap.me',
  '.lacolhost.com',
  '.localho.st',
  '.fuf.me',
];
const METADATA_NAMES = new Set(
  `metadata metadata.google.internal metadata.goog metadata.azure.internal metadata.azure.com instance-data
  instance-data.ec2.internal metadata.tencentyun.com rancher-metadata metadata.packet.net metadata.platformequinix.com
  metadata.oraclecloud.com`.split(/\s+/),
);
const CLUSTER_NAMES = /^kubernetes\.default(?:\.svc(?:\.cluster\.local)?)?$/;

/** Public zones in which a name leads to the address that is written in it. */
const CARRIERS = [
  'nip.io',
  'sslip.io',
  'xip.io',
  'traefik.me',
  'backname.io',
  'local-ip.sh',
  'local-ip.medicmobile.org',
];
/** Public zones in which a name leads now here and now there. */
const REBINDERS = ['rbndr.us', '1u.ms', 'rebind.network', 'rebind.it'];
const QUAD = /(?<![0-9])([0-9]{1,3})[.-]([0-9]{1,3})[.-]([0-9]{1,3})[.-]([0-9]{1,3})(?![0-9])/g;
const HEX_QUAD = /(?<![0-9a-z])[0-9a-f]{8}(?![0-9a-z])/g;

/** Whether the name needs nothing but small letters to be what is asked for. */
export function isPlainName(written: string): boolean {
  return PLAIN_NAME.test(written);
}

/** What a host says, in a URL or alone; a text when it can be no host, saying why. */
export function readHost(written: string): HostFacts | string {
  const bracketed = written.startsWith('[');
  if (!bracketed && written.includes(':')) return 'it is no host';
  if (written.includes('%')) return 'it has escapes in its host';
  const canonical = canonicalHost(written);
  if (canonical === undefined) return 'its host is not one';
  const host = canonical.replace(/\.$/, '');
  if (bracketed) return ofAddress(addressFacts(host.slice(1, -1))!, undefined);
  const address = addressFacts(host);
  if (address !== undefined) {
    return ofAddress(address, LEADING_ZERO.test(written) ? 'its number can be read in two ways' : undefined);
  }
  if (!isName(host)) return 'its host is not one';
  const doubt =
    ONLY_ASCII.test(written) || isSteady(written, canonical) ? undefined : 'its host can be read in two ways';
  const { standing, note } = aboutName(host);
  return { host, address: undefined, standing, note, doubt };
}

function ofAddress(address: AddressFacts, doubt: string | undefined): HostFacts {
  return { host: address.text, address, standing: address.standing, note: undefined, doubt };
}

/** The host as the URL standard writes it. */
function canonicalHost(written: string): string | undefined {
  if (isPlainName(written)) return written.toLowerCase();
  // Anything that ends a host would make the parser read a part of the text.
  if (/[/?#@\\\s]/.test(written) || written === '') return undefined;
  try {
    return new URL(`http://${written}/`).hostname;
  } catch {
    return undefined;
  }
}

/** Whether programs with the old tables for names and those with the new ones mean the same. */
function isSteady(written: string, canonical: string): boolean {
  const old = written.replace(DEVIATING, (character) => DEVIATIONS[character]!);
  return canonicalHost(old) === canonical && !/[/?#@:\\\s]/.test(written.normalize('NFKC'));
}

function isName(host: string): boolean {
  return (
    host.length <= MOST_CHARACTERS && NAME.test(host) && host.split('.').every(({ length }) => length <= MOST_IN_LABEL)
  );
}

function aboutName(host: string): { readonly standing: Standing; readonly note: string | undefined } {
  if (METADATA_NAMES.has(host)) return { standing: 'never', note: 'a name of a metadata service' };
  if (THIS_MACHINE.has(host) || THIS_MACHINE_BELOW.some((end) => host.endsWith(end))) {
    return { standing: 'loopback', note: 'a name of this machine' };
  }
  if (isBelow(host, REBINDERS)) return { standing: 'private', note: 'a name that leads now here and now there' };
  if (CLUSTER_NAMES.test(host)) return { standing: 'private', note: 'a name of the cluster' };
  const carried = addressesIn(host);
  if (carried.length > 0) {
    const note = 'a name that carries an address';
    return { standing: isBelow(host, CARRIERS) ? worst(carried) : 'public', note };
  }
  return { standing: 'public', note: host.includes('.') ? undefined : 'a name without a dot' };
}

function isBelow(host: string, zones: readonly string[]): boolean {
  return zones.some((zone) => host.endsWith(`.${zone}`));
}

/** Addresses written in a name: four numbers with dots or dashes, eight hex digits, IPv6 with dashes for colons. */
function addressesIn(host: string): AddressFacts[] {
  const quads = [...host.matchAll(QUAD)].map(([, ...parts]) => parts.slice(0, 4).map(Number).join('.'));
  const hex = isBelow(host, CARRIERS) ? [...host.matchAll(HEX_QUAD)].map(([digits]) => dotted(digits)) : [];
  const v6 = host
    .split('.')
    .filter((label) => label.includes('-'))
    .map((label) => label.replaceAll('-', ':'));
  return [...quads, ...hex, ...v6].flatMap((text) => addressFacts(text) ?? []);
}

function dotted(hex: string): string {
  return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

const SEVERITY: readonly Standing[] = ['public', 'loopback', 'private', 'never'];

function worst(addresses: readonly AddressFacts[]): Standing {
  return SEVERITY[Math.max(...addresses.map(({ standing }) => SEVERITY.indexOf(standing)))]!;
}
