import type { Call } from '../model/call.ts';
import type { Placed, ToolEffect } from '../model/rules.ts';
import { compileExpression, type Expression, ExpressionError, type Variables } from '../parse/cel/expression.ts';
import { argumentsOf } from './call-arguments.ts';
import { Unjudgeable } from './unjudgeable.ts';

/** Whether a `when` holds for a call at a moment, in milliseconds since 1970. Throws when it cannot be told, which denies. */
export type Condition = (call: Call, effect: ToolEffect, now: number) => boolean;

/** A `when` that is no sound CEL; the message says why. Who compiles rules says where it stands. */
export class ConditionError extends Error {
  readonly code = 'SP1016';
}

/** What a `when` may speak of. `hour` and `weekday` (0 is Sunday) are those of the gateway's own clock. */
const VARIABLES: Variables = {
  principal: ['subject', 'client', 'roles', 'tenant'],
  action: undefined,
  resource: ['backend', 'type', 'id'],
  args: undefined,
  effect: ['kind', 'flags'],
  now: undefined,
  hour: [],
  weekday: [],
};

/** Compiles a `when`; rejects with a {@link ConditionError}. */
export async function compileCondition({ value, rule, source }: Placed<string>): Promise<Condition> {
  const expression = await compiled(value);
  return (call, effect, now) => {
    try {
      return expression.holds((variable) => bound(variable, expression, call, effect, now));
    } catch {
      throw new Unjudgeable({
        code: 'SP3045',
        text: 'a condition of a rule could not be judged for this call',
        rule,
        source,
        fix: `write ${rule} so that it also holds when an argument is missing or of another type: has(args.x)`,
      });
    }
  };
}

async function compiled(text: string): Promise<Expression> {
  try {
    return await compileExpression(text, VARIABLES);
  } catch (error) {
    throw error instanceof ExpressionError ? new ConditionError(error.message) : error;
  }
}

function bound(variable: string, { uses }: Expression, call: Call, { kind, flags }: ToolEffect, now: number): unknown {
  const { principal, resource } = call;
  switch (variable) {
    case 'principal': {
      const { subject, clientId, roles, tenant = '' } = principal;
      return { subject, client: clientId, roles, tenant };
    }
    case 'action':
      return call.action;
    case 'resource':
      return resource;
    case 'args':
      return used(argumentsOf(call).values, uses.members.get('args')!);
    case 'effect':
      return { kind, flags };
    case 'now':
      return new Date(now);
    case 'hour':
      return new Date(now).getHours();
    default:
      return new Date(now).getDay();
  }
}

/** Only the arguments an expression looks at are brought before it; the others may be large. */
function used(values: Readonly<Record<string, unknown>>, members: ReadonlySet<string> | 'all'): unknown {
  if (members === 'all') return values;
  return Object.fromEntries([...members].filter((key) => Object.hasOwn(values, key)).map((key) => [key, values[key]]));
}
