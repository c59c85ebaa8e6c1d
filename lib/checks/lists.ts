import type { Resource } from '../model/call.ts';
import type { BackendConfig } from '../model/config.ts';
import type { Reason } from '../model/decision.ts';
import type { Allowed, Lists, Pattern } from '../model/lists.ts';
import { compileGlob, type Matches, type StarMeans } from '../policy/glob.ts';
import { matchesAll, matchesAny, uriForms } from './uri-forms.ts';

const NONE: readonly never[] = [];

/** What lists speak of. */
export type Kind = 'tool' | 'prompt' | 'resource';

interface CompiledPattern extends Pattern {
  readonly matches: Matches;
}

interface CompiledAllowed extends Allowed {
  readonly patterns: readonly CompiledPattern[];
}

interface CompiledLists {
  readonly allowed: readonly CompiledAllowed[];
  readonly denied: readonly CompiledPattern[];
}

/** The lists of one backend, compiled. */
export class BackendLists {
  readonly #byKind: Record<Kind, CompiledLists>;

  constructor({ tools, prompts, resources }: BackendConfig) {
    this.#byKind = {
      tool: compileLists(tools, 'anything'),
      prompt: compileLists(prompts, 'anything'),
      resource: compileLists(resources, 'within-segment'),
    };
  }

  /** Why the lists hide it, or the layers whose allow lists grant it. */
  speakOf(kind: Kind, { id }: Resource): Reason | readonly number[] {
    const { allowed, denied } = this.#byKind[kind];
    const forms = kind === 'resource' ? uriForms(id) : { written: id, parsed: id, decoded: id };
    const forbidden = denied.find(({ matches }) => matchesAny(matches, forms));
    if (forbidden !== undefined) return hiddenBy(kind, forbidden);
    const missing = allowed.find(
      ({ patterns }) => !matchesAll((text) => patterns.some(({ matches }) => matches(text)), forms),
    );
    if (missing !== undefined) return hiddenBy(kind, missing);
    return allowed.length === 0 ? NONE : allowed.map(({ layer }) => layer);
  }
}

function hiddenBy(kind: Kind, { rule, source }: { rule: string; source: string }): Reason {
  return { code: 'SP3002', text: `no such ${kind}`, rule, source, hidden: true };
}

function compileLists(lists: Lists, star: StarMeans): CompiledLists {
  const compiled = (pattern: Pattern) => ({ ...pattern, matches: compileGlob(pattern.glob, star) });
  const allowed = lists.allowed.map((list) => ({ ...list, patterns: list.patterns.map(compiled) }));
  return { allowed, denied: lists.denied.map(compiled) };
}
