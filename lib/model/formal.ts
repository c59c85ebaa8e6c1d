import { asObject } from './json.ts';

const REVISION = /^\d{4}-\d{2}-\d{2}$/;
/** Names in the capabilities of servers, of every revision. */
const CAPABILITIES = new Set(
  'tools prompts resources logging completions tasks experimental extensions listChanged subscribe list cancel requests call'.split(
    ' ',
  ),
);

const isRevision = (value: unknown): boolean => typeof value === 'string' && REVISION.test(value);

/** Members of results that say nothing to anybody but programs, by what they may hold then. */
const FORMAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  protocolVersion: isRevision,
  supportedVersions: (value) => Array.isArray(value) && value.every(isRevision),
  capabilities: (value) => JSON.stringify(knownCapabilities(value)) === JSON.stringify(value),
  resultType: (value) => value === 'complete' || value === 'input_required' || value === 'task',
  ttlMs: (value) => typeof value === 'number',
  cacheScope: (value) => value === 'public' || value === 'private',
  // What clients are told are cursors of the gateway.
  nextCursor: (value) => typeof value === 'string',
};

/** Whether a member of a result has no room for words, by its name and its value, which is only read where the name is one of these. */
export function isFormal(name: string, value: () => unknown): boolean {
  return Object.hasOwn(FORMAL, name) && FORMAL[name]!(value());
}

/** The part of a server's capabilities that a revision knows: names of its own, numbers and what is true or false. */
export function knownCapabilities(value: unknown): unknown {
  const members = asObject(value);
  if (members === undefined) return typeof value === 'boolean' || typeof value === 'number' ? value : {};
  const known = Object.entries(members).filter(
    ([name, inner]) => CAPABILITIES.has(name) && typeof inner !== 'string' && !Array.isArray(inner),
  );
  return Object.fromEntries(known.map(([name, inner]) => [name, knownCapabilities(inner)]));
}
