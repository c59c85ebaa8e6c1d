import { commands } from '../../../lib/checks/commands.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { configOf } from '../config/config-texts.ts';
import { decideText } from './policy-case.ts';
import { stateInMemory } from './policy-state.ts';

/** What the check of commands alone says of calls to a tool that runs command lines. */
export class CommandPolicy {
  readonly #policy: Promise<Policy>;

  /** `rule`: the `commands` part of a rule for the tool, as JSON; undefined for none. */
  constructor(rule: object | undefined, profile: 'balanced' | 'strict' = 'balanced', baseline: object = {}) {
    const config = JSON.stringify({
      version: 1,
      profile,
      backends: [{ name: 'shell', command: 'shell-server', cwd: '/work/project' }],
      policies: {
        default: 'allow',
        baseline,
        ...(rule === undefined ? {} : { tools: { 'shell/*': { commands: rule } } }),
      },
    });
    this.#policy = Promise.resolve(compilePolicy(configOf({ config }).config, [commands], stateInMemory()));
  }

  async decide(args: Readonly<Record<string, unknown>> | string): Promise<Decision> {
    const values = typeof args === 'string' ? { command: args } : args;
    return (await decideText(await this.#policy, { tool: 'shell/run', args: values })).decision;
  }
}
