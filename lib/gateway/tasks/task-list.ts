import type { Answer } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { isTerminal } from '../../translate/task-outcomes.ts';
import { taskForLegacy } from '../../translate/tasks.ts';
import { Payload } from '../../wire/payload.ts';
import { rewriteStrings } from '../../wire/rewrite.ts';
import type { Asking, Backend, Session } from '../ports.ts';
import type { Sent } from '../question.ts';
import { aboutTask } from './about.ts';
import { finishedFor, finishedState } from './finished.ts';

/** Tasks of one backend a list shows, the newest. */
const MOST_LISTED = 50;

/** The state of a modern server's task as 2025-11-25 has it, where a task that was called off stays so. */
export function stateOf(backend: Backend, taskId: string, task: Payload): Payload {
  const state = taskForLegacy(task);
  if (isTerminal(state.string('status')) || !backend.taskOwners.isCancelled(taskId)) return state;
  return rewriteStrings(state, [['status']], '"status"', () => 'cancelled');
}

/**
 * Answers `tasks/list` for a modern server, which has no such list: tasks the client's own calls have made, each as
 * its server shows it now. One the server does not know any more is forgotten.
 */
export function listOwnTasks(session: Session, backend: Backend, asking: Asking, done: (answer: Answer) => void): Sent {
  const { clock } = session.engine;
  const finished = session.account.finished.of(finishedFor(session, backend), clock).map(finishedState);
  const ids = backend.taskOwners.madeBy(session.holder).slice(0, MOST_LISTED);
  const states = new Map<string, string>();
  let missing = ids.length;
  const one = () => {
    if (--missing > 0) return;
    const tasks = [...finished, ...ids.flatMap((id) => states.get(id) ?? [])];
    done({ ok: true, body: Payload.of(`{"tasks":[${tasks.slice(0, MOST_LISTED).join(',')}]}`) });
  };
  if (missing === 0) {
    missing = 1;
    one();
  }
  const sents = ids.map((taskId, index) => {
    const owner = index === 0 ? asking.owner : undefined;
    return backend.request(aboutTask(asking, backend, { method: 'tasks/get', taskId, owner }), (answer) => {
      if (answer !== 'cancelled' && !('loss' in answer)) {
        if (answer.ok) states.set(taskId, stateOf(backend, taskId, answer.body).text());
        else if (isUnknown(answer.body)) backend.taskOwners.forget(taskId);
      }
      one();
    });
  });
  const each = (act: (sent: Sent) => void) => {
    for (const sent of sents) act(sent);
  };
  return { cancel: (reason) => each((sent) => sent.cancel(reason)), withdraw: () => each((sent) => sent.withdraw()) };
}

function isUnknown(error: Payload): boolean {
  return error.member('code')?.text() === String(RPC.invalidParams);
}
