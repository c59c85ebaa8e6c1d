import { type Effect, STRICTNESS } from '../../model/decision.ts';
import { BASELINE, type Baseline, type BaselineName, type BaselineRule } from '../../model/rules.ts';
import type { Reading } from '../files/reading.ts';
import { lineOf } from '../files/reading.ts';
import { Spot } from '../files/spot.ts';

/** What each profile says of each of its rules (docs/policy.md). */
export const PROFILE_BASELINE: Readonly<Record<'balanced' | 'strict', Readonly<Record<BaselineName, Effect>>>> = {
  balanced: {
    credential_files: 'deny',
    control_files: 'require_approval',
    outside_reads: 'allow',
    outside_writes: 'require_approval',
    hard_links: 'require_approval',
    destructive_sql: 'deny',
    sql_writes: 'allow',
    unfiltered_sql_writes: 'require_approval',
    dangerous_commands: 'deny',
    unlisted_commands: 'allow',
    private_addresses: 'deny',
    loopback_addresses: 'require_approval',
    unlisted_domains: 'allow',
    write_tools: 'allow',
    destructive_tools: 'require_approval',
    unjudged_arguments: 'allow',
    undeclared_arguments: 'allow',
    // Programs that are no models poll and repeat by design, so only those who want the guard get it.
    repeated_calls: 'allow',
  },
  strict: {
    credential_files: 'deny',
    control_files: 'deny',
    outside_reads: 'deny',
    outside_writes: 'deny',
    hard_links: 'deny',
    destructive_sql: 'deny',
    sql_writes: 'deny',
    unfiltered_sql_writes: 'deny',
    dangerous_commands: 'deny',
    unlisted_commands: 'deny',
    private_addresses: 'deny',
    loopback_addresses: 'deny',
    unlisted_domains: 'deny',
    write_tools: 'require_approval',
    destructive_tools: 'require_approval',
    unjudged_arguments: 'deny',
    undeclared_arguments: 'deny',
    repeated_calls: 'deny',
  },
};

/**
 * The word of the first layer, else that of the profile, and the stricter ones of all others; a managed strict profile
 * has a word of its own.
 */
export function resolveBaseline(reading: Reading, profile: 'balanced' | 'strict'): Baseline {
  return Object.fromEntries(BASELINE.map((name) => [name, one(reading, profile, name)])) as Baseline;
}

function one(reading: Reading, profile: 'balanced' | 'strict', name: BaselineName): BaselineRule {
  const rule = `policies.baseline.${name}`;
  let found: BaselineRule = { value: PROFILE_BASELINE[profile][name], rule, source: `default (${profile})`, layer: 0 };
  for (const spot of Spot.all(reading, ['policies', 'baseline', name])) {
    const implied = reading.isManagedStrict(spot.layer) ? PROFILE_BASELINE.strict[name] : undefined;
    const value = (spot.value as Effect | undefined) ?? implied;
    if (value === undefined) continue;
    const mayLoosen = spot.rank === 1 && !reading.isUntrusted(spot.layer);
    if (!mayLoosen && STRICTNESS[value] < STRICTNESS[found.value]) continue;
    found = { value, rule, source: lineOf(spot.layer.source.where(spot.path)), layer: spot.rank };
  }
  reading.note(['policies', 'baseline', name], found.value, found.source);
  return found;
}
