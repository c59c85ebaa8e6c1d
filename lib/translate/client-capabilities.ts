import { asObject, type Json } from '../model/json.ts';
import { TASKS_EXTENSION } from '../protocol/revisions.ts';

/**
 * What a legacy client said it can do, as the `_meta` of a modern request says it. Client-hosted tasks and
 * experiments have no place there, roots are never announced anew, and `elicitation: {}` means forms. Legacy clients
 * ask for a task with each call: `asksTask` adds the extension that lets a modern server make one.
 */
export function modernCapabilities(legacy: Json, asksTask = false): Json {
  const { tasks: _tasks, experimental: _experimental, roots, elicitation, extensions, ...rest } = legacy;
  const passed = withoutTasks(extensions);
  const all = asksTask ? { ...passed, [TASKS_EXTENSION]: {} } : passed;
  return {
    ...rest,
    ...(roots === undefined ? {} : { roots: withoutListChanged(roots) }),
    ...(elicitation === undefined ? {} : { elicitation: isEmpty(elicitation) ? { form: {} } : elicitation }),
    ...(all === undefined || isEmpty(all) ? {} : { extensions: all }),
  };
}

/**
 * What a modern client said it can do in one request, as `initialize` says it to a legacy server. A modern client
 * sends no notifications of its roots and hosts no tasks.
 */
export function legacyCapabilities(modern: Json): Json {
  const { tasks: _tasks, experimental: _experimental, roots, extensions, ...rest } = modern;
  const passed = withoutTasks(extensions);
  return {
    ...rest,
    ...(roots === undefined ? {} : { roots: withoutListChanged(roots) }),
    ...(passed === undefined || isEmpty(passed) ? {} : { extensions: passed }),
  };
}

/** The same text for the same capabilities, in whatever order their members come. */
export function canonicalCapabilities(capabilities: Json): string {
  return JSON.stringify(sorted(capabilities));
}

/** A declaration in `extensions` means tasks of 2026-07-28 and nothing in a legacy revision (SEP-2663). */
function withoutTasks(extensions: unknown): Json | undefined {
  const { [TASKS_EXTENSION]: _tasks, ...rest } = asObject(extensions) ?? {};
  return extensions === undefined ? undefined : rest;
}

function withoutListChanged(roots: unknown): unknown {
  const object = asObject(roots);
  if (object === undefined) return roots;
  const { listChanged: _listChanged, ...rest } = object;
  return rest;
}

function isEmpty(value: unknown): boolean {
  const object = asObject(value);
  return object !== undefined && Object.keys(object).length === 0;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const object = asObject(value);
  if (object === undefined) return value;
  const keys = Object.keys(object).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(object[key])]));
}
