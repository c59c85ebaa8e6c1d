import type { Call } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import type { ToolShape } from '../../../lib/model/tool-shape.ts';
import type { CheckDefinition } from '../../../lib/policy/check.ts';
import { decideCall } from '../../../lib/policy/decide.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../config/config-texts.ts';
import { callWith, FACTS } from './calls.ts';
import { stateInMemory } from './policy-state.ts';

/** A policy of some checks, for a config whose backends and default need not be said. */
export async function policyOfRules(
  checks: readonly CheckDefinition[],
  policies: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<Policy> {
  const config = {
    version: 1,
    profile: 'balanced',
    backends: [{ name: 'web', command: 'web-server' }],
    policies: { default: 'allow', ...policies },
    ...more,
  };
  return compilePolicy(configOf({ config: JSON.stringify(config) }).config, checks, stateInMemory());
}

/** A call of a tool of the backend `web`. */
export function toolCall(id: string, args: unknown, schema?: ToolShape['schema'], params: object = {}): Call {
  const tool = schema && { schema, annotations: {}, defect: undefined };
  return callWith({
    resource: { backend: 'web', type: 'tool', id },
    params: Payload.of(JSON.stringify({ name: id, arguments: args, ...params })),
    facts: { ...FACTS, tool },
  });
}

export async function decided(policy: Policy, call: Call): Promise<Decision> {
  return decideCall(policy, call);
}
