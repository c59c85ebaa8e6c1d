import type { Answer, Reply } from '../../model/call.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { NEWEST_LEGACY } from '../../protocol/revisions.ts';
import { exposedUri } from '../../protocol/uris.ts';
import { errorForClient, lackAsToolResult } from '../../translate/errors.ts';
import { resultForClient } from '../../translate/results.ts';
import type { Payload } from '../../wire/payload.ts';
import { type Path, rewriteStrings, valueAt } from '../../wire/rewrite.ts';
import { children } from '../../wire/walk.ts';
import { wishesProblem } from '../bridge/wishes.ts';
import { declaresTasks } from '../caller.ts';
import type { Backend, Request, Session } from '../ports.ts';
import { invalidAnswer } from '../refusal.ts';
import { revisionOf } from '../revision.ts';
import type { Subject } from '../subject.ts';
import { noteTask, tasksForClient } from '../tasks/tasks.ts';
import { beginRound, linksFirst, namedWishes } from './rounds.ts';

/** Where results hold URIs that name resources; URIs in free text cannot be told from other text. */
const URIS: Readonly<Record<string, readonly Path[]>> = {
  'tools/call': [
    ['content', '*', 'uri'],
    ['content', '*', 'resource', 'uri'],
  ],
  'tasks/result': [
    ['content', '*', 'uri'],
    ['content', '*', 'resource', 'uri'],
  ],
  'tasks/get': [
    ['result', 'content', '*', 'uri'],
    ['result', 'content', '*', 'resource', 'uri'],
  ],
  'resources/read': [['contents', '*', 'uri']],
  'prompts/get': [
    ['messages', '*', 'content', 'uri'],
    ['messages', '*', 'content', 'resource', 'uri'],
  ],
};
const MOST_COMPLETIONS = 100;

/** A backend's answer in the client's words: URIs, task ids, request state; or why it cannot be one. */
export function replyForClient(request: Request, subject: Subject, round: number, id: number, reply: Reply): Answer {
  const { frame, caller, session } = request;
  const { backend } = subject;
  const from = backend.facts?.version ?? NEWEST_LEGACY;
  const to = revisionOf(session, caller);
  if (!reply.ok) {
    const wanted = backend.era === 'legacy' ? linksFirst(request, subject, round, reply.body) : undefined;
    const lack = backend.era === 'modern' && waitsForResult(request) ? lackAsToolResult(reply.body) : undefined;
    if (lack !== undefined) return { ok: true, body: lack };
    return wanted ?? { ok: false, body: errorForClient(frame.method, reply.body, from, to) };
  }
  if (backend.era === 'modern') {
    const type = resultTypeOf(reply.body);
    if (type === 'input_required') return beginRound(request, subject, round, reply);
    if (type === 'task' && (caller.era === 'legacy' || !makesTask(request)))
      return invalidAnswer(backend.name, 'a task for a client that has none');
    const wishes = frame.method === 'tasks/get' ? reply.body.member('inputRequests')?.json() : undefined;
    const problem = wishes === undefined ? undefined : wishesProblem(wishes, caller.capabilities);
    if (problem !== undefined) return invalidAnswer(backend.name, problem);
    if (type !== 'complete' && type !== 'task') return invalidAnswer(backend.name, 'a result of a type nobody knows');
  }
  let { body } = reply;
  body = inClientWords(session, frame.method, backend, body);
  const made = makesTask(request) ? (valueAt(body, ['task', 'taskId']) ?? body.member('taskId'))?.json() : undefined;
  if (typeof made === 'string') {
    noteTask(request, backend, id, made);
    body = tasksForClient(session, backend, body);
  } else if (subject.resource.type === 'task') body = tasksForClient(session, backend, body);
  if (frame.method === 'completion/complete') body = fewCompletions(body);
  body = resultForClient(frame.method, body, from, to);
  return body === reply.body ? reply : { ok: true, body };
}

/** A result about tasks that is in the client's dialect already, with the task ids and URIs the client knows. */
export function exposed({ session, frame }: Request, { backend }: Subject, body: Payload): Payload {
  return tasksForClient(session, backend, inClientWords(session, frame.method, backend, body));
}

/** A result with URIs as the client knows them, and questions in it that say who asks; one backend needs neither. */
export function inClientWords({ engine }: Session, method: string, backend: Backend, body: Payload): Payload {
  const paths = URIS[method];
  if (!engine.prefixed || paths === undefined) return body;
  const shown = rewriteStrings(body, paths, '"uri"', (uri) => exposedUri(backend.name, uri));
  return method === 'tasks/get' ? namedWishes(shown, backend.name) : shown;
}

function makesTask({ frame, caller }: Request): boolean {
  if (frame.method !== 'tools/call') return false;
  return caller.era === 'modern' ? declaresTasks(caller) : frame.params?.has('task') === true;
}

/** Whether a legacy client called a tool, and not as a task. */
function waitsForResult({ frame, caller }: Request): boolean {
  return caller.era === 'legacy' && frame.method === 'tools/call' && frame.params?.has('task') !== true;
}

/** The protocol allows a hundred values; the rest is said to be there. */
function fewCompletions(body: Payload): Payload {
  const completion = body.span('completion');
  if (completion === undefined) return body;
  const members = children(body.bytes(), completion.start);
  const values = members.find(({ key }) => key === 'values');
  const items = values === undefined ? [] : children(body.bytes(), values.start);
  if (items.length <= MOST_COMPLETIONS) return body;
  const kept = items.slice(0, MOST_COMPLETIONS).map(({ start, end }) => body.slice(start, end).text());
  const total = members.find(({ key }) => key === 'total');
  const rest =
    total === undefined ? `,"total":${items.length}` : `,"total":${body.slice(total.start, total.end).text()}`;
  return body.splice([
    {
      start: completion.start,
      end: completion.end,
      text: `{"values":[${kept.join(',')}],"hasMore":true${rest}}`,
    },
  ]);
}
