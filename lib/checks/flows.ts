import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import { FLAGGED, type FlowMemory } from '../model/flow-memory.ts';
import type { Flow, ToolEffect } from '../model/rules.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { scopeOf } from '../policy/scope.ts';
import { compileConstraint, type Selects } from '../policy/selector.ts';

/** Order rules over what a session has done: after one thing was read, another may not be done any more. */
export const flows = defineCheck({
  id: 'flows',
  about: 'Remembers what a session has read, and denies or asks about what may not come after it.',
  create: (config, tools) => new FlowsJudge(config, tools),
});

interface CompiledFlow extends Omit<Flow, 'after' | 'later'> {
  /** What the session is marked with when it does what stands before. */
  readonly mark: string;
  /** Marks after which the flow has begun: its own, or that of another check. */
  readonly marks: readonly string[];
  readonly after: Selects;
  readonly later: Selects;
}

/**
 * Under the strict profile, what came from strangers or is private must not leave unseen, and nothing leaves unseen once
 * an answer held instructions. A flow of this name in the config stands in its place.
 */
const NO_EXFIL: CompiledFlow = {
  name: 'no-exfil',
  rule: 'policies.flows.no-exfil',
  source: 'default (strict)',
  action: 'require_approval',
  mark: 'no-exfil',
  marks: ['no-exfil', FLAGGED],
  after: (_backend, _id, effect) => effect().flags.some((flag) => flag === 'untrusted' || flag === 'private'),
  later: (_backend, _id, effect) => effect().kind !== 'read' && effect().flags.includes('external'),
};

const TYPES: ReadonlySet<string> = new Set(['tool', 'prompt', 'resource', 'method']);

/** What a client tells a server beside its calls: the input of a task, the answer to a question. */
function tellsMore({ action }: Call): boolean {
  return action === 'tasks/update' || action.startsWith('answer:');
}

class FlowsJudge implements Judge {
  readonly #flows: readonly CompiledFlow[];
  readonly #book: RuleBook;
  readonly #memory: FlowMemory;

  constructor({ policies, profile }: Config, { book, state }: CheckTools) {
    const own = policies.flows.map(compileFlow);
    const builtIn = profile === 'strict' && own.every(({ name }) => name !== NO_EXFIL.name);
    this.#flows = builtIn ? [...own, NO_EXFIL] : own;
    this.#book = book;
    this.#memory = state.flows;
  }

  call(call: Call): Verdict {
    const concerned = this.#concerned(call, 'later');
    if (concerned.length === 0) return PASS;
    const marks = this.#memory.marks(scopeOf(call));
    const marked = concerned.filter((flow) => flow.marks.some((mark) => marks.has(mark)));
    const denying = marked.find(({ action }) => action === 'deny');
    if (denying !== undefined) return deny(reasonOf(denying, 'SP3151'));
    return marked.length === 0 ? PASS : pass({ approval: reasonOf(marked[0]!, 'SP6003') });
  }

  /** An error is text of the server as well, so it marks as a result does. */
  reply(call: Call): Verdict {
    const begun = this.#concerned(call, 'after');
    if (begun.length > 0) {
      this.#memory.mark(
        scopeOf(call),
        begun.map(({ mark }) => mark),
      );
    }
    return PASS;
  }

  #concerned(call: Call, half: 'after' | 'later'): readonly CompiledFlow[] {
    const { direction, resource, facts } = call;
    if (this.#flows.length === 0 || direction === 'to-client') return [];
    if (!TYPES.has(resource.type) && !(half === 'later' && tellsMore(call))) return [];
    const effect = (): ToolEffect => this.#book.effectOf(resource, facts.tool);
    return this.#flows.filter((flow) => flow[half](resource.backend, resource.id, effect));
  }
}

/** What an answer holds is for another check to say, which then sets the mark. */
function compileFlow({ after, later, ...flow }: Flow): CompiledFlow {
  const byContent = after === FLAGGED;
  const mark = byContent ? FLAGGED : `${flow.name} after ${after}`;
  return {
    ...flow,
    mark,
    marks: [mark],
    after: byContent ? () => false : compileConstraint(after),
    later: compileConstraint(later),
  };
}

function reasonOf({ rule, source, name }: CompiledFlow, code: 'SP3151' | 'SP6003'): Reason {
  const text =
    code === 'SP3151'
      ? 'what this session has read before forbids this now'
      : 'a person must agree to this first, because of what this session has read before';
  const fix = `begin a new session, or change the flow "${name}" (${rule})`;
  return { code, text, rule, source, fix, ...(code === 'SP6003' && { retry: 'after_approval' }) };
}
