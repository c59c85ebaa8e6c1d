import { asObject } from '../../model/json.ts';
import { META } from '../../protocol/revisions.ts';
import { exposedUri } from '../../protocol/uris.ts';
import { type NotificationFrame, parseId } from '../../wire/frame.ts';
import { insertionOf } from '../../wire/insert.ts';
import type { Payload } from '../../wire/payload.ts';
import { rewriteStrings, valueAt } from '../../wire/rewrite.ts';
import type { ListKind } from '../facts.ts';
import { levelRank } from '../log-level.ts';
import type { Backend, Engine, Waited } from '../ports.ts';
import { tasksForClient } from '../tasks/tasks.ts';
import { judgeNotice } from './judged-notice.ts';
import { taskChanged } from './task-news.ts';

/** Hands a backend's notification to whom it concerns, in their words. What is not known is dropped. */
export function deliver(engine: Engine, backend: Backend, frame: NotificationFrame, about?: number): void {
  const { method, params } = frame;
  switch (method) {
    case 'notifications/progress':
      return progress(engine, backend, frame);
    case 'notifications/message':
      return message(engine, backend, frame, about);
    case 'notifications/cancelled':
      return cancelled(engine, backend, frame);
    case 'notifications/tools/list_changed':
    case 'notifications/prompts/list_changed':
    case 'notifications/resources/list_changed':
      return listChanged(engine, backend, method.split('/')[1] as ListKind);
    case 'notifications/resources/updated':
      return updated(engine, backend, frame);
    case 'notifications/subscriptions/acknowledged':
      return acknowledged(backend, params);
    case 'notifications/tasks/status':
    case 'notifications/tasks':
      return params && taskChanged(engine, backend, params, streamId(params));
    case 'notifications/elicitation/complete':
      return elicitationComplete(engine, backend, frame);
    default:
      backend.refuse('SP3005', `notification ${method} dropped`, frame.size);
  }
}

/** No call is judged by what was listed before, whenever clients hear of it. */
function listChanged(engine: Engine, backend: Backend, kind: ListKind): void {
  backend.catalog.announced(kind);
  engine.changes.note(backend, kind);
}

/** Progress goes to whoever wants it, under their own token, and only forward. */
function progress(engine: Engine, backend: Backend, { method, params }: NotificationFrame): void {
  const span = params?.span('progressToken');
  const token = parseId(params?.member('progressToken')?.text())?.key;
  const wanted = backend.conversation?.progressWanted(token);
  if (params === undefined || span === undefined || wanted?.session === undefined || wanted.progressToken === undefined)
    return;
  const value = Number(params.member('progress')?.text());
  if (!(value > wanted.lastProgress) || !backend.chatter.allows()) return;
  wanted.lastProgress = value;
  const { session, outlet } = wanted;
  const own = params.splice([{ start: span.start, end: span.end, text: wanted.progressToken }]);
  judgeNotice(engine, backend, session, method, own, (judged) => {
    // Nobody may hear of the progress of what is over (2025-03-26, progress).
    if (judged === undefined || backend.conversation?.progressWanted(token) !== wanted) return;
    session.notify(method, tasksForClient(session, backend, judged), outlet);
  });
}

/**
 * A log message goes to everybody who uses the backend; beside the answer of the one request that can have caused
 * it, if there is one. A modern client gets it only for a request that asked for its level.
 */
function message(engine: Engine, backend: Backend, { method, params }: NotificationFrame, about?: number): void {
  if (params === undefined || !backend.chatter.allows()) return;
  const body = engine.prefixed ? withLogger(params, backend.name) : params;
  const level = levelRank(params.string('level'));
  const waiting = backend.conversation?.waiting(about) ?? [];
  for (const session of backend.sessions) {
    const own = waiting.filter(({ asking }) => asking.session === session);
    // A legacy server does not say for whom it writes, so what may be another client's is nobody's.
    if (session.era === 'modern' && backend.era === 'legacy' && own.length < waiting.length) continue;
    const cause = session.era === 'modern' ? own.find((waited) => wantsLog(waited, level)) : own[0];
    if (session.era === 'modern' && cause === undefined) continue;
    if (session.era === 'legacy' && level !== -1 && level < levelRank(session.logLevel)) continue;
    const sure = session.era === 'modern' || own.length === 1;
    const outlet = sure ? cause?.asking.outlet : undefined;
    judgeNotice(engine, backend, session, method, body, (judged) => {
      if (judged !== undefined) session.notify(method, judged, outlet);
    });
  }
}

function wantsLog({ asking }: Waited, level: number): boolean {
  const wanted = asking.caller?.logLevel;
  return wanted !== undefined && level >= levelRank(wanted);
}

/** The logger's name says which backend spoke. */
function withLogger(params: Payload, backend: string): Payload {
  if (params.has('logger')) return rewriteStrings(params, [['logger']], '"logger"', (logger) => `${backend}/${logger}`);
  return params.splice([insertionOf(params, `"logger":${JSON.stringify(backend)}`)]);
}

/** A backend may call off its own questions; a modern one may end a stream. */
function cancelled(engine: Engine, backend: Backend, { method, params }: NotificationFrame): void {
  const id = parseId(params?.member('requestId')?.text());
  if (params === undefined || id === undefined) return;
  for (const session of backend.sessions) {
    // A question ends whatever is thought of the reason, which is not told then.
    judgeNotice(engine, backend, session, method, params, (judged) => {
      session.questions.withdraw(backend, id.key, judged);
    });
  }
  for (const { asking } of backend.conversation?.waiting() ?? []) asking.questions?.withdrawQuestion(id.key);
}

/** A modern backend says on which of the gateway's streams it tells; a legacy one tells whoever subscribed. */
function updated(engine: Engine, backend: Backend, { method, params }: NotificationFrame): void {
  const uri = params?.string('uri');
  if (params === undefined || uri === undefined) return;
  const body = engine.prefixed
    ? rewriteStrings(params, [['uri']], '"uri"', (own) => exposedUri(backend.name, own))
    : params;
  const stream = streamId(params);
  for (const session of backend.sessions) {
    judgeNotice(engine, backend, session, method, body, (judged) => {
      if (judged === undefined) return;
      if (session.era !== 'modern') {
        if (session.subscriptions.wants(backend, uri, stream)) session.notify(method, judged);
      } else if (backend.era === 'legacy') session.listens.updated(backend, uri, method, judged);
      else if (stream !== undefined) session.listens.deliver(backend, stream, method, judged);
    });
  }
}

function acknowledged(backend: Backend, params: Payload | undefined): void {
  const id = streamId(params);
  const agreed = asObject(params?.member('notifications')?.json());
  if (id === undefined || agreed === undefined) return;
  for (const { listens, subscriptions } of backend.sessions) {
    listens.agreed(backend, id, agreed);
    subscriptions.agreed(backend, id, agreed);
  }
}

function elicitationComplete(engine: Engine, backend: Backend, { method, params }: NotificationFrame): void {
  const id = params?.string('elicitationId');
  if (params === undefined || id === undefined) return;
  for (const session of backend.sessions) {
    if (!session.questions.knowsElicitation(id, backend)) continue;
    judgeNotice(engine, backend, session, method, params, (judged) => {
      if (judged !== undefined) session.notify(method, judged);
    });
  }
}

function streamId(params: Payload | undefined): number | undefined {
  const id = params && parseId(valueAt(params, ['_meta', META.subscriptionId])?.text())?.key;
  return typeof id === 'number' ? id : undefined;
}
