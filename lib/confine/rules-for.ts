import type { ToolRule } from '../model/rules.ts';
import { compileGlob } from '../policy/glob.ts';

/** Rules that may hold for some tool of a backend. */
export function rulesFor(rules: readonly ToolRule[], backend: string): ToolRule[] {
  return rules.filter(({ selector }) => scopeOf(selector, backend) !== 'none');
}

/** Whether a rule holds for every call to a backend, at any time and by anybody. */
export function covers({ selector, agent, when, schedule }: ToolRule, backend: string): boolean {
  const isAlways = agent === undefined && schedule === undefined && when === undefined;
  return isAlways && scopeOf(selector, backend) === 'all';
}

/** Which calls to the backend a selector means: what stands after the slash may be an effect, which some tool may have. */
function scopeOf(selector: string, backend: string): 'all' | 'some' | 'none' {
  if (selector === '*') return 'all';
  const slash = selector.indexOf('/');
  if (!compileGlob(selector.slice(0, slash), 'anything')(backend)) return 'none';
  return /^\*+$/.test(selector.slice(slash + 1)) ? 'all' : 'some';
}
