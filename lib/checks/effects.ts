import type { Call, Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Reason, STRICTNESS, type Verdict } from '../model/decision.ts';
import type { Allowed } from '../model/lists.ts';
import type { Principal } from '../model/principal.ts';
import type { BaselineName, BaselineRule, EffectKind, ToolRule } from '../model/rules.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';

/** What a tool does to the world, as far as the profile or its preset asks about that. */
export const effects = defineCheck({
  id: 'effects',
  about:
    'Asks about tools that write or destroy, as the profile and presets say, unless a rule allows exactly this tool.',
  create: (config, tools) => new EffectsJudge(config, tools),
});

const CHANGES = { read: '', write: 'it changes things', destructive: 'it can destroy things' } as const;

class EffectsJudge implements Judge {
  readonly #baseline: Config['policies']['baseline'];
  readonly #book: RuleBook;
  /** Tools that lists of their backend name, and that roles do. */
  readonly #listed: ReadonlySet<string>;
  readonly #permitted: ReadonlyMap<string, ReadonlySet<string>>;

  constructor({ policies, backends }: Config, { book }: CheckTools) {
    this.#baseline = policies.baseline;
    this.#book = book;
    this.#listed = new Set(
      backends.flatMap(({ name, tools }) => ofFirst(tools.allowed).map((tool) => `${name}/${tool}`)),
    );
    const first = policies.roles.filter(({ layer }) => layer === 1);
    this.#permitted = new Map(
      first.map(({ name, permissions }) => [name, new Set(permissions.map(({ glob }) => glob))]),
    );
  }

  call(call: Call): Verdict {
    const { resource, facts, direction } = call;
    if (resource.type !== 'tool' || direction === 'to-client') return PASS;
    const { kind } = this.#book.effectOf(resource, facts.tool);
    const said = strictest([...this.#aboutKind(kind), ...this.#aboutPreset(resource)]);
    if (said === undefined || said.value === 'allow' || this.#isNamed(call, kind, said.layer)) return PASS;
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
  #aboutKind(kind: EffectKind): BaselineRule[] {
    if (kind === 'read') return [];
    const names: readonly BaselineName[] = kind === 'write' ? ['write_tools'] : ['destructive_tools', 'write_tools'];
    return names.map((name) => this.#baseline[name]);
  }

  #aboutPreset(resource: Resource): BaselineRule[] {
    const action = this.#book.presetTool(resource)?.action;
    if (action === undefined) return [];
    const { name } = this.#book.presetOf(resource.backend)!;
    return [{ value: action, rule: `preset ${name}`, source: `preset ${name}`, layer: 0 }];
  }

  /**
   * Whether the first config names this very tool: in a rule that allows it, or, for one that only writes, in a list or a
   * permission as well. A glob or an effect names no tool. What layer `from` asks about, no earlier one answers for.
   */
  #isNamed(call: Call, kind: EffectKind, from: number): boolean {
    const { backend, id } = call.resource;
    const name = `${backend}/${id}`;
    if (/[*?{}]/.test(name)) return false;
    const allows = ({ selector, action, agent, layer }: ToolRule) =>
      (from > 1 ? layer >= from : layer === 1) && selector === name && action!.value === 'allow' && agent === undefined;
    if (this.#book.holding(call, 'action').some(allows)) return true;
    return from <= 1 && kind === 'write' && (this.#listed.has(name) || this.#isPermitted(call.principal, name));
  }

  #isPermitted({ roles, permissions }: Principal, name: string): boolean {
    return permissions?.includes(name) === true || roles.some((role) => this.#permitted.get(role)?.has(name) === true);
  }
}

function ofFirst(lists: readonly Allowed[]): string[] {
  return lists.filter(({ layer }) => layer === 1).flatMap(({ patterns }) => patterns.map(({ glob }) => glob));
}

function strictest(said: readonly BaselineRule[]): BaselineRule | undefined {
  return said.reduce<BaselineRule | undefined>(
    (most, one) => (most === undefined || STRICTNESS[one.value] > STRICTNESS[most.value] ? one : most),
    undefined,
  );
}
