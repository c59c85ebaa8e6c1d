import type { Answer, Call, Reply } from '../../model/call.ts';
import { LISTS, type ListMethod } from '../../protocol/methods.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { NEWEST_LEGACY, NEWEST_MODERN, RPC } from '../../protocol/revisions.ts';
import { hasOwnTasks } from '../../translate/abilities.ts';
import { errorForClient } from '../../translate/errors.ts';
import { resultForClient } from '../../translate/results.ts';
import { toolsWithTasks } from '../../translate/tasks.ts';
import { Payload } from '../../wire/payload.ts';
import { callOf, plainFacts } from '../calls.ts';
import { conduct } from '../conduct.ts';
import { hasTasksExtension } from '../extensions.ts';
import { LISTED, type ServerFacts } from '../facts.ts';
import type { Backend, Engine, Request, Session } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Answered, Question, Sent, Target } from '../question.ts';
import { invalidAnswer, rpcError } from '../refusal.ts';
import { revisionOf } from '../revision.ts';
import { listOwnTasks } from '../tasks/task-list.ts';
import { visibleTo } from '../visible.ts';
import { type ListPosition, openCursor } from './cursors.ts';
import { listItems } from './list-items.ts';
import { mergePages, type Page } from './merge.ts';

/** A list request: asked of every backend that may have more, answered with what they gave together. */
export function askList(request: Request): void {
  const { session } = request;
  const { engine } = session;
  const { frame, caller } = request;
  const method = frame.method as ListMethod;
  const cursor = frame.params?.string('cursor');
  const position = cursor === undefined ? undefined : openCursor(session, method, cursor);
  if (frame.params?.has('cursor') === true && position === undefined) {
    return request.refuse({ refusal: rpcError(RPC.invalidParams, 'Invalid cursor'), code: 'SP8014' });
  }
  const backend = engine.prefixed ? '' : session.backends[0]!.name;
  const call = callOf(session, caller, {
    action: method,
    resource: { backend, type: 'list', id: LISTS[method] },
    params: frame.params,
    args: undefined,
    facts: plainFacts(frame.size),
    request,
  });
  conduct(request, call, request, new FanOut(request, method, position));
}

/** Asks backends side by side and waits for all, but for none longer than the limit allows. */
class FanOut implements Target {
  readonly #request: Request;
  readonly #session: Session;
  readonly #method: ListMethod;
  readonly #position: ListPosition | undefined;
  readonly #pages = new Map<Backend, Reply>();
  /** What was up to date when each was asked; those who were not asked are remembered. */
  readonly #asked = new Map<Backend, number>();
  readonly #sent = new Map<Backend, Sent>();
  #losses: Exclude<Answer, Reply>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(request: Request, method: ListMethod, position: ListPosition | undefined) {
    this.#request = request;
    this.#session = request.session;
    this.#method = method;
    this.#position = position;
  }

  ask(question: Question, done: Answered): Sent {
    const asked = this.#backends();
    if (asked.length === 0) {
      done(() => this.#merged(question.call));
      return { cancel: () => {}, withdraw: () => {} };
    }
    let missing = asked.length;
    const one = () => {
      if (--missing > 0) return;
      clearTimeout(this.#timer);
      done(() => this.#merged(question.call));
    };
    const { engine } = this.#session;
    if (engine.prefixed) {
      this.#timer = setTimeout(() => engine.turn.run(() => this.#tooLate(asked, one)), engine.config.listTimeoutMs);
    }
    for (const backend of asked) this.#askOne(backend, question, one);
    const each = (act: (sent: Sent) => void) => {
      clearTimeout(this.#timer);
      for (const sent of this.#sent.values()) act(sent);
    };
    return {
      cancel: () => each((sent) => sent.cancel(undefined)),
      withdraw: () => each((sent) => sent.withdraw()),
    };
  }

  /** Those with more to give: all at first, later those that gave a cursor. */
  #backends(): Backend[] {
    const { engine } = this.#session;
    const cursors = this.#position?.cursors;
    return visibleTo(this.#session).filter(({ name, facts }) => {
      if (cursors !== undefined) return Object.hasOwn(cursors, name);
      if (!engine.prefixed || facts === undefined) return true;
      return offers(facts, this.#method);
    });
  }

  #askOne(backend: Backend, question: Question, one: () => void): void {
    const recalled = this.#recalled(backend);
    if (recalled !== undefined) {
      this.#pages.set(backend, recalled);
      return one();
    }
    const kind = LISTED[this.#method];
    if (kind !== undefined) this.#asked.set(backend, backend.catalog.moment(kind));
    const id = backend.nextId();
    const { timeoutMs } = question;
    const { caller, outlet } = this.#request;
    const params = this.#params(question.params, backend, id);
    const who = { session: this.#session, caller, outlet, owner: question };
    const asking = { id, method: this.#method, params, timeoutMs, ...who };
    const answered = (answer: Answer) => {
      if (answer === 'cancelled' || 'loss' in answer) this.#losses.push(answer);
      else this.#pages.set(backend, answer);
      this.#sent.delete(backend);
      one();
    };
    let over = false;
    const take = (answer: Answer) => {
      over = true;
      answered(checked(backend, answer));
    };
    const known = this.#method === 'tasks/list' && backend.era === 'modern';
    const sent = known ? listOwnTasks(this.#session, backend, asking, take) : backend.request(asking, take);
    if (!over) this.#sent.set(backend, sent);
  }

  /** The list of a backend nobody has started yet; it begins where no page was given before. */
  #recalled(backend: Backend): Reply | undefined {
    if (this.#position !== undefined || !backend.recalls(this.#request.caller.era)) return undefined;
    return backend.recalled(this.#method);
  }

  /** The client's own parameters with the backend's cursor in place of ours. */
  #params(params: Payload | undefined, backend: Backend, id: number): Payload | undefined {
    // A backend may be called what every object has, such as `constructor`.
    const cursors = this.#position?.cursors ?? {};
    const own = Object.hasOwn(cursors, backend.name) ? cursors[backend.name] : undefined;
    if (params === undefined) return own === undefined ? undefined : Payload.of(JSON.stringify({ cursor: own }));
    const cursor = params.span('cursor');
    const token = progressTokenOf(params);
    const cuts = [
      ...(cursor === undefined || own === undefined ? [] : [{ ...cursor, text: JSON.stringify(own) }]),
      ...(token === undefined ? [] : [{ ...token, text: String(id) }]),
    ];
    return params.splice(cuts.sort((a, b) => a.start - b.start));
  }

  /** Those that have not answered are left out; when they are there, the client hears that the list changed. */
  #tooLate(asked: readonly Backend[], one: () => void): void {
    for (const backend of asked) {
      const sent = this.#sent.get(backend);
      if (sent === undefined) continue;
      this.#sent.delete(backend);
      sent.cancel(undefined);
      backend.missed = true;
      this.#session.engine.log.write('warn', 'left_out_of_list', {
        backend: backend.name,
        list: this.#method,
      });
      one();
    }
  }

  /** A page in the client's revision; to a modern client, a backend without such a list has an empty one. */
  #translated(backend: Backend, reply: Reply): Reply {
    const { caller } = this.#request;
    if (!reply.ok && caller.era === 'modern' && hasNone(this.#method, backend, reply)) {
      const empty = Payload.of(`{"${LISTS[this.#method]}":[]}`);
      return { ok: true, body: resultForClient(this.#method, empty, NEWEST_LEGACY, NEWEST_MODERN) };
    }
    const from = backend.facts?.version ?? NEWEST_LEGACY;
    const to = revisionOf(this.#session, caller);
    if (!reply.ok) return { ok: false, body: errorForClient(this.#method, reply.body, from, to) };
    const body = resultForClient(this.#method, reply.body, from, to);
    const tasks = this.#method === 'tools/list' && backend.era === 'modern' && hasOwnTasks(to);
    const offered = tasks && hasTasksExtension(backend.facts?.capabilities ?? {});
    return { ok: true, body: offered ? toolsWithTasks(body) : body };
  }

  #merged(call: Call): Answer {
    const pages: Page[] = this.#session.backends.flatMap((backend) => {
      const reply = this.#pages.get(backend);
      if (reply === undefined) return [];
      const shown = this.#translated(backend, withOld(this.#session.engine, backend, this.#method, reply));
      return [{ backend, reply: shown, sent: reply, asked: this.#asked.get(backend) }];
    });
    if (pages.length === 0 && this.#losses.length > 0) return this.#losses[0]!;
    return mergePages(this.#session, this.#method, call.era, pages, (this.#position?.page ?? 0) + 1);
  }
}

/** A page with definitions as they were approved in the place of those that were changed, where the config says so. */
function withOld({ registry }: Engine, backend: Backend, method: ListMethod, reply: Reply): Reply {
  const kind = LISTED[method];
  const pins = kind && registry.of(backend.name);
  if (pins?.keepsOld !== true || kind === undefined || !reply.ok) return reply;
  const sent = listItems(reply.body, LISTS[method]).map((item) => item.text());
  const shown = pins.shown(kind, backend.era!, sent);
  const span = reply.body.span(LISTS[method]);
  if (shown === undefined || span === undefined) return reply;
  return { ok: true, body: reply.body.splice([{ start: span.start, end: span.end, text: `[${shown.join(',')}]` }]) };
}

/** Whether a backend refuses a list it never said it has; whoever asks all of them could not know. */
function hasNone(method: ListMethod, { facts }: Backend, { body }: Reply): boolean {
  if (facts === undefined || offers(facts, method)) return false;
  return body.member('code')?.text() === String(RPC.methodNotFound);
}

function offers({ capabilities }: ServerFacts, method: ListMethod): boolean {
  const kind = method === 'resources/templates/list' ? 'resources' : method.split('/')[0]!;
  return capabilities[kind] !== undefined || (kind === 'tasks' && hasTasksExtension(capabilities));
}

/** A list needs no further input and makes no task, so a modern server can only give it whole. */
function checked(backend: Backend, answer: Answer): Answer {
  if (backend.era !== 'modern' || answer === 'cancelled' || 'loss' in answer || !answer.ok) return answer;
  return resultTypeOf(answer.body) === 'complete' ? answer : invalidAnswer(backend.name, 'a list that is not complete');
}
