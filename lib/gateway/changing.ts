import type { Call } from '../model/call.ts';

const CHANGING: ReadonlySet<string> = new Set(['tools/call', 'tasks/cancel', 'tasks/update']);

/** Whether a request may change something; of a method that only a config knows nobody can say that it does not. */
export function changesSomething({ action, resource }: Call): boolean {
  return CHANGING.has(action) || resource.type === 'method';
}
