import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { RemoteConfig } from '../../lib/model/config.ts';
import { addressFacts } from '../../lib/parse/address.ts';

/** Asks for all addresses of a name; `dns.lookup` unless a test stands in for it. */
export type Resolve = (
  name: string,
  options: { readonly all: true },
  then: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What is to be reached, and whether its name may lead into private networks. */
export type Reached = Pick<RemoteConfig, 'url' | 'allowPrivate'>;

/** A name led to an address nothing may be sent to. */
export class AddressRefused extends Error {
  readonly address: string;

  constructor(name: string, address: string) {
    super(`${name} leads to ${address}`);
    this.address = address;
  }
}

/**
 * A `lookup` for sockets that gives only addresses the backend may have. The socket connects to what was checked, so
 * a name that leads elsewhere the next time it is asked for gains nothing. An address that stands in the URL itself
 * is not looked up: the operator wrote it.
 */
export function guardedLookup(remote: Reached, resolve: Resolve = lookup): LookupFunction {
  const mayReach =
    new URL(remote.url).hostname === 'localhost' ? isLoopback : (address: string) => isOpen(address, remote);
  return (name, options, then) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !mayReach(address));
      const [first] = addresses ?? [];
      if (error !== null) then(error, '');
      else if (first === undefined) then(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
      else if (refused !== undefined) then(new AddressRefused(name, refused.address), '');
      else if (options.all === true) then(null, addresses);
      else then(null, first.address, first.family);
    });
  };
}

function isOpen(address: string, { allowPrivate }: Reached): boolean {
  const facts = addressFacts(address);
  if (facts === undefined) return false;
  const { standing } = facts.translated ?? facts;
  return standing === 'public' || (allowPrivate && standing !== 'never');
}

function isLoopback(address: string): boolean {
  return addressFacts(address)?.range === 'loopback';
}
