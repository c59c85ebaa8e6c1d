import type { Call, Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, type Effect, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import type { BaselineName, Placed } from '../model/rules.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';

/** What a tool does to the world, as far as the profile or its preset asks about that. */
export const effects = defineCheck({
  id: 'effects',
  about:
    'Asks about tools that write or destroy, as the profile and presets say, unless a rule allows exactly this tool.',
  create: (config, tools) => new EffectsJudge(config, tools),
});

const STRICTNESS: Readonly<Record<Effect, number>> = { allow: 0, require_approval: 1, deny: 2 };
const CHANGES = { read: '', write: 'it changes things', destructive: 'it can destroy things' } as const;

class EffectsJudge implements Judge {
  readonly #baseline: Config['policies']['baseline'];
  readonly #book: RuleBook;

  constructor({ policies }: Config, { book }: CheckTools) {
    this.#baseline = policies.baseline;
    this.#book = book;
  }

  call(call: Call): Verdict {
    const { resource, facts, direction } = call;
    if (resource.type !== 'tool' || direction === 'to-client') return PASS;
    const { kind } = this.#book.effectOf(resource, facts.tool);
    const said = strictest([...this.#aboutKind(kind), ...this.#aboutPreset(resource)]);
    if (said === undefined || said.value === 'allow' || this.#isNamed(call)) return PASS;
    const { rule, source } = said;
    const fix = `policies.tools["${resource.backend}/${resource.id}"]: { action: allow }`;
    if (said.value === 'deny') {
      return deny({ code: 'SP3015', text: 'this tool is not allowed here', rule, source, fix });
    }
    const why = CHANGES[kind];
    const text = `a person must agree to this first${why === '' ? '' : `: ${why}`}`;
    const approval: Reason = { code: 'SP6003', text, rule, source, fix, retry: 'after_approval' };
    return pass({ approval });
  }

  /** What destroys also writes. */
  #aboutKind(kind: 'read' | 'write' | 'destructive'): Placed<Effect>[] {
    if (kind === 'read') return [];
    const names: readonly BaselineName[] = kind === 'write' ? ['write_tools'] : ['destructive_tools', 'write_tools'];
    return names.map((name) => this.#baseline[name]);
  }

  #aboutPreset(resource: Resource): Placed<Effect>[] {
    const action = this.#book.presetTool(resource)?.action;
    if (action === undefined) return [];
    const { name } = this.#book.presetOf(resource.backend)!;
    return [{ value: action, rule: `preset ${name}`, source: `preset ${name}` }];
  }

  /** Whether a rule for everybody allows this very tool by its name; a glob or an effect names no tool. */
  #isNamed(call: Call): boolean {
    const name = `${call.resource.backend}/${call.resource.id}`;
    if (/[*?{}]/.test(name)) return false;
    return this.#book
      .holding(call, 'action')
      .some(({ selector, action, agent }) => selector === name && action!.value === 'allow' && agent === undefined);
  }
}

function strictest(said: readonly Placed<Effect>[]): Placed<Effect> | undefined {
  return said.reduce<Placed<Effect> | undefined>(
    (most, one) => (most === undefined || STRICTNESS[one.value] > STRICTNESS[most.value] ? one : most),
    undefined,
  );
}
