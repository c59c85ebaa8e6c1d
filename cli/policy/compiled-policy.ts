import { CHECKS } from '../../lib/checks/index.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Detector } from '../../lib/model/detector.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { RuleFault } from '../../lib/policy/rule-fault.ts';
import type { PolicyState } from '../../lib/policy/state.ts';

/** A config as `readConfig` gives it. */
export interface ReadConfig {
  readonly config: Config;
  place(rule: string, source: string): string;
}

/** A detector may take longer to load than any text waits for it. */
function warming(policy: Policy, detectors: readonly Detector[]): Policy {
  if (detectors.length === 0) return policy;
  const warm = () => {
    policy.warm();
    for (const detector of detectors) detector.warm?.();
  };
  return Object.freeze({ ...policy, warm });
}

/** The policy of a config; a part that cannot be compiled is a fault of the config, told with its place. */
export async function compiledPolicy({ config, place }: ReadConfig, state: PolicyState): Promise<Policy> {
  try {
    return warming(await compilePolicy(config, CHECKS, state), state.detectors);
  } catch (error) {
    if (!(error instanceof RuleFault)) throw error;
    const { rule, source } = error.place;
    const message = error.message.replace(` (${source})`, '');
    throw new ConfigError([{ code: error.code, severity: 'error', message, where: place(rule, source) }]);
  }
}
