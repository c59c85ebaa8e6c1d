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
import { taskChanged } from './task-news.ts';

/** Hands a backend's notification to whom it concerns, in their words. What is not known is dropped. */
export function deliver(engine: Engine, backend: Backend, frame: NotificationFrame, about?: number): void {
  const { method, params } = frame;
  switch (method) {
    case 'notifications/progress':
      return progress(backend, frame);
    case 'notifications/message':
      return message(engine, backend, frame, about);
    case 'notifications/cancelled':
      return cancelled(backend, frame);
    case 'notifications/tools/list_changed':
    case 'notifications/prompts/list_changed':
    case 'notifications/resources/list_changed':
      return engine.changes.note(backend, method.split('/')[1] as ListKind);
    case 'notifications/resources/updated':
      return updated(engine, backend, frame);
    case 'notifications/subscriptions/acknowledged':
      return acknowledged(backend, params);
    case 'notifications/tasks/status':
    case 'notifications/tasks':
      return params && taskChanged(engine, backend, params, streamId(params));
    case 'notifications/elicitation/complete':
      return elicitationComplete(backend, frame);
    default:
      backend.refuse('SP3005', `notification ${method} dropped`, frame.size);
  }
}

/** Progress goes to whoever wants it, under their own token, and only forward. */
function progress(backend: Backend, { method, params }: NotificationFrame): void {
  const span = params?.span('progressToken');
  const token = parseId(params?.member('progressToken')?.text())?.key;
  const wanted = backend.conversation?.progressWanted(token);
  if (params === undefined || span === undefined || wanted?.session === undefined || wanted.progressToken === undefined)
    return;
  const value = Number(params.member('progress')?.text());
  if (!(value > wanted.lastProgress) || !backend.chatter.allows()) return;
  wanted.lastProgress = value;
  const own = params.splice([{ start: span.start, end: span.end, text: wanted.progressToken }]);
  wanted.session.notify(method, tasksForClient(wanted.session, backend, own), wanted.outlet);
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
    session.notify(method, body, sure ? cause?.asking.outlet : undefined);
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
function cancelled(backend: Backend, { params }: NotificationFrame): void {
  const id = parseId(params?.member('requestId')?.text());
  if (id === undefined) return;
  for (const session of backend.sessions) session.questions.withdraw(backend, id.key, params);
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
    if (session.era !== 'modern') {
      if (session.subscriptions.wants(backend, uri, stream)) session.notify(method, body);
    } else if (backend.era === 'legacy') session.listens.updated(backend, uri, method, body);
    else if (stream !== undefined) session.listens.deliver(backend, stream, method, body);
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

function elicitationComplete(backend: Backend, { method, params }: NotificationFrame): void {
  const id = params?.string('elicitationId');
  for (const session of backend.sessions) {
    if (id !== undefined && session.questions.knowsElicitation(id, backend)) session.notify(method, params);
  }
}

function streamId(params: Payload | undefined): number | undefined {
  const id = params && parseId(valueAt(params, ['_meta', META.subscriptionId])?.text())?.key;
  return typeof id === 'number' ? id : undefined;
}
