import { META, NEWEST_LEGACY, NEWEST_MODERN } from '../protocol/revisions.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { errorForClient } from './errors.ts';
import { isObject, withAdded, withChanged, withoutMeta } from './members.ts';
import { resultForClient } from './results.ts';

/** How a task ended: what the call would have answered, had it been waited for. */
export type TaskOutcome = { readonly result: Payload } | { readonly error: Payload };

/** Whether a task in this state stays in it. The names are the same in both dialects. */
export function isTerminal(status: string | undefined): boolean {
  return hasOutcome(status) || status === 'cancelled';
}

/** Whether a task in this state has something `tasks/result` (2025-11-25) answers with. */
export function hasOutcome(status: string | undefined): boolean {
  return status === 'completed' || status === 'failed';
}

/** How a task of the extension ended; undefined while it has not, or when it does not say. */
export function outcomeOf(task: Payload): TaskOutcome | undefined {
  const status = task.string('status');
  const body = status === 'completed' ? task.member('result') : status === 'failed' ? task.member('error') : undefined;
  if (body === undefined || !isObject(body)) return undefined;
  return status === 'completed' ? { result: body } : { error: body };
}

/** The outcome of a legacy server's task: the status it has in the extension, under which key, and the body. */
export function modernOutcome(outcome: TaskOutcome): readonly ['completed' | 'failed', 'result' | 'error', Payload] {
  if ('error' in outcome) {
    return ['failed', 'error', errorForClient('tasks/result', outcome.error, NEWEST_LEGACY, NEWEST_MODERN)];
  }
  const result = withoutMeta(outcome.result, [META.relatedTask]);
  return ['completed', 'result', resultForClient('tools/call', result, NEWEST_LEGACY, NEWEST_MODERN)];
}

/** The result in a finished task of the extension as `tasks/result` gives it, with the task it belongs to. */
export function taskResultForLegacy(taskId: string, result: Payload): Payload {
  const plain = resultForClient('tasks/result', result, NEWEST_MODERN, NEWEST_LEGACY);
  const related = `{"taskId":${JSON.stringify(taskId)}}`;
  const meta = plain.member('_meta');
  if (meta === undefined || !isObject(meta)) {
    return withAdded(withoutMembers(plain, ['_meta']), '_meta', `{"${META.relatedTask}":${related}}`);
  }
  const marked = withAdded(withoutMembers(meta, [META.relatedTask]), META.relatedTask, related);
  return withChanged(plain, '_meta', () => marked);
}

/** Whether a tool's result says that the tool failed. */
export function saysError(result: Payload | undefined): boolean {
  return result !== undefined && isObject(result) && result.member('isError')?.text() === 'true';
}

/** The params of a call as 2025-11-25 asks for a task in place of an answer. */
export function askingTask(params: Payload): Payload {
  return params.has('task') ? params : withAdded(params, 'task', '{}');
}

/** The params of a call for a server that makes tasks as it sees fit, or makes none. */
export function notAskingTask(params: Payload): Payload {
  return withoutMembers(params, ['task']);
}
