import type { Call, Reply, Resource, ResourceType } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, type Verdict } from '../model/decision.ts';
import { scopesOf } from '../model/principal.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { compileSelector, type Selects } from '../policy/selector.ts';
import { hidden } from './hidden-entries.ts';

/** What a token may be used for. Who is proven by anything else has no scopes, and is not judged by them. */
export const scopes = defineCheck({
  id: 'scopes',
  about: 'Asks for another scope where none of a token permits what is called.',
  create: (config, tools) => new Scopes(config, tools),
});

const RULE = 'security.auth.oauth.scopes';
/** What selectors can name. */
const NAMED: ReadonlySet<ResourceType> = new Set(['tool', 'prompt', 'resource', 'method']);

interface Permitting {
  readonly scope: string;
  readonly permits: readonly Selects[];
}

class Scopes implements Judge {
  readonly #book: RuleBook;
  readonly #rules: readonly Permitting[];
  readonly #observed: ReadonlySet<string>;

  constructor({ auth, backends }: Config, { book }: CheckTools) {
    this.#book = book;
    this.#rules = (auth.resource?.scopeRules ?? []).map(({ scope, permissions }) => ({
      scope,
      permits: permissions.map((selector) => compileSelector(selector)),
    }));
    this.#observed = new Set(backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
  }

  call({ direction, principal, resource, facts }: Call): Verdict {
    if (this.#rules.length === 0 || direction === 'to-client' || !NAMED.has(resource.type)) return PASS;
    const held = scopesOf(principal);
    if (held === undefined) return PASS;
    const permitting = this.#permitting(resource, facts.tool);
    if (permitting.some((scope) => held.includes(scope))) return PASS;
    const [first] = permitting;
    if (first === undefined) return deny(notForTokens(resource));
    return deny({ code: 'SP2014', text: 'the token has no scope that permits this', rule: RULE, scopes: [first] });
  }

  /** What only lacks a scope is listed, since it can be had by asking for that; what no scope permits never can. */
  reply(call: Call, reply: Reply): Verdict {
    if (this.#rules.length === 0 || scopesOf(call.principal) === undefined) return PASS;
    return hidden(call, reply.items ?? [], this.#observed, ({ resource, tool }) => {
      return NAMED.has(resource.type) && this.#permitting(resource, tool).length === 0;
    });
  }

  /** The scopes that permit it, each by itself, in the order of the config. */
  #permitting(resource: Resource, shape: ToolShape | undefined): readonly string[] {
    const { backend, id } = resource;
    // What a tool does as the first layer has it counts as well, so that no other one widens a scope.
    const now = () => this.#book.effectOf(resource, shape);
    const own = () => this.#book.ownEffectOf(resource, shape);
    const permits = (selects: Selects) => selects(backend, id, now) && selects(backend, id, own);
    return this.#rules.filter((rule) => rule.permits.some(permits)).map(({ scope }) => scope);
  }
}

function notForTokens({ type }: Resource) {
  const reason = { code: 'SP2014', rule: RULE } as const;
  return type === 'method'
    ? { ...reason, text: 'no scope permits this method' }
    : { ...reason, text: `no such ${type}`, hidden: true };
}
