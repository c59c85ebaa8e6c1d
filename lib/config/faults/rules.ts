import type { Config } from '../../model/config.ts';
import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';
import { checkHolders } from './rules/holders.ts';
import { checkJudged } from './rules/judged.ts';
import { checkReach } from './rules/reach.ts';
import { checkSelectors } from './rules/selectors.ts';

/**
 * Rules that load and do less than they seem to: those that can never be reached, that name what is not there, or that
 * count for nobody. A wrapped server is one of many, so that rules about others are no fault there.
 */
export function checkRules(config: Config, layers: readonly Layer[], overrides: Overrides): Problem[] {
  const own = [...checkReach(config), ...checkJudged(config), ...checkHolders(config, layers)];
  return overrides.only === undefined ? [...checkSelectors(config), ...own] : own;
}
