import type { HostPattern } from '../checks/host-patterns.ts';
import { neverOpenPorts } from '../checks/machine-ports.ts';
import type { Config } from '../model/config.ts';
import type { Baseline } from '../model/rules.ts';
import type { AddressFacts, Standing } from '../parse/address.ts';
import type { HostFacts } from '../parse/host.ts';
import type { ConcerningRule } from './concerning.ts';
import type { Strictest } from './strictest.ts';

const IN_NETWORK = 'the host is in a network that is not open';
const OF_THIS_MACHINE = 'the host is this machine, which is not open';

/** Which networks that are not the public internet are open to a backend. */
export class OpenNetworks {
  readonly #baseline: Baseline;
  readonly #neverPorts: ReadonlySet<number>;
  readonly #blocking: readonly ConcerningRule[];
  readonly #opening: readonly HostPattern[];

  constructor(config: Config, rules: readonly ConcerningRule[]) {
    this.#baseline = config.policies.baseline;
    this.#neverPorts = neverOpenPorts(config);
    this.#blocking = rules.filter(({ rule, coversAll }) => coversAll && rule.blockPrivate?.value === true);
    // Later layers only tighten, so their lists open nothing.
    this.#opening = rules.flatMap(({ rule, allow = [] }) => (rule.layer === 1 ? allow : []));
  }

  /** `host` as it was asked for; `end` is the address it leads to, or the host itself as long as none is known. */
  judge(host: HostFacts, port: number, end: HostFacts, outcome: Strictest): void {
    const standing = standingOf(end);
    const { private_addresses: ofPrivate, loopback_addresses: ofLoopback } = this.#baseline;
    if (standing === 'public') return;
    if (standing === 'never') {
      const text = 'the host is one where machines keep credentials, or a neighbour of this one';
      return outcome.add('deny', 'SP5021', text, ofPrivate);
    }
    if (standing === 'loopback' && this.#neverPorts.has(port)) {
      return outcome.add('deny', 'SP5021', 'this port of this machine is never open', ofLoopback);
    }
    for (const { rule } of this.#blocking) outcome.add('deny', 'SP5021', IN_NETWORK, rule.blockPrivate!);
    if (this.#opening.some((pattern) => opens(pattern, host, port, end))) return;
    const [rule, text] = standing === 'loopback' ? [ofLoopback, OF_THIS_MACHINE] : [ofPrivate, IN_NETWORK];
    outcome.add(rule.value, 'SP5021', text, rule);
  }
}

/** The address itself, whichever host an IPv6 network without IPv4 reaches by it. */
export function innermost(address: AddressFacts): AddressFacts {
  return address.translated ?? address;
}

function standingOf({ address, standing }: HostFacts): Standing {
  return address === undefined ? standing : innermost(address).standing;
}

/** The ports of the web are written beside public hosts as well, which must not lead inwards for it. */
function namesOneService({ standing }: HostFacts, port: number): boolean {
  return standing !== 'public' || (port !== 443 && port !== 80);
}

/** An entry opens a network by naming what is in it: an address, a network, this machine, or one port of one host. */
function opens({ kind, matches }: HostPattern, host: HostFacts, port: number, end: HostFacts): boolean {
  if (kind === 'address' || kind === 'network') return matches(end, port);
  if (kind === 'host and port') return (matches(host, port) && namesOneService(host, port)) || matches(end, port);
  return kind === 'host' && host.standing === 'loopback' && standingOf(end) === 'loopback' && matches(host, port);
}
