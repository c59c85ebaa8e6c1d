import type { Call, Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { all, type Later, then } from '../model/later.ts';
import type { EffectRule, ToolEffect, ToolRule } from '../model/rules.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { presetNamed } from '../presets/index.ts';
import type { Preset, PresetTool } from '../presets/preset.ts';
import { type Condition, compileCondition } from './condition.ts';
import { readEffect, toolEffect } from './effects.ts';
import { compileGlob, type Matches } from './glob.ts';
import { inPlace } from './rule-fault.ts';
import { compileSchedule } from './schedule.ts';
import { compileConstraint, compileSelector, type Selects } from './selector.ts';
import type { PolicyState } from './state.ts';

/** What a rule may speak of. */
export type RulePart = Exclude<
  keyof ToolRule,
  'rule' | 'source' | 'selector' | 'agent' | 'layer' | 'schedule' | 'when'
>;

interface CompiledRule {
  readonly rule: ToolRule;
  readonly selects: Selects;
  readonly agent: Matches;
  readonly inTime: ((now: number) => boolean) | undefined;
  readonly when: Condition | undefined;
}

/** What is known of one tool, prompt or resource for one client, found out once. */
interface Known {
  readonly effect: ToolEffect;
  readonly own: ToolEffect;
  /** The rules that also mean it as the first layer has it, and so may grant it. */
  readonly granting: ReadonlySet<ToolRule>;
  readonly rules: readonly CompiledRule[];
  readonly always: boolean;
}

/** What was asked about last, and what is known of it. */
interface Asked {
  readonly resource: Resource;
  readonly shape: ToolShape | undefined;
  readonly clientId: string;
  readonly known: Known;
}

const WRITES: ToolEffect = { kind: 'write', flags: [], origin: 'guess' };
const MOST_KNOWN = 5000;
/** A URI may be as long as a message; such a one is looked up each time. */
const LONGEST_KNOWN = 1024;

/** Which rules hold for a call, and what its tool does to the world. */
export class RuleBook {
  readonly #rules: readonly CompiledRule[];
  readonly #effects: readonly { readonly rule: EffectRule; readonly selects: Selects }[];
  readonly #presets: ReadonlyMap<string, Preset>;
  readonly #state: PolicyState;
  readonly #known = new Map<string, { readonly shape: ToolShape | undefined; readonly known: Known }>();
  /** One call is asked about many times in a row, by one check after the other. */
  #last: Asked | undefined;

  private constructor(config: Config, state: PolicyState, rules: readonly CompiledRule[]) {
    this.#state = state;
    this.#rules = rules;
    this.#effects = config.policies.effects.map((rule) => ({ rule, selects: compileSelector(rule.selector) }));
    this.#presets = new Map(
      config.backends.flatMap(({ name, preset }) => {
        const found = preset === undefined ? undefined : presetNamed(preset);
        return found === undefined ? [] : [[name, found] as const];
      }),
    );
  }

  /** Throws or rejects when a selector, a schedule or a condition cannot be compiled. */
  static of(config: Config, state: PolicyState): Later<RuleBook> {
    return then(all(config.policies.rules.map(compileRule)), (compiled) => new RuleBook(config, state, compiled));
  }

  /** The rules that hold for the call now and speak of `part`. Throws when a condition cannot be judged. */
  holding(call: Call, part: RulePart): readonly ToolRule[] {
    const { rules, always, effect } = this.#of(call.resource, call.facts.tool, call.principal.clientId);
    const found: ToolRule[] = [];
    for (const compiled of rules) {
      if (!speaks(compiled.rule, part)) continue;
      if (always || this.#holds(compiled, call, effect)) found.push(compiled.rule);
    }
    return found;
  }

  /** The rules that would hold for the resource at any time, whatever the arguments: for lists. */
  about(resource: Resource, shape: ToolShape | undefined, clientId: string): readonly ToolRule[] {
    return this.#of(resource, shape, clientId).rules.map(({ rule }) => rule);
  }

  /** Whether a rule may grant it: not if a later layer has made it what the rule selects. */
  mayGrant(rule: ToolRule, resource: Resource, shape: ToolShape | undefined, clientId: string): boolean {
    return this.#of(resource, shape, clientId).granting.has(rule);
  }

  effectOf(resource: Resource, shape: ToolShape | undefined): ToolEffect {
    return this.#forAnybody(resource, shape).effect;
  }

  /** Its effect as the first layer has it: a later layer that raises one must not grant by that. */
  ownEffectOf(resource: Resource, shape: ToolShape | undefined): ToolEffect {
    return this.#forAnybody(resource, shape).own;
  }

  presetOf(backend: string): Preset | undefined {
    return this.#presets.get(backend);
  }

  /** What the preset of its backend knows of the tool. */
  presetTool({ backend, type, id }: Resource): PresetTool | undefined {
    const tools = type === 'tool' ? this.#presets.get(backend)?.tools : undefined;
    return tools !== undefined && Object.hasOwn(tools, id) ? tools[id] : undefined;
  }

  #holds({ inTime, when }: CompiledRule, call: Call, effect: ToolEffect): boolean {
    const now = this.#state.clock.now();
    if (inTime !== undefined && !inTime(now)) return false;
    return when === undefined || when(call, effect, now);
  }

  /** An effect is the same for every client, so what is known for the one asked about last will do. */
  #forAnybody(resource: Resource, shape: ToolShape | undefined): Known {
    return this.#of(resource, shape, this.#last?.resource === resource ? this.#last.clientId : '');
  }

  #of(resource: Resource, shape: ToolShape | undefined, clientId: string): Known {
    const last = this.#last;
    if (last !== undefined && last.resource === resource && last.shape === shape && last.clientId === clientId)
      return last.known;
    const known = this.#lookUp(resource, shape, clientId);
    this.#last = { resource, shape, clientId, known };
    return known;
  }

  #lookUp(resource: Resource, shape: ToolShape | undefined, clientId: string): Known {
    const key = `${resource.type}\0${resource.backend}\0${clientId}\0${resource.id}`;
    const found = this.#known.get(key);
    if (found !== undefined && found.shape === shape) return found.known;
    const known = this.#find(resource, shape, clientId);
    if (key.length > LONGEST_KNOWN) return known;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, { shape, known });
    return known;
  }

  #find(resource: Resource, shape: ToolShape | undefined, clientId: string): Known {
    const { backend, id } = resource;
    const effect = this.#effect(resource, shape);
    const own = this.#effect(resource, shape, 1);
    const rules = this.#rules.filter(({ selects, agent }) => agent(clientId) && selects(backend, id, () => effect));
    return {
      effect,
      own,
      rules,
      granting: new Set(rules.filter(({ selects }) => selects(backend, id, () => own)).map(({ rule }) => rule)),
      always: rules.every(({ inTime, when }) => inTime === undefined && when === undefined),
    };
  }

  /** What the config says of it up to a layer. */
  #effect(resource: Resource, shape: ToolShape | undefined, upTo = Infinity): ToolEffect {
    const { backend, id, type } = resource;
    // Which folders a client works in says what may be looked at, and changes nothing.
    if (type === 'client' && id === 'roots') return readEffect([]);
    if (type !== 'tool' && type !== 'resource' && type !== 'prompt') return WRITES;
    const speaking = this.#effects.filter(
      ({ rule, selects }) => rule.layer <= upTo && selects(backend, id, () => WRITES),
    );
    const said = [...speaking.map(({ rule }) => rule), ...this.#labelled(resource, shape, upTo)];
    return type === 'tool' ? toolEffect(said, this.presetTool(resource), id, shape) : readEffect(said);
  }

  /** What its lockfile says of a tool: the operator's own word where somebody vouches for it, else one that may raise. */
  #labelled({ backend, type, id }: Resource, shape: ToolShape | undefined, upTo: number): readonly EffectRule[] {
    const label = type === 'tool' ? this.#state.pins.label(backend, id, shape?.hash) : undefined;
    const layer = label?.vouched === true ? 1 : 2;
    if (label === undefined || layer > upTo) return [];
    const { kind, flags } = label.effect;
    return [{ rule: 'effect', source: 'lockfile', selector: `${backend}/${id}`, layer, kind, flags }];
  }
}

function compileRule(rule: ToolRule): Later<CompiledRule> {
  const compiled = {
    rule,
    // What grants must name what it grants; what limits also limits what does worse.
    selects: rule.action?.value === 'allow' ? compileSelector(rule.selector) : compileConstraint(rule.selector),
    agent: rule.agent === undefined ? () => true : inPlace(rule, 'SP1010', () => compileGlob(rule.agent!, 'anything')),
    inTime: rule.schedule && compileSchedule(rule.schedule),
  };
  if (rule.when === undefined) return { ...compiled, when: undefined };
  const { when } = rule;
  return inPlace(when, 'SP1016', () => compileCondition(when)).then((holds) => ({ ...compiled, when: holds }));
}

function speaks(rule: ToolRule, part: RulePart): boolean {
  const value = rule[part];
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
