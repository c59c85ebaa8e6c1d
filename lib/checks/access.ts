import type { Call, Reply, Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import type { Identity, Principal } from '../model/principal.ts';
import type { ToolRule } from '../model/rules.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { hidden } from './hidden-entries.ts';
import { type Effects, Identities } from './identity.ts';
import { BackendLists, type Kind } from './lists.ts';

/** Who may use what: tenant, agent, roles, lists and rules, then the defaults. What is not granted does not exist. */
export const access = defineCheck({
  id: 'access',
  about: 'Grants or hides tools, prompts and resources by tenants, agents, roles, lists, rules and the default.',
  create: (config, tools) => new Access(config, tools),
});

const NO_LAYERS: ReadonlySet<number> = new Set();
const APPROVAL = { code: 'SP6003', text: 'a person must agree to this first' } as const;

class Access implements Judge {
  readonly #config: Config;
  readonly #book: RuleBook;
  readonly #identities: Identities;
  readonly #lists: ReadonlyMap<string, BackendLists>;
  readonly #observed: ReadonlySet<string>;

  constructor(config: Config, { book }: CheckTools) {
    this.#config = config;
    this.#book = book;
    this.#identities = new Identities(config);
    this.#lists = new Map(config.backends.map((backend) => [backend.name, new BackendLists(backend)]));
    this.#observed = new Set(config.backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
  }

  call(call: Call): Verdict {
    if (call.direction === 'to-client') return this.#question(call);
    const holding = this.#book.holding(call, 'action');
    const reason = this.#refusal(call.resource, call.facts.tool, call.principal, holding);
    if (reason === undefined) return PASS;
    return reason.code === 'SP6003' ? pass({ approval: reason }) : deny(reason);
  }

  reaches(who: Identity, backend: string): boolean {
    return this.#identities.reaches(who, backend);
  }

  /** An entry the caller may never use is taken out of every list. */
  reply(call: Call, reply: Reply): Verdict {
    return hidden(call, reply.items ?? [], this.#observed, ({ resource, tool }) => {
      const rules = this.#book.about(resource, tool, call.principal.clientId);
      return this.#refusal(resource, tool, call.principal, rules.filter(hidesOrGrants))?.hidden === true;
    });
  }

  /** Why `resource` may not be used; undefined when it may. `rules` are those with an action that hold. */
  #refusal(
    resource: Resource,
    shape: ToolShape | undefined,
    principal: Principal,
    rules: readonly ToolRule[],
  ): Reason | undefined {
    const { type } = resource;
    if (type === 'method') return this.#methodRefusal(resource, principal, rules);
    if (type !== 'tool' && type !== 'prompt' && type !== 'resource') return undefined;
    const standing = this.#identities.standing(principal, resource, this.#effects(resource, shape));
    if (standing.refusal !== undefined) return standing.refusal;
    const listed = this.#lists.get(resource.backend)?.speakOf(type, resource) ?? [];
    if (!isLayers(listed)) return listed;
    if (rules.length + standing.granted.length + listed.length === 0)
      return this.#byDefault(type, this.#config.defaults);
    const denying = rules.find(({ action }) => action?.value === 'deny');
    if (denying !== undefined) return deniedBy(denying, type);
    const mayGrant = (rule: ToolRule) => this.#book.mayGrant(rule, resource, shape, principal.clientId);
    const granting = rules.filter((rule) => rule.action?.value === 'allow' && mayGrant(rule));
    const granted = new Set([...standing.granted, ...listed, ...granting.map(({ layer }) => layer)]);
    // What a person may agree to is granted as far as it can be, so it need not be allowed as well.
    const asking = rules.filter(({ action }) => action?.value === 'require_approval');
    const open = this.#config.defaults.filter(({ layer }) => !granted.has(layer));
    const asked = new Set(asking.filter(mayGrant).map(({ layer }) => layer));
    return this.#byDefault(type, open, asked, asking[0]?.action);
  }

  /** What is said by those defaults that are `open`: nothing granted it in their layers. */
  #byDefault(
    type: Kind,
    open: Config['defaults'],
    asked: ReadonlySet<number> = NO_LAYERS,
    asks: ToolRule['action'] = undefined,
  ): Reason | undefined {
    const forbids = open.find(({ effect, layer }) => effect === 'deny' && !asked.has(layer));
    if (forbids !== undefined) return { ...noSuch(type), ...placeOf(forbids) };
    const ask = asks ?? open.find(({ effect }) => effect === 'require_approval');
    return ask && { ...APPROVAL, ...placeOf(ask) };
  }

  #effects(resource: Resource, shape: ToolShape | undefined): Effects {
    return {
      now: () => this.#book.effectOf(resource, shape),
      own: () => this.#book.ownEffectOf(resource, shape),
    };
  }

  /** A method the config lets through is granted by that, but to nobody who may not use its server. */
  #methodRefusal(resource: Resource, principal: Principal, rules: readonly ToolRule[]): Reason | undefined {
    const { refusal } = this.#identities.standing(principal, resource, this.#effects(resource, undefined));
    if (refusal !== undefined) return { ...refusal, hidden: false };
    const denying = rules.find(({ action }) => action?.value === 'deny');
    if (denying !== undefined)
      return { code: 'SP3015', text: 'this method is not allowed', ...placeOf(denying.action!) };
    const asking = rules.find(({ action }) => action?.value === 'require_approval');
    return asking && { ...APPROVAL, ...placeOf(asking.action!) };
  }

  #question({ resource }: Call): Verdict {
    const effect = this.#config.requests[resource.id as keyof Config['requests']];
    const rule = `policies.requests.${resource.id}`;
    if (effect === 'allow') return PASS;
    if (effect === 'deny') return deny({ code: 'SP3006', text: `${resource.id} requests are not allowed here`, rule });
    return pass({ approval: { ...APPROVAL, rule } });
  }
}

function isLayers(said: Reason | readonly number[]): said is readonly number[] {
  return Array.isArray(said);
}

/** Whether a rule says the same at any time and of any arguments, or may grant at some time. */
function hidesOrGrants({ action, schedule, when }: ToolRule): boolean {
  if (action === undefined) return false;
  return action.value !== 'deny' || (schedule === undefined && when === undefined);
}

/** A rule that depends on time or arguments denies a tool that exists; any other one hides it. */
function deniedBy({ action, schedule, when }: ToolRule, type: Kind): Reason {
  const conditional = schedule !== undefined || when !== undefined;
  const text = conditional ? `this ${type} is not allowed in this way or at this time` : `no such ${type}`;
  return { code: 'SP3015', text, ...placeOf(action!), ...(conditional ? {} : { hidden: true }) };
}

function noSuch(type: Kind): Reason {
  return { code: 'SP3001', text: `no such ${type}`, hidden: true };
}

function placeOf({ rule, source }: { readonly rule: string; readonly source: string }) {
  return { rule, source };
}
