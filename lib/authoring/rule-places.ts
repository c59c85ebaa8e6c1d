import type { Config } from '../model/config.ts';

/** A part of the config that a call can meet. */
export interface RulePlace {
  readonly rule: string;
  readonly source: string;
  /**
   * `entry`: met when it is why something is denied or asked. `scope`: met when it holds for a call. `list`: an allow
   * list, met when it denies, or holds for a call that is allowed. `role`: met when a caller holds it.
   */
  readonly kind: 'entry' | 'scope' | 'list' | 'role';
  /** For a `list`, the rule it is of; for a `role`, its name. */
  readonly of: string | undefined;
}

/** Members of a rule that say what passes, not what is refused. */
const ALLOWING = new Set(['allow', 'allowTables', 'allowFunctions']);
/** Members that hold text of the operator and no rules. */
const OPAQUE = new Set(['in', 'arguments', 'schedule', 'when', 'redirectTo']);

/** Every rule the operator wrote; what counts over time (rates, budgets) is no rule of a single call. */
export function rulePlaces({ policies, backends }: Config): RulePlace[] {
  const found = new Map<string, RulePlace>();
  const add = (place: RulePlace) => {
    const known = found.get(place.rule);
    if (known === undefined) found.set(place.rule, place);
  };
  for (const rule of policies.rules) {
    add({ rule: rule.rule, source: rule.source, kind: 'scope', of: undefined });
    for (const [key, value] of Object.entries(rule)) if (!OPAQUE.has(key)) walk(value, key, rule.rule, add);
  }
  for (const { rule, source, name, denied } of policies.roles) {
    add({ rule, source, kind: 'role', of: name });
    for (const pattern of denied) add({ rule: pattern.rule, source: pattern.source, kind: 'entry', of: undefined });
  }
  for (const agent of policies.agents) {
    for (const list of agent.allowed) add({ rule: list.rule, source: list.source, kind: 'list', of: undefined });
    for (const { rule, source } of agent.denied) add({ rule, source, kind: 'entry', of: undefined });
  }
  for (const backend of backends) {
    for (const { allowed, denied } of [backend.tools, backend.prompts, backend.resources]) {
      for (const { rule, source } of allowed) add({ rule, source, kind: 'list', of: backend.name });
      for (const { rule, source } of denied) add({ rule, source, kind: 'entry', of: undefined });
    }
  }
  for (const [name, { rule, source }] of Object.entries(policies.baseline)) {
    if (!source.startsWith('default')) add({ rule, source, kind: 'entry', of: name });
  }
  return [...found.values()];
}

function walk(value: unknown, key: string, of: string, add: (place: RulePlace) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const inner of value) walk(inner, key, of, add);
    return;
  }
  const { rule, source } = value as { readonly rule?: unknown; readonly source?: unknown };
  const place = typeof rule === 'string' && typeof source === 'string' ? { rule, source } : undefined;
  if (place !== undefined && ALLOWING.has(key)) return add({ ...place, kind: 'list', of });
  if (place !== undefined && ('glob' in value || 'value' in value)) {
    const allows = 'value' in value && (value.value === 'allow' || value.value === false);
    return add({ ...place, kind: allows ? 'list' : 'entry', of });
  }
  for (const [name, inner] of Object.entries(value)) if (!OPAQUE.has(name)) walk(inner, name, of, add);
}
