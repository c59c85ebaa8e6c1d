import type { Call, ListItem, Reply, Resource } from '../model/call.ts';
import type { Allowed, BackendConfig, Config, Lists, Pattern } from '../model/config.ts';
import { deny, type Edit, pass, type Reason, type Verdict } from '../model/decision.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import { compileGlob, type Matches, type StarMeans } from '../policy/glob.ts';
import { withoutElements } from '../wire/remove.ts';
import { matchesAll, matchesAny, uriForms } from './uri-forms.ts';

/** Who may use what: the lists of each backend, then the default. What is not granted does not exist. */
export const access = defineCheck({
  id: 'access',
  about: 'Grants or hides tools, prompts and resources by the lists of their backend and the default.',
  create: (config) => new Access(config),
});

type Kind = 'tool' | 'prompt' | 'resource';

interface CompiledLists {
  readonly allowed: readonly CompiledAllowed[];
  readonly denied: readonly CompiledPattern[];
}

interface CompiledAllowed extends Allowed {
  readonly patterns: readonly CompiledPattern[];
}

interface CompiledPattern extends Pattern {
  readonly matches: Matches;
}

class Access implements Judge {
  readonly #config: Config;
  readonly #lists = new Map<string, Record<Kind, CompiledLists>>();
  readonly #observed: ReadonlySet<string>;

  constructor(config: Config) {
    this.#config = config;
    for (const backend of config.backends) this.#lists.set(backend.name, compileBackend(backend));
    this.#observed = new Set(config.backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
  }

  call(call: Call): Verdict {
    if (call.direction === 'to-client') return this.#question(call);
    const reason = this.#refusal(call.resource);
    if (reason === undefined) return pass();
    return reason.code === 'SP6003' ? pass({ approval: reason }) : deny(reason);
  }

  /**
   * An entry the caller may not use is taken out of every list. A merged list holds entries of backends that are
   * only observed, too, and those stay: nobody but this check can tell them apart.
   */
  reply(call: Call, reply: Reply): Verdict {
    const items = reply.items ?? [];
    const merged = call.resource.backend === '';
    const hidden = new Set<number>();
    let spared = 0;
    for (const [index, item] of items.entries()) {
      const reason = this.#refusal(item.resource);
      if (reason === undefined || reason.code === 'SP6003') continue;
      if (merged && this.#observed.has(item.resource.backend)) spared++;
      else hidden.add(index);
    }
    if (hidden.size + spared === 0) return pass();
    return pass({
      ...(hidden.size === 0 ? {} : { edits: [hide(items, hidden)] }),
      ...(spared === 0 ? {} : { findings: [`would hide ${spared}`] }),
    });
  }

  /** Why `resource` may not be used; undefined when it may. */
  #refusal({ backend, type, id }: Resource): Reason | undefined {
    if (type !== 'tool' && type !== 'prompt' && type !== 'resource') return undefined;
    const lists = this.#lists.get(backend)?.[type];
    const forms = type === 'resource' ? uriForms(id) : { written: id, parsed: id, decoded: id };
    const denied = lists?.denied.find(({ matches }) => matchesAny(matches, forms));
    if (denied !== undefined) return hiddenBy(type, denied);
    const allowed = lists?.allowed ?? [];
    const missing = allowed.find(
      ({ patterns }) => !matchesAll((text) => patterns.some(({ matches }) => matches(text)), forms),
    );
    if (missing !== undefined) return hiddenBy(type, missing);
    if (allowed.length > 0) return undefined;
    const { effect, rule, source } = this.#config.defaultEffect;
    if (effect === 'allow') return undefined;
    if (effect === 'deny') return { code: 'SP3001', text: `no such ${type}`, rule, source, hidden: true };
    return { code: 'SP6003', text: 'a person must agree to this first', rule, source };
  }

  #question({ resource }: Call): Verdict {
    const effect = this.#config.requests[resource.id as keyof Config['requests']];
    const rule = `policies.requests.${resource.id}`;
    if (effect === 'allow') return pass();
    if (effect === 'deny') return deny({ code: 'SP3006', text: `${resource.id} requests are not allowed here`, rule });
    return pass({ approval: { code: 'SP6003', text: 'a person must agree to this first', rule } });
  }
}

function hiddenBy(type: Kind, { rule, source }: { rule: string; source: string }): Reason {
  return { code: 'SP3002', text: `no such ${type}`, rule, source, hidden: true };
}

function hide(items: readonly ListItem[], hidden: ReadonlySet<number>): Edit {
  return {
    name: `hide ${hidden.size}`,
    apply: (body) => withoutElements(body, items, (index) => hidden.has(index)),
  };
}

function compileBackend(backend: BackendConfig): Record<Kind, CompiledLists> {
  return {
    tool: compileLists(backend.tools, 'anything'),
    prompt: compileLists(backend.prompts, 'anything'),
    resource: compileLists(backend.resources, 'within-segment'),
  };
}

function compileLists(lists: Lists, star: StarMeans): CompiledLists {
  const compiled = (pattern: Pattern) => ({ ...pattern, matches: compileGlob(pattern.glob, star) });
  const allowed = lists.allowed.map((list) => ({ ...list, patterns: list.patterns.map(compiled) }));
  return { allowed, denied: lists.denied.map(compiled) };
}
