import type { DefaultEffect } from '../../model/config.ts';
import type { Effect } from '../../model/decision.ts';
import type {
  Agent,
  Cost,
  EffectFlag,
  EffectKind,
  EffectRule,
  Flow,
  Policies,
  Role,
  Tenant,
  ToolRule,
} from '../../model/rules.ts';
import type { Reading } from '../files/reading.ts';
import { Spot } from '../files/spot.ts';
import { selectorOf } from '../words/selector-alias.ts';
import { parseSize } from '../words/units.ts';
import { speakingOfAuth } from './auth.ts';
import { resolveBaseline } from './baseline.ts';
import { resolveBudgets, resolveRates } from './rates.ts';
import { sandboxRules } from './sandbox-rules.ts';
import { emptyRule, resolveRule } from './tool-rules.ts';

const KINDS: readonly string[] = ['read', 'write', 'destructive'];
/** Keys of an agent that are no rules of its own. */
const AGENT_KEYS = new Set(['allowed_tools', 'denied_tools', 'tools', 'rate_limit']);

/** `policies` and what stands beside it, from all layers: rules add up, since each is judged alone. */
export function resolvePolicies(reading: Reading, profile: 'balanced' | 'strict'): Policies {
  const entries = (...path: string[]) => Spot.all(reading, path).flatMap((spot) => spot.members());
  const agents = entries('policies', 'agents');
  const policies: Policies = {
    rules: [
      ...entries('policies', 'tools').map(({ key, spot }) => resolveRule(spot, key, undefined)),
      ...agents.flatMap(({ key, spot }) => rulesOfAgent(spot, key)),
      ...Spot.all(reading, ['policies']).flatMap(commonBlockPatterns),
      ...Spot.all(reading, ['limits']).flatMap(commonLimits),
      ...sandboxRules(reading),
    ],
    baseline: resolveBaseline(reading, profile),
    effects: entries('policies', 'effects').map(({ key, spot }) => effectRule(spot, key)),
    roles: entries('roles').map(({ key, spot }) => roleOf(spot, key)),
    agents: agents.map(({ key, spot }) => agentOf(spot, key)),
    tenants: entries('tenants').map(({ key, spot }) => tenantOf(spot, key)),
    flows: entries('policies', 'flows').map(({ spot }) => flowOf(spot)),
    rates: resolveRates(reading),
    budgets: resolveBudgets(reading),
    costs: entries('costs').map(({ key, spot }) => costOf(spot, key)),
    keysLayer: 1 + reading.layers.indexOf(speakingOfAuth(reading.layers)!),
  };
  for (const part of ['policies', 'roles', 'tenants', 'budgets', 'costs', 'rate_limit'])
    for (const spot of Spot.all(reading, [part])) noteAll(reading, spot);
  return policies;
}

/**
 * What is neither granted nor denied: the word of every layer, each overruled only by grants of the same layer, so that
 * none can loosen another. The profile speaks for the first one.
 */
export function resolveDefaults(reading: Reading, profile: 'balanced' | 'strict'): DefaultEffect[] {
  const rule = 'policies.default';
  const ofProfile = profile === 'strict' ? 'deny' : 'allow';
  const said = Spot.all(reading, ['policies', 'default']).flatMap((spot): DefaultEffect[] => {
    const effect = spot.value as Effect | undefined;
    if (effect !== undefined) return [{ effect, ...spot.place, layer: spot.rank }];
    // A managed strict profile means its own default, so that other layers cannot loosen it.
    if (!reading.isManagedStrict(spot.layer)) return [];
    return [{ effect: 'deny', rule, source: spot.place.source, layer: spot.rank }];
  });
  if (said.some(({ layer }) => layer === 1)) return said;
  return [{ effect: ofProfile, rule, source: `default (${profile})`, layer: 1 }, ...said];
}

/** Rules stand under `tools`, or, as other tools write it, beside the lists. */
function rulesOfAgent(spot: Spot, agent: string): ToolRule[] {
  const beside = spot.members().filter(({ key }) => !AGENT_KEYS.has(key));
  return [...spot.at('tools').members(), ...beside].map(({ key, spot: rule }) => resolveRule(rule, key, agent));
}

function commonBlockPatterns(policies: Spot): ToolRule[] {
  const blockPatterns = policies.patterns('block_patterns');
  if (blockPatterns.length === 0) return [];
  const place = { value: undefined, ...policies.at('block_patterns').place };
  return [{ ...emptyRule('*', place, policies.rank), blockPatterns }];
}

function commonLimits(limits: Spot): ToolRule[] {
  const bytes = limits.placed<string | number>('max_file_read_bytes');
  const rows = limits.placed<number>('max_query_rows');
  return [
    ...(bytes === undefined
      ? []
      : [{ ...emptyRule('*', bytes, limits.rank), maxFileBytes: { ...bytes, value: parseSize(bytes.value)! } }]),
    ...(rows === undefined ? [] : [{ ...emptyRule('*', rows, limits.rank), maxRows: rows }]),
  ];
}

function effectRule(spot: Spot, selector: string): EffectRule {
  const words = spot.value as readonly string[];
  return {
    ...spot.place,
    selector: selectorOf(selector),
    layer: spot.rank,
    kind: words.findLast((word) => KINDS.includes(word)) as EffectKind | undefined,
    flags: words.filter((word) => !KINDS.includes(word)) as EffectFlag[],
  };
}

function roleOf(spot: Spot, name: string): Role {
  return {
    ...spot.place,
    name,
    layer: spot.rank,
    permissions: selectors(spot, 'permissions'),
    denied: selectors(spot, 'denied'),
  };
}

function agentOf(spot: Spot, name: string): Agent {
  const allowed = spot.allowed('allowed_tools');
  const named = allowed && { ...allowed, patterns: selectors(spot, 'allowed_tools') };
  return { ...spot.place, name, allowed: named === undefined ? [] : [named], denied: selectors(spot, 'denied_tools') };
}

function selectors(spot: Spot, key: string) {
  return spot.patterns(key).map((pattern) => ({ ...pattern, glob: selectorOf(pattern.glob) }));
}

function tenantOf(spot: Spot, name: string): Tenant {
  const { clients = [], backends } = spot.value as { clients?: string[]; backends?: string[] };
  return { ...spot.place, name, clients, backends };
}

function flowOf(spot: Spot): Flow {
  const { name, after, then: later, action } = spot.value as Pick<Flow, 'name' | 'after' | 'action'> & { then: string };
  return { ...spot.place, name, after: selectorOf(after), later: selectorOf(later), action };
}

function costOf(spot: Spot, selector: string): Cost {
  const value = spot.value as number | { usd_per_call?: number; usd_per_1k_tokens?: number };
  const { usd_per_call: perCall = 0, usd_per_1k_tokens: perTokens = 0 } =
    typeof value === 'number' ? { usd_per_call: value } : value;
  return { ...spot.place, selector: selectorOf(selector), usdPerCall: perCall, usdPer1kTokens: perTokens };
}

/** Every value below a spot, for `config show`; lists of plain values stay together. */
function noteAll(reading: Reading, spot: Spot): void {
  const { value } = spot;
  if (value === undefined) return;
  const isPlainList = Array.isArray(value) && value.every((entry) => typeof entry !== 'object');
  if (typeof value === 'object' && value !== null && !isPlainList) {
    for (const member of spot.members()) noteAll(reading, member.spot);
  } else if (!reading.settings.some(({ path, origin }) => path === spot.place.rule && origin === spot.place.source))
    reading.note(spot.path, value, spot.place.source);
}
