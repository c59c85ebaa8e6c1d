import { egressRules } from '../../../lib/confine/egress.ts';
import type { EgressRules, EgressVerdict } from '../../../lib/model/egress.ts';
import type { DomainRule } from '../../../lib/model/rules.ts';
import { configOf } from '../config/config-texts.ts';

interface Policy {
  readonly tools?: object;
  readonly baseline?: object;
  readonly agents?: object;
}

/** What a config says of connections of the backend `web`. */
export interface Given {
  readonly policy?: Policy;
  readonly managed?: Policy;
  readonly profile?: 'balanced' | 'strict';
  readonly own?: DomainRule;
}

export function rulesOf({ policy = {}, managed, profile = 'balanced', own }: Given): Promise<EgressRules> {
  const base = {
    version: 1,
    profile,
    server: { listen_addr: '127.0.0.1:8931' },
    backends: [{ name: 'web', command: 'web-server' }],
  };
  const { config } = configOf({
    config: JSON.stringify({ ...base, policies: policy }),
    managed: managed && JSON.stringify({ version: 1, policies: managed }),
  });
  return egressRules(config, 'web', own);
}

export function domains(selector: string, rule: object): Policy {
  return { tools: { [selector]: { domains: rule } } };
}

/** `allow`, or the effect and the code. */
export function said({ effect, code }: EgressVerdict): string {
  return code === undefined ? effect : `${effect} ${code}`;
}

export const DENIED = 'deny SP5020';
export const CLOSED = 'deny SP5021';
export const ASKS = 'require_approval SP6003';
