import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { headerLines } from './headers.ts';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The proxies that are believed when they say whom they speak for. */
export class TrustedProxies {
  readonly #networks = new BlockList();
  readonly #any: boolean;

  /** Addresses and networks, as the config has checked them. */
  constructor(networks: readonly string[]) {
    this.#any = networks.length > 0;
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#networks.addAddress(address, family);
      else this.#networks.addSubnet(address, Number(bits), family);
    }
  }

  /** Whether `address`, as {@link plainAddress} writes it, is one of theirs. */
  has(address: string): boolean {
    const version = this.#any ? isIP(address) : 0;
    return version !== 0 && this.#networks.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Where a request comes from: the other end of its connection or, behind trusted proxies, the last address they
   * were told of that is none of theirs. What a client wrote there itself stands further left and is never reached.
   */
  clientOf(request: IncomingMessage): string {
    let address = plainAddress(request.socket.remoteAddress);
    if (!this.has(address)) return address;
    const told = headerLines(request, 'x-forwarded-for').join(',').split(',');
    for (const entry of told.reverse()) {
      const next = plainAddress(entry.trim());
      if (isIP(next) === 0) break;
      address = next;
      if (!this.has(address)) break;
    }
    return address;
  }
}

/**
 * Whom an address is counted with. With IPv6 a host has a whole network of addresses to itself, at least a /64, and
 * could come from another one each time.
 */
export function neighbourhoodOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back =
    tail === undefined || tail === ''
      ? []
      : tail.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : group));
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  const groups = [...front, ...zeros, ...back].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** An address without the clothes IPv6 puts on one of IPv4. */
export function plainAddress(address: string | undefined): string {
  return MAPPED.exec(address ?? '')?.[1] ?? address ?? '';
}
