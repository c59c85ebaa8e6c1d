import type { Call } from '../../model/call.ts';
import type { Config } from '../../model/config.ts';
import type { SecretAction } from '../../model/inspection.ts';
import type { RuleBook } from '../../policy/rule-book.ts';

/** Which way a text goes, seen from those who are protected. */
export type Way = 'leaving' | 'arriving';

/** What becomes of secrets that go one way in one call. */
export type ActionOf = (call: Call, way: Way) => SecretAction;

/**
 * What the config says; where it says nothing, the profile does by what the tool does. Strict keeps secrets in and out.
 * Balanced replaces what is exchanged with strangers and tells of the rest: an edit of a file whose secrets were replaced
 * would destroy it. Nobody knows what tool the result of a task is of, so it counts as a stranger's.
 */
export function actionsOf({ profile, inspection }: Config, book: RuleBook): ActionOf {
  const { request, response } = inspection.secrets;
  return (call, way) => {
    const said = way === 'leaving' ? request : response;
    if (said !== undefined) return said;
    if (profile === 'strict') return way === 'leaving' ? 'block' : 'redact';
    return isOfStrangers(call, way, book) ? 'redact' : 'flag';
  };
}

function isOfStrangers({ resource, facts }: Call, way: Way, book: RuleBook): boolean {
  if (resource.type === 'task') return way === 'arriving';
  const { flags } = book.effectOf(resource, facts.tool);
  return flags.includes('external') || flags.includes('untrusted');
}
