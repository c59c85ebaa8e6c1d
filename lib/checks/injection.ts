import type { Call, Reply } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { PASS, type Verdict } from '../model/decision.ts';
import { isFormal } from '../model/formal.ts';
import type { Channel } from '../model/inspection.ts';
import { type Later, then } from '../model/later.ts';
import { type CheckDefinition, type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import type { Treatment } from './injection/acting.ts';
import { CustomPatterns } from './injection/custom-patterns.ts';
import { Definitions } from './injection/definitions.ts';
import { Examiner } from './injection/examiner.ts';
import type { Inspector } from './injection/inspector.ts';
import { channelOf, NoticesJudge } from './injection/notices.ts';
import { ourInspector } from './injection/our-inspector.ts';
import { RepliesJudge } from './injection/replies.ts';
import { RequestsJudge } from './injection/requests.ts';
import { LoadedLater } from './loaded-later.ts';

/** Instructions that hide in what is asked, answered and offered. `load` gives what reads and judges texts. */
export function injectionWith(load: () => Promise<Inspector>): CheckDefinition {
  return defineCheck({
    id: 'injection',
    about:
      'Looks for instructions that hide in arguments, answers, definitions and notices: flags, takes out or refuses them.',
    create: (config, tools) =>
      then(CustomPatterns.of(config.inspection.injection.customPatterns), (patterns) => {
        return new InjectionJudge(config, tools, patterns, load);
      }),
  });
}

/** The check with the judge of texts that is built in. */
export const injection = injectionWith(ourInspector);

/** Its answer is the gateway's own. */
const STREAM = 'subscriptions/listen';
/** Requests that say nothing but which lists and resources are meant; of resources, each is put to policy with the whole request. */
const ONLY_NAMES: ReadonlySet<string> = new Set(
  'tools/list prompts/list resources/list resources/templates/list tasks/list subscriptions/listen'.split(' '),
);

class InjectionJudge implements Judge {
  readonly #channels: ReadonlySet<Channel>;
  readonly #examiner: LoadedLater<Examiner>;
  readonly #requests: RequestsJudge;
  readonly #replies: RepliesJudge;
  readonly #notices: NoticesJudge;
  readonly #definitions: Definitions;

  constructor(config: Config, { state }: CheckTools, patterns: CustomPatterns, load: () => Promise<Inspector>) {
    const { injection } = config.inspection;
    const treatment: Treatment = { config: injection, strict: config.profile === 'strict' };
    const observed = new Set(config.backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
    const { detectors } = state;
    this.#channels = new Set(injection.channels);
    this.#examiner = new LoadedLater(
      async () => new Examiner({ inspector: await load(), patterns, detectors, config: injection, heard: state.heard }),
    );
    this.#requests = new RequestsJudge(treatment);
    this.#replies = new RepliesJudge(treatment, state.flows);
    this.#notices = new NoticesJudge(treatment, state.flows);
    this.#definitions = new Definitions(treatment, observed);
  }

  call(call: Call): Later<Verdict> {
    if (this.#channels.size === 0 || ONLY_NAMES.has(call.action)) return PASS;
    return then(this.#examiner.get(), (examiner) =>
      then(this.#usable(call, examiner), (verdict) => {
        const channel = call.direction === 'to-client' ? 'result' : 'args';
        if (verdict !== PASS || !this.#channels.has(channel)) return verdict;
        return this.#requests.judge(call, channel, examiner);
      }),
    );
  }

  reply(call: Call, reply: Reply): Later<Verdict> {
    if (this.#channels.size === 0 || call.direction === 'to-client' || call.action === STREAM) return PASS;
    return then(this.#examiner.get(), (examiner) => {
      const lists = reply.items !== undefined && call.resource.id !== 'tasks' && this.#channels.has('description');
      if (lists) return this.#list(call, reply, examiner);
      return this.#channels.has('result') ? this.#replies.judge(call, reply, examiner) : PASS;
    });
  }

  /** The entries one by one, and then what else the answer says. */
  #list(call: Call, reply: Reply, examiner: Examiner): Later<Verdict> {
    const { body } = reply;
    const list = body.span(call.resource.id);
    const rest = body.keys().some((key) => key !== call.resource.id && !isFormal(key, () => body.member(key)?.json()));
    if (list === undefined || !rest || !this.#channels.has('result')) {
      return this.#definitions.list(call, reply, examiner);
    }
    const without = body.splice([{ start: list.start, end: list.end, text: '[]' }]);
    return then(this.#replies.judge(call, { ok: true, body: without }, examiner), (verdict) =>
      verdict.pass ? this.#definitions.list(call, reply, examiner) : verdict,
    );
  }

  notice(told: Call): Later<Verdict> {
    if (!this.#channels.has(channelOf(told))) return PASS;
    return then(this.#examiner.get(), (examiner) => this.#notices.judge(told, examiner));
  }

  warm(): void {
    if (this.#channels.size > 0) this.#examiner.warm();
  }

  #usable(call: Call, examiner: Examiner): Later<Verdict> {
    return this.#channels.has('description') ? this.#definitions.use(call, examiner) : PASS;
  }
}
