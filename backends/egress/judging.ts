import type { Code } from '../../lib/model/codes.ts';
import type { EgressRules, EgressVerdict } from '../../lib/model/egress.ts';
import type { Resolve } from '../http/addresses.ts';
import type { Destination } from './destination.ts';

/** What is known of a destination before anything is connected. */
export interface Judged {
  readonly verdict: EgressVerdict;
  /** Addresses that may be connected to; none when its name leads nowhere. */
  readonly addresses: readonly string[];
  /** The address the verdict speaks of. */
  readonly address: string | undefined;
}

const ALLOW: EgressVerdict = { effect: 'allow' };

/**
 * Judges a destination by its host, then by every address the host leads to. One address that is not allowed refuses
 * them all: a name with a public and a private address is how one is led from the one to the other. The name is looked
 * up once, and only when the host is allowed.
 */
export async function judge(to: Destination, rules: EgressRules, resolve: Resolve): Promise<Judged> {
  const verdict = judgeHost(to, rules);
  if (verdict.effect !== 'allow') return { verdict, addresses: [], address: to.isAddress ? to.host : undefined };
  const addresses = to.isAddress ? [to.host] : await lookUp(to.host, resolve);
  for (const address of addresses) {
    const found = judgeAddress(to, address, rules);
    if (found.effect !== 'allow') return { verdict: found, addresses: [], address };
  }
  return { verdict: ALLOW, addresses, address: addresses[0] };
}

/** Judges a connection that is open already, for one more request. */
export function judgeAgain(to: Destination, address: string, rules: EgressRules): EgressVerdict {
  const verdict = judgeHost(to, rules);
  return verdict.effect === 'allow' ? judgeAddress(to, address, rules) : verdict;
}

function judgeHost({ host, port }: Destination, rules: EgressRules): EgressVerdict {
  return orDenied(() => rules.destination(host, port), 'SP5020');
}

function judgeAddress({ host, port }: Destination, address: string, rules: EgressRules): EgressVerdict {
  return orDenied(() => rules.address(host, port, address), 'SP5021');
}

function orDenied(ask: () => EgressVerdict, code: Code): EgressVerdict {
  try {
    return ask();
  } catch {
    return { effect: 'deny', code, text: 'the rules could not be applied' };
  }
}

/** All addresses of a name, in the order they are to be tried; none when it has none or nobody can tell. */
function lookUp(name: string, resolve: Resolve): Promise<readonly string[]> {
  return new Promise((settle) => {
    resolve(name, { all: true }, (error, found) => {
      const addresses = error === null ? found.map(({ address }) => address) : [];
      settle([...new Set(addresses)]);
    });
  });
}
