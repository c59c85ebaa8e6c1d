import type { ToolRule } from '../model/rules.ts';
import { compileGlob } from '../policy/glob.ts';

/** Rules that may hold for some tool of a backend. */
export function rulesFor(rules: readonly ToolRule[], backend: string): ToolRule[] {
  return rules.filter(({ selector }) => matchesBackend(selector, backend));
}

/** Whether a rule holds for every call to a backend, at any time and by anybody. */
export function covers({ selector, agent, when, schedule }: ToolRule, backend: string): boolean {
  if (agent !== undefined || when !== undefined || schedule !== undefined) return false;
  return selector === '*' || (selector.endsWith('/*') && matchesBackend(selector, backend));
}

function matchesBackend(selector: string, backend: string): boolean {
  if (selector === '*') return true;
  return compileGlob(selector.slice(0, selector.indexOf('/')), 'anything')(backend);
}
