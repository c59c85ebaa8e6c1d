import type { Call, Facts, Reply } from '../../../lib/model/call.ts';
import type { CheckDefinition, Judge } from '../../../lib/policy/check.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';

export const FACTS: Facts = { size: 100, inFlight: 0, openQuestions: 0, structured: false };

/** A call of the tool `files/read`, but for what is said otherwise. */
export function callWith(parts: Partial<Call> = {}): Call {
  return {
    id: 'DECISION1',
    session: 's1',
    direction: 'to-backend',
    era: 'legacy',
    principal: { subject: 'ana', clientId: 'local', agent: 'test/1', roles: [], proof: 'os-user' },
    action: 'tools/call',
    resource: { backend: 'files', type: 'tool', id: 'read' },
    params: Payload.of('{"name":"read","arguments":{"path":"a"}}'),
    args: Payload.of('{"path":"a"}'),
    facts: FACTS,
    ...parts,
  };
}

export function replyOf(body: unknown, ok = true): Reply {
  return { ok, body: Payload.of(typeof body === 'string' ? body : JSON.stringify(body)) };
}

/** A policy of these judges; each is named by its place. */
export function policyOf(judges: readonly Judge[], enforce = true): Policy {
  return {
    revision: 'test',
    checks: judges.map((judge, index) => ({ id: `check${index}`, judge })),
    enforces: () => enforce,
    reaches: () => true,
    allowsMethod: () => false,
    about: () => ({ effect: { kind: 'write', flags: [], origin: 'guess' }, preset: undefined, dialect: undefined }),
    ended: () => {},
    warm: () => {},
  };
}

export function definitionOf(judge: Judge): CheckDefinition {
  return { id: 'test', about: 'A check of a test.', create: () => judge };
}
