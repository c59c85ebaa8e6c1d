import type { Config } from '../model/config.ts';
import type { CheckDefinition } from '../policy/check.ts';
import { compilePolicy, type Policy } from '../policy/policy.ts';
import { RuleBook } from '../policy/rule-book.ts';
import type { PolicyState } from '../policy/state.ts';

/** A policy and all that is needed to ask it about calls nobody makes. */
export interface Ground {
  readonly config: Config;
  readonly policy: Policy;
  readonly book: RuleBook;
  /** Who calls when nobody is named. */
  readonly user: string;
}

/** Compiles a policy for questions; `state` is what its checks may ask, and must be one that is not consumed. */
export async function groundOf(
  config: Config,
  checks: readonly CheckDefinition[],
  state: PolicyState,
  user: string,
): Promise<Ground> {
  const policy = await compilePolicy(config, checks, state);
  return { config, policy, book: await RuleBook.of(config, state), user };
}
