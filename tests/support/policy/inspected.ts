import type { Inspector } from '../../../lib/checks/injection/inspector.ts';
import { injectionWith } from '../../../lib/checks/injection.ts';
import type { Call, Reply } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { decideNotice } from '../../../lib/policy/decide-notice.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import type { PolicyState } from '../../../lib/policy/state.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../config/config-texts.ts';
import { callWith, replyOf } from './calls.ts';
import { stateInMemory } from './policy-state.ts';
import { wordInspector } from './word-inspector.ts';

export interface InspectedOptions {
  readonly profile?: 'balanced' | 'strict';
  readonly inspector?: Inspector;
  readonly state?: Partial<PolicyState>;
  /** More of the config, beside `security`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** What the check for instructions, alone, says of calls and answers. */
export class Inspected {
  readonly policy: Policy;
  readonly state: PolicyState;

  private constructor(policy: Policy, state: PolicyState) {
    this.policy = policy;
    this.state = state;
  }

  /** With `injection` as the section of the config. */
  static async with(injection: Readonly<Record<string, unknown>>, options: InspectedOptions = {}): Promise<Inspected> {
    const { profile = 'balanced', inspector = wordInspector(), more = {} } = options;
    const text = {
      version: 1,
      profile,
      backends: [{ name: 'files', command: 'files-server' }],
      security: { injection },
      ...more,
    };
    const { config } = configOf({ config: JSON.stringify(text) });
    const state = stateInMemory(options.state);
    const check = injectionWith(async () => inspector);
    return new Inspected(await compilePolicy(config, [check], state), state);
  }

  async call(args: unknown, parts: Partial<Call> = {}): Promise<Judged> {
    const params = Payload.of(JSON.stringify({ name: 'read', arguments: args }));
    const call = callWith({ params, ...parts });
    return new Judged(await decideCall(this.policy, call), call.params!);
  }

  async reply(body: unknown, parts: Partial<Call> = {}, ok = true): Promise<Judged> {
    const reply: Reply = replyOf(body, ok);
    return new Judged(await decideReply(this.policy, callWith(parts), reply), reply.body);
  }

  /** The answer to a call of a tool, of texts in blocks. */
  async texts(...texts: readonly string[]): Promise<Judged> {
    return this.reply({ content: texts.map((text) => ({ type: 'text', text })) });
  }

  async notice(action: string, params: unknown): Promise<Judged> {
    const body = Payload.of(JSON.stringify(params));
    const resource = { backend: 'files', type: 'method', id: action } as const;
    return new Judged(await decideNotice(this.policy, callWith({ action, resource, params: body })), body);
  }
}

/** A decision and what it makes of what was judged. */
export class Judged {
  readonly decision: Decision;
  readonly body: Payload;

  constructor(decision: Decision, body: Payload) {
    this.decision = decision;
    this.body = decision.enforced ? decision.edits.reduce((edited, edit) => edit.apply(edited), body) : body;
  }

  get code(): string | undefined {
    return this.decision.reason?.code;
  }

  get findings(): string {
    return this.decision.findings.map(({ note }) => note).join('\n');
  }

  /** The texts of the blocks that are left. */
  get shown(): string[] {
    return (this.body.json() as { content: { text: string }[] }).content.map(({ text }) => text);
  }
}
