import type { NamedHost } from '../../lib/model/egress.ts';
import type { Listener } from '../../lib/model/sandbox.ts';

/** How a backend without a network reaches the proxy, and the hosts of its list without knowing of a proxy. */
export interface Forwards {
  /** The first is the proxy itself. */
  readonly listeners: readonly Listener[];
  /** Where each listener leads; undefined for the proxy. */
  readonly targets: readonly (Endpoint | undefined)[];
  /** Names that lead to listeners. */
  readonly hosts: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** For what runs without a network of its own to be led out of. */
export const NOWHERE: Forwards = { listeners: [], targets: [], hosts: {} };

const PROXY: Listener = { address: '127.0.0.1', port: 3128 };
const WEB_PORTS = [443, 80];
/** More names than these are reached by programs that know of the proxy only. */
const MOST_HOSTS = 64;

/**
 * Every host that is written out gets a loopback address of its own, to which its name leads inside, so that programs
 * which know nothing of proxies reach it, and databases as well. `localhost` and addresses of this machine keep theirs.
 */
export function forwardsFor(named: readonly NamedHost[]): Forwards {
  const listeners: Listener[] = [PROXY];
  const targets: (Endpoint | undefined)[] = [undefined];
  const hosts: Record<string, string> = {};
  for (const { host, port } of named.slice(0, MOST_HOSTS)) {
    const address = addressFor(host, hosts);
    if (address === undefined) continue;
    if (address !== '127.0.0.1') hosts[host] = address;
    for (const one of port === undefined ? WEB_PORTS : [port]) {
      if (listeners.some((known) => known.address === address && known.port === one)) continue;
      listeners.push({ address, port: one });
      targets.push({ host, port: one });
    }
  }
  return { listeners, targets, hosts };
}

function addressFor(host: string, hosts: Readonly<Record<string, string>>): string | undefined {
  if (host === 'localhost' || host === '127.0.0.1') return '127.0.0.1';
  // An address cannot be made to lead elsewhere by a name.
  if (/^[\d.]+$|:/.test(host)) return undefined;
  return hosts[host] ?? `127.1.0.${Object.keys(hosts).length + 1}`;
}
