import { META } from '../protocol/revisions.ts';
import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { type InputRequest, inputRequestsText } from './input-requests.ts';
import { isObject, membersOf, withAdded, withChanged, withElements, withoutMeta, withRenamed } from './members.ts';
import { hasOutcome, modernOutcome, saysError, type TaskOutcome } from './task-outcomes.ts';

/** What a task of the extension carries beside its state; in 2025-11-25 it is asked for with `tasks/result`. */
export type TaskDetail = TaskOutcome | { readonly inputRequests: readonly InputRequest[] };

const TO_MODERN = { ttl: 'ttlMs', pollInterval: 'pollIntervalMs' } as const;
const TO_LEGACY = { ttlMs: 'ttl', pollIntervalMs: 'pollInterval' } as const;
const NOT_STATE = ['resultType', 'result', 'error', 'inputRequests'];
const SERVER_META = [META.serverInfo, META.subscriptionId];

/** 2025-11-25's answer to a call that became a task, as the extension's (SEP-2663); undefined when it holds none that can be read in one way. */
export function createTaskResultForModern(body: Payload): Payload | undefined {
  const task = body.member('task');
  if (task === undefined || !isObject(task) || task.string('taskId') === undefined) return undefined;
  const state = membersOf(modernState(task));
  const own = new Set(['resultType', ...state.map(({ key }) => key)]);
  // What stood twice in the task would stand twice in the result itself, which no reply may have.
  if (own.size <= state.length) return undefined;
  const rest = membersOf(withoutMembers(body, ['task'])).filter(({ key }) => !own.has(key));
  const members = [...state, ...rest].map(({ text }) => text);
  return Payload.of(`{"resultType":"task",${members.join(',')}}`);
}

/** The extension's answer to a call that became a task, as that of 2025-11-25; undefined when it holds none. */
export function createTaskResultForLegacy(body: Payload): Payload | undefined {
  if (body.string('taskId') === undefined) return undefined;
  const meta = withoutMeta(body, SERVER_META).member('_meta');
  const task = legacyState(withoutMembers(body, ['_meta'])).text();
  return Payload.of(`{"task":${task}${meta === undefined ? '' : `,"_meta":${meta.text()}`}}`);
}

/**
 * A list of tools whose server may make a task of any call, as 2025-11-25 says that. What a tool says of itself
 * stands.
 */
export function toolsWithTasks(body: Payload): Payload {
  return withElements(body, 'tools', (tool) => {
    return isObject(tool) && !tool.has('execution') ? withAdded(tool, 'execution', '{"taskSupport":"optional"}') : tool;
  });
}

/**
 * 2025-11-25's answer to `tasks/get`, as the extension's. `detail` is what `tasks/result` gave for a task that has an
 * outcome, or the questions that wait for an answer. A result makes the task `completed` even when it says `isError`,
 * an error makes it `failed`. A task whose outcome or questions are not given is shown as working.
 */
export function taskForModern(body: Payload, detail?: TaskDetail): Payload {
  const state = modernState(body);
  return withAdded(detailed(state, detail) ?? withStatus(state, 'working'), 'resultType', '"complete"');
}

/** The extension's answer to `tasks/get`, as that of 2025-11-25, where a tool's error makes its task `failed`. */
export function taskForLegacy(body: Payload): Payload {
  return withoutMeta(legacyState(body), SERVER_META);
}

/**
 * Params of `notifications/tasks/status` as those of `notifications/tasks`; undefined when they lack a detail they
 * must have, so that there is nothing to tell and the client has to ask.
 */
export function taskNoticeForModern(params: Payload, detail?: TaskDetail): Payload | undefined {
  return detailed(modernState(params), detail);
}

/** Params of `notifications/tasks` as those of `notifications/tasks/status`. */
export function taskNoticeForLegacy(params: Payload): Payload {
  return taskForLegacy(params);
}

/** A task with what its status wants beside it; undefined when that is not given. */
function detailed(state: Payload, detail: TaskDetail | undefined): Payload | undefined {
  const status = state.string('status');
  if (status === 'input_required') {
    if (detail === undefined || !('inputRequests' in detail)) return undefined;
    return withAdded(state, 'inputRequests', inputRequestsText(detail.inputRequests));
  }
  if (!hasOutcome(status)) return state;
  if (detail === undefined || 'inputRequests' in detail) return undefined;
  const [ended, key, body] = modernOutcome(detail);
  return withAdded(withStatus(state, ended), key, body.text());
}

function modernState(task: Payload): Payload {
  const state = withRenamed(withoutMembers(task, [...NOT_STATE, ...Object.values(TO_MODERN)]), TO_MODERN);
  return state.has('ttlMs') ? state : withAdded(state, 'ttlMs', 'null');
}

function legacyState(task: Payload): Payload {
  const status = task.string('status') === 'completed' && saysError(task.member('result')) ? 'failed' : undefined;
  const kept = withRenamed(withoutMembers(task, [...NOT_STATE, ...Object.values(TO_LEGACY)]), TO_LEGACY);
  const state = kept.has('ttl') ? kept : withAdded(kept, 'ttl', 'null');
  return status === undefined ? state : withStatus(state, status);
}

function withStatus(state: Payload, status: string): Payload {
  return withChanged(state, 'status', () => Payload.of(JSON.stringify(status)));
}
