import { hasOwnTasks } from '../../translate/abilities.ts';
import { notAskingTask } from '../../translate/task-outcomes.ts';
import { askAcross } from '../bridge/across.ts';
import { hasTasksExtension } from '../extensions.ts';
import type { Backend } from '../ports.ts';
import type { Answered, Sent } from '../question.ts';
import { revisionOf } from '../revision.ts';
import type { TaskCrossing } from './crossing.ts';
import { InsistedTask } from './insisted.ts';
import { askForLegacy } from './legacy-client.ts';
import { askForModern, mustBeTask } from './modern-client.ts';

/**
 * Asks a backend about a task, or for one, for a client of the other era: the two have tasks of different kinds.
 * Undefined when the request is about neither, or both speak the same era.
 */
export function askTaskAcross(crossing: TaskCrossing, done: Answered): Sent | undefined {
  const { request, subject, asking } = crossing;
  const { backend, resource } = subject;
  const { caller, session } = request;
  if (backend.era === undefined || backend.era === caller.era) return undefined;
  const called = asking.method === 'tools/call';
  if (!called && resource.type !== 'task') return undefined;
  if (caller.era === 'modern') {
    if (!called || mustBeTask(backend, resource.id)) return askForModern(crossing, done);
    // A modern client cannot ask for a task, so `task` is taken out of what it sends to a legacy server.
    if (asking.params?.has('task') !== true) return undefined;
    return askAcross({ ...crossing, asking: { ...asking, params: notAskingTask(asking.params) } }, done);
  }
  const wanted = asking.params?.has('task') === true && hasOwnTasks(revisionOf(session, caller)) && makesTasks(backend);
  if (!called || wanted) return askForLegacy(crossing, done);
  return makesTasks(backend) ? new InsistedTask(crossing, done).start() : undefined;
}

function makesTasks({ facts }: Backend): boolean {
  return facts !== undefined && hasTasksExtension(facts.capabilities);
}
