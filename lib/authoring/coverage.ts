import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { ToolRule } from '../model/rules.ts';
import type { RulePart } from '../policy/rule-book.ts';
import type { ExplainedCall } from './explained-call.ts';
import type { Ground } from './ground.ts';
import { type RulePlace, rulePlaces } from './rule-places.ts';

/** How much of a policy the cases met. */
export interface Coverage {
  readonly rules: { readonly all: number; readonly missed: readonly RulePlace[] };
  readonly tools: { readonly all: number; readonly missed: readonly string[] };
}

const PARTS: readonly RulePart[] = [
  'action',
  'paths',
  'sql',
  'commands',
  'domains',
  'formFields',
  'uploads',
  'blockPatterns',
  'arguments',
  'undeclared',
  'maxFileBytes',
  'maxRows',
  'maxDepth',
];

/** Counts which rules the cases met, and which tools they called. */
export class CoverageCount {
  readonly #places: readonly RulePlace[];
  readonly #met = new Set<string>();
  readonly #tools: Set<string>;
  readonly #called = new Set<string>();

  constructor(config: Config) {
    this.#places = rulePlaces(config);
    this.#tools = new Set(namedTools(config));
  }

  add(call: Call, { decision, checks }: ExplainedCall, { book }: Ground): void {
    const { resource } = call;
    if (resource.type === 'tool') {
      const name = `${resource.backend}/${resource.id}`;
      this.#called.add(name);
      this.#tools.add(name);
      for (const tool of Object.keys(book.presetOf(resource.backend)?.tools ?? {})) {
        this.#tools.add(`${resource.backend}/${tool}`);
      }
    }
    const allowed = decision.effect === 'allow';
    const holding = holdingNow((part) => book.holding(call, part));
    const reasons = checks.flatMap(({ reason }) => (reason?.rule === undefined ? [] : [reason.rule]));
    for (const place of this.#places) {
      if (this.#met.has(place.rule)) continue;
      if (isMet(place, reasons, holding, call, allowed)) this.#met.add(place.rule);
    }
  }

  result(): Coverage {
    const tools = [...this.#tools].sort();
    return {
      rules: { all: this.#places.length, missed: this.#places.filter(({ rule }) => !this.#met.has(rule)) },
      tools: { all: tools.length, missed: tools.filter((tool) => !this.#called.has(tool)) },
    };
  }
}

function isMet(
  { rule, kind, of }: RulePlace,
  reasons: readonly string[],
  holding: ReadonlySet<string>,
  { principal, resource }: Call,
  allowed: boolean,
): boolean {
  if (reasons.some((reason) => reason === rule || reason.startsWith(`${rule}.`) || reason.startsWith(`${rule}[`)))
    return true;
  if (kind === 'scope') return holding.has(rule);
  if (kind === 'role') return principal.roles.includes(of!);
  return kind === 'list' && allowed && (of === undefined || holding.has(of) || of === resource.backend);
}

/** Rules that hold for the call, whatever they speak of. */
function holdingNow(ask: (part: RulePart) => readonly ToolRule[]): Set<string> {
  try {
    return new Set(PARTS.flatMap((part) => ask(part).map(({ rule }) => rule)));
  } catch {
    // A condition that cannot be judged denies the call; no rule is met by that.
    return new Set();
  }
}

/** Tools the config names without a wildcard. */
function namedTools({ backends, policies }: Config): string[] {
  const plain = (glob: string) => !/[*?{@]/.test(glob);
  const listed = backends.flatMap(({ name, tools }) =>
    [...tools.allowed.flatMap(({ patterns }) => patterns), ...tools.denied].map(({ glob }) => `${name}/${glob}`),
  );
  return [...listed, ...policies.rules.map(({ selector }) => selector)].filter(
    (name) => name.includes('/') && plain(name),
  );
}
