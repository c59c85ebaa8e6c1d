import { META } from '../../protocol/revisions.ts';
import type { Payload } from '../../wire/payload.ts';
import { type Path, rewriteStrings } from '../../wire/rewrite.ts';
import type { Backend, Request, Session } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';

const PURPOSE = 'task';
const RELATED: Path = ['_meta', META.relatedTask, 'taskId'];
/** Everywhere a task's id is typed in a result or a notification, over both dialects. */
const TASK_IDS: readonly Path[] = [['taskId'], ['task', 'taskId'], ['tasks', '*', 'taskId'], RELATED];

/** The id a client gets for a backend's task: always the same, and of use to this principal only. */
export function sealTask(session: Session, backend: Backend, taskId: string): string {
  return session.engine.seal.closeStably(PURPOSE, [backend.name, session.holder, taskId]);
}

/** The backend and its own id behind a client's task id; undefined for anybody else's, and for any other text. */
export function openTask(session: Session, sealed: string): { backend: Backend; taskId: string } | undefined {
  const opened = session.engine.seal.open(PURPOSE, sealed);
  if (!Array.isArray(opened) || opened[1] !== session.holder) return undefined;
  const backend = session.backend(String(opened[0]));
  return backend && { backend, taskId: String(opened[2]) };
}

/** A result or notification of a backend with its task ids sealed for the client. */
export function tasksForClient(session: Session, backend: Backend, body: Payload): Payload {
  return rewriteStrings(body, TASK_IDS, 'askId"', (taskId) => sealTask(session, backend, taskId));
}

/** A call has become a task: whose it is, and, for as long as it goes on, who wants to hear of it. */
export function noteTask(request: Request, backend: Backend, id: number, taskId: string): void {
  const { session, caller, outlet, frame } = request;
  backend.taskOwners.note(taskId, session.holder);
  // The extension has no progress of tasks (SEP-2663).
  if (caller.era === 'modern') return;
  const progressToken = frame.params && progressTokenOf(frame.params)?.raw;
  const lastProgress = Number.NEGATIVE_INFINITY;
  backend.conversation?.keepProgress(id, { session, outlet, progressToken, lastProgress });
  session.subscriptions.followTask(backend, taskId);
}

/** A client's answer for `backend` with its own task id put back; that of another backend is none of its business. */
export function replyFromClient(session: Session, backend: Backend, body: Payload): Payload {
  return rewriteStrings(body, [RELATED], 'related-task', (sealed) => {
    const task = openTask(session, sealed);
    return task?.backend === backend ? task.taskId : undefined;
  });
}

/** Whether the client may hear of a task. One nobody is known to have made is shown where there is only one user. */
export function mayKnowTask(
  { holder: mine, owner: account, identity, engine }: Session,
  backend: Backend,
  taskId: string,
): boolean {
  const owner = backend.taskOwners.of(taskId);
  if (owner !== undefined) return owner === mine;
  const { apiKeys, issuers, resource, certificates } = engine.config.auth;
  const alone =
    identity.proof === 'os-user' ||
    (issuers.length === 0 && certificates.length === 0 && resource?.introspection === undefined);
  const keys = identity.proof === 'os-user' ? [] : apiKeys;
  return (
    alone &&
    keys.every(({ clientId }) => clientId === account) &&
    [...engine.sessions].every((other) => other.holder === mine)
  );
}
