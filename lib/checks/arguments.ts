import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import type { Json } from '../model/json.ts';
import { pointerTo } from '../model/json-pointer.ts';
import { all, type Later, then } from '../model/later.ts';
import type { Placed, ToolRule } from '../model/rules.ts';
import { safeJson } from '../model/safe-json.ts';
import { type CompiledSchema, compileRuleSchema, SchemaBudgetError, type SchemaFault } from '../parse/json-schema.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import { judgedValues } from '../policy/judged-values.ts';
import type { RuleBook, RulePart } from '../policy/rule-book.ts';
import { inPlace } from '../policy/rule-fault.ts';
import { reachesDepth } from '../wire/walk.ts';
import { schemaOf } from './tool-schemas.ts';
import { allowsUndeclared, undeclaredArguments } from './undeclared.ts';

/** Arguments as a whole: whether they fit what the tool and the operator say, before any of them is judged by itself. */
export const argumentsCheck = defineCheck({
  id: 'arguments',
  about: "Judges arguments by the tool's own schema and the operator's, undeclared ones, and how deep they go.",
  create: (config, tools) =>
    then(compileSchemas(config.policies.rules), (schemas) => new ArgumentsJudge(config, tools, schemas)),
});

/** Kinds of arguments whose rules judge values by themselves. */
const KINDS = ['paths', 'sql', 'commands', 'domains'] as const;
/** With a rule about one of these, an argument nobody declares could say what the rule forbids. */
const GOVERNING: readonly RulePart[] = [...KINDS, 'formFields', 'arguments'];

type Schemas = ReadonlyMap<ToolRule, CompiledSchema>;
const LONGEST_POINTER = 120;

class ArgumentsJudge implements Judge {
  readonly #config: Config;
  readonly #book: RuleBook;
  readonly #schemas: Schemas;
  /** Parts that some rule speaks of; nobody is asked about others. */
  readonly #parts: ReadonlySet<RulePart>;

  constructor(config: Config, { book }: CheckTools, schemas: Schemas) {
    this.#config = config;
    this.#book = book;
    this.#schemas = schemas;
    const parts: readonly RulePart[] = [...GOVERNING, 'undeclared', 'maxDepth'];
    this.#parts = new Set(parts.filter((part) => config.policies.rules.some((rule) => rule[part] !== undefined)));
  }

  call(call: Call): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const malformed = notAnObject(call);
    if (malformed !== undefined) return deny(malformed);
    const deep = this.#tooDeep(call);
    if (deep !== undefined) return deny(deep);
    const governing = this.#governing(call);
    const { tool } = call.facts;
    if (call.action !== 'tools/call' || tool === undefined) {
      const denied = this.#operatorFault(call, governing);
      return denied === undefined ? PASS : deny(denied);
    }
    if (tool.defect !== undefined) return deny(unjudgeable(tool.defect));
    return then(schemaOf(tool), (schema) =>
      'defect' in schema ? deny(unjudgeable(schema.defect)) : this.#tool(call, schema, governing),
    );
  }

  #tool(call: Call, schema: CompiledSchema, governing: readonly ToolRule[]): Verdict {
    const { values } = argumentsOf(call);
    const findings: string[] = [];
    let approval: Reason | undefined;
    const loose = this.#undeclared(call, values, governing);
    if (loose.effect === 'deny') return deny(loose.reason);
    if (loose.effect === 'require_approval') approval = loose.reason;
    const wrong = this.#ownFault(call, schema, loose.judged, governing);
    if (wrong?.enforced) return deny(wrong.reason);
    if (wrong !== undefined) findings.push(wrong.note);
    const denied = this.#operatorFault(call, governing);
    if (denied !== undefined) return deny(denied);
    const blind = this.#unjudged(call, governing);
    if (blind?.effect === 'deny') return deny(blind.reason);
    if (blind?.effect === 'require_approval') approval ??= blind.reason;
    else if (blind !== undefined) findings.push(blind.note);
    if (approval === undefined && findings.length === 0) return PASS;
    return pass({ ...(approval && { approval }), ...(findings.length > 0 && { findings }) });
  }

  #holding(call: Call, part: RulePart): readonly ToolRule[] {
    return this.#parts.has(part) ? this.#book.holding(call, part) : [];
  }

  #governing(call: Call): readonly ToolRule[] {
    const found = new Set<ToolRule>();
    for (const part of GOVERNING) for (const rule of this.#holding(call, part)) found.add(rule);
    return [...found];
  }

  #tooDeep(call: Call): Reason | undefined {
    for (const { maxDepth } of this.#holding(call, 'maxDepth')) {
      const args = call.params?.member('arguments');
      if (args === undefined || !reachesDepth(args.bytes(), maxDepth!.value + 1)) continue;
      return {
        code: 'SP3014',
        text: 'the arguments are nested too deep',
        ...placeOf(maxDepth!),
        fix: `raise ${maxDepth!.rule}`,
      };
    }
    return undefined;
  }

  /** What becomes of arguments nobody declares, and the ones the tool's schema is then put to. */
  #undeclared(call: Call, values: Json, governing: readonly ToolRule[]) {
    const speaking = this.#holding(call, 'undeclared');
    const baseline = this.#config.policies.baseline.undeclared_arguments;
    if (governing.length + speaking.length === 0 && baseline.value === 'allow') {
      return { effect: 'allow', judged: values } as const;
    }
    const keys = undeclaredArguments(
      call.facts.tool!,
      values,
      [...governing, ...speaking],
      this.#book.presetTool(call.resource),
    );
    if (keys.length === 0) return { effect: 'allow', judged: values } as const;
    const at = pointerTo([keys[0]!]);
    const denying = speaking.find(({ undeclared }) => undeclared!.value === 'deny')?.undeclared;
    const allowing = speaking.filter(({ undeclared }) => undeclared!.value === 'allow');
    const closed = governing.find((rule) => !allowsUndeclared(rule, allowing));
    if (denying !== undefined) return { effect: 'deny', reason: undeclared(at, denying, 'allow') } as const;
    if (closed !== undefined) {
      const rule = `${closed.rule}.undeclared`;
      return { effect: 'deny', reason: undeclared(at, { rule, source: closed.source }, 'allow') } as const;
    }
    // What an operator lets in is no fault for the tool's own schema to find again.
    const judged = Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
    if (allowing.length > 0) return { effect: 'allow', judged } as const;
    return {
      effect: baseline.value,
      reason: byEffect(undeclared(at, baseline, 'allow'), baseline),
      judged: values,
    } as const;
  }

  /** The tool's own schema binds under the strict profile, and where a rule of the operator relies on what it says. */
  #ownFault(call: Call, schema: CompiledSchema, judged: Json, governing: readonly ToolRule[]) {
    const place: Pick<Reason, 'rule' | 'source'> | undefined =
      governing[0] ?? (this.#config.profile === 'strict' ? { rule: 'profile', source: 'strict' } : undefined);
    const fault = faultOf(schema, judged, call);
    if (fault === undefined) return undefined;
    if (fault === 'endless')
      return { enforced: true, reason: unjudgeable('judging by its schema takes too long'), note: '' };
    const text = `the arguments do not fit the tool: ${inWords(fault)}`;
    const reason: Reason = {
      code: 'SP3041',
      text,
      rule: place?.rule ?? 'profile',
      source: place?.source ?? '',
      at: fault.at,
      fix: 'none: the call has to fit the schema its server declares',
    };
    return { enforced: place !== undefined, reason, note: text };
  }

  #operatorFault(call: Call, governing: readonly ToolRule[]): Reason | undefined {
    if (call.action !== 'tools/call' && call.action !== 'prompts/get') return undefined;
    for (const rule of governing) {
      const schema = this.#schemas.get(rule);
      if (schema === undefined) continue;
      const fault = faultOf(schema, argumentsOf(call).values, call);
      if (fault === undefined) continue;
      const place = placeOf(rule.arguments!);
      if (fault === 'endless') return { code: 'SP3042', text: 'the arguments are too much to be judged', ...place };
      const { at, expected } = fault;
      const text = `${at === '' ? 'the arguments are' : `the argument ${shortened(at)} is`} not what a rule here allows`;
      return {
        code: 'SP3042',
        text,
        ...place,
        at,
        fix: `change ${place.rule}: there, ${at || 'the whole'} ${expected}`,
      };
    }
    return undefined;
  }

  /** A rule that finds nothing to judge, where the tool has an argument of that kind, may be looking at the wrong one. */
  #unjudged(call: Call, governing: readonly ToolRule[]) {
    const preset = this.#book.presetTool(call.resource);
    for (const rule of governing) {
      for (const kind of KINDS) {
        const part = rule[kind];
        if (part === undefined) continue;
        const { values, wrong, expected } = judgedValues(call, kind, part.in, preset);
        if (!expected || wrong !== undefined || values.length > 0) continue;
        const { value: effect } = this.#config.policies.baseline.unjudged_arguments;
        const text = `no argument of this call could be judged by the rule about ${kind}`;
        const fix = `name the arguments with ${part.rule}.in, or set policies.baseline.unjudged_arguments`;
        const reason: Reason = { code: 'SP3046', text, rule: part.rule, source: part.source, fix };
        return { effect, reason: byEffect(reason, { value: effect }), note: `${text} (${part.rule})` };
      }
    }
    return undefined;
  }
}

/** Compiles what operators wrote as `arguments`; throws or rejects with a `RuleFault`. */
function compileSchemas(rules: readonly ToolRule[]): Later<Schemas> {
  const speaking = rules.filter((rule) => rule.arguments !== undefined);
  const compiled = speaking.map(({ arguments: placed }) =>
    inPlace(placed!, 'SP1022', () => compileRuleSchema(placed!.value)),
  );
  return then(all(compiled), (schemas) => new Map(speaking.map((rule, index) => [rule, schemas[index]!])));
}

function faultOf(schema: CompiledSchema, values: Json, call: Call): SchemaFault | 'endless' | undefined {
  try {
    return schema.fault(values, call.params?.size ?? 0);
  } catch (error) {
    if (error instanceof SchemaBudgetError) return 'endless';
    throw error;
  }
}

/** `null` stands for none, as some clients send it; a list or a text would be forwarded without having been judged. */
function notAnObject({ params }: Call): Reason | undefined {
  for (const member of ['arguments', 'inputResponses']) {
    const kind = params?.span(member)?.kind;
    if (kind === undefined || kind === 0x7b || kind === 0x6e) continue;
    return {
      code: 'SP3041',
      text: `the ${member} are malformed: they must be an object`,
      rule: 'check arguments',
      source: 'built in',
      at: '',
      fix: 'none: there would be nothing to judge',
    };
  }
  return undefined;
}

function unjudgeable(defect: string): Reason {
  return { code: 'SP3043', text: `this tool cannot be used: ${defect}`, rule: 'check arguments' };
}

function undeclared(at: string, place: Pick<Reason, 'rule' | 'source'>, other: string): Reason {
  const text = `the argument ${shortened(at)} is not one the tool declares`;
  return { code: 'SP3044', text, ...placeOf(place), at, fix: `${place.rule}: ${other}` };
}

function byEffect(reason: Reason, { value }: Pick<Placed<string>, 'value'>): Reason {
  return value === 'require_approval' ? { ...reason, code: 'SP6003', retry: 'after_approval' } : reason;
}

function inWords({ at, expected }: SchemaFault): string {
  return at === '' ? expected : `${shortened(at)} ${expected}`;
}

function shortened(pointer: string): string {
  const text = safeJson(pointer).slice(1, -1);
  return text.length <= LONGEST_POINTER ? text : `${text.slice(0, LONGEST_POINTER)}…`;
}

function placeOf({ rule, source }: Pick<Reason, 'rule' | 'source'>): Pick<Reason, 'rule' | 'source'> {
  return { rule: rule!, source: source! };
}
