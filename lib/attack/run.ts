import { callAsked } from '../authoring/asked.ts';
import type { Call, Reply } from '../model/call.ts';
import type { Decision } from '../model/decision.ts';
import type { Json } from '../model/json.ts';
import { decideCall, decideReply } from '../policy/decide.ts';
import { Payload } from '../wire/payload.ts';
import type { AttackCase, Slot } from './case.ts';
import { definitionOutcome, type Pinned } from './definitions.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { filler } from './places.ts';
import { argumentsFor, type Surroundings, surroundingsOf } from './surroundings.ts';
import { askedOf, type SlotTool, SlotTools } from './tools.ts';

/** What became of one case at one tool. */
export interface Ran {
  readonly case: AttackCase;
  readonly backend: string;
  /** The backend's own name of it. */
  readonly tool: string;
  readonly outcome: Outcome;
  /** What refused it, asked, or would have. */
  readonly code: string | undefined;
  /** The piece of config that would contain it. */
  readonly fix: string | undefined;
}

export interface CorpusRun {
  readonly ran: readonly Ran[];
  /** Cases for which no backend has what they need. */
  readonly idle: readonly AttackCase[];
}

/**
 * Puts every case to every backend that has what it needs. The state of `ground` must be one that is not consumed; each
 * case is a session of its own in it.
 */
export async function runCorpus(cases: readonly AttackCase[], ground: Pinned): Promise<CorpusRun> {
  const runner = new Runner(ground);
  const ran: Ran[] = [];
  const idle: AttackCase[] = [];
  for (const one of cases) {
    const results = await runner.run(one);
    if (results.length === 0) idle.push(one);
    ran.push(...results);
  }
  return { ran, idle };
}

class Runner {
  readonly #ground: Pinned;
  readonly #tools: SlotTools;
  readonly #surroundings = new Map<string, Promise<Surroundings>>();
  /** Checks that have something to record of any reply and any call of a tool, by tool. */
  readonly #usual = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(ground: Pinned) {
    this.#ground = ground;
    this.#tools = new SlotTools(ground);
  }

  async run(one: AttackCase): Promise<Ran[]> {
    const found = await this.#tools.of(one.slot);
    const [sink] = one.kind === 'flow' ? await this.#tools.of('text.out') : [];
    if (one.kind === 'flow' && sink === undefined) return [];
    const results = await Promise.all(found.map((tool) => this.#runAt(one, tool, sink)));
    return results.flatMap((ran) => ran ?? []);
  }

  async #runAt(one: AttackCase, tool: SlotTool, sink: SlotTool | undefined): Promise<Ran | undefined> {
    const { places, known } = await this.#around(one.slot, tool);
    // Where nothing is known that is allowed, what is harmless here cannot be told.
    if (one.harmless && !known) return undefined;
    const fill = filler(places);
    const needle = fill(one.needle ?? one.value);
    const session = `attack ${one.id} ${tool.backend}`;
    const settled = async (decision: Decision, body: Payload | undefined): Promise<Ran> => {
      const usual = await this.#usualOf(tool);
      const findings = decision.findings.filter(({ check }) => !usual.has(check));
      // A path that is forwarded in another form is the same path: of calls, only texts can lose what matters.
      const edits = one.kind === 'call' && !one.slot.startsWith('text') ? [] : decision.edits;
      const outcome = outcomeOf({ ...decision, edits, findings }, body, needle);
      return this.#ran(one, tool, outcome, (decision.reason ?? decision.wouldDeny)?.code);
    };
    if (one.kind === 'definition') {
      return this.#ran(one, tool, await definitionOutcome(one, tool, fill, this.#ground), undefined);
    }
    if (one.kind === 'reply') {
      const { decision, reply } = await this.#replied(tool, fill(one.value), session);
      return settled(decision, reply.body);
    }
    if (one.kind === 'flow' && !one.harmless) await this.#replied(tool, String(one.also.read ?? ''), session);
    const target = sink ?? tool;
    const more = one.kind === 'flow' ? {} : one.also;
    const call = this.#call(target, argumentsFor(target, one.value, more, fill), session);
    return settled(await decideCall(this.#ground.policy, call), call.params);
  }

  #ran(one: AttackCase, { backend, id }: SlotTool, outcome: Outcome, code: string | undefined): Ran {
    const fix = one.fix?.replaceAll('<tool>', `${backend}/${id}`);
    return { case: one, backend, tool: id, outcome, code, fix };
  }

  #around(slot: Slot, tool: SlotTool): Promise<Surroundings> {
    const key = `${slot}\0${tool.backend}`;
    const found = this.#surroundings.get(key) ?? surroundingsOf(slot, tool, this.#ground);
    this.#surroundings.set(key, found);
    return found;
  }

  #usualOf(tool: SlotTool): Promise<ReadonlySet<string>> {
    const key = `${tool.backend}/${tool.id}`;
    const find = async () => {
      const { decision } = await this.#replied(tool, 'done', `attack usual ${key}`);
      return new Set(decision.findings.map(({ check }) => check));
    };
    const found = this.#usual.get(key) ?? find();
    this.#usual.set(key, found);
    return found;
  }

  #call({ backend, id, shape }: SlotTool, args: Json, session: string): Call {
    const { config, user } = this.#ground;
    return { ...callAsked(askedOf(backend, id, args, shape), config, user, session), session };
  }

  async #replied(tool: SlotTool, text: string, session: string) {
    const reply: Reply = { ok: true, body: Payload.of(JSON.stringify({ content: [{ type: 'text', text }] })) };
    return { reply, decision: await decideReply(this.#ground.policy, this.#call(tool, {}, session), reply) };
  }
}
