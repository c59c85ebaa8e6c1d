import type { Config } from '../model/config.ts';
import { asObject, type Json } from '../model/json.ts';
import { TASKS_EXTENSION, UI_EXTENSION } from '../protocol/revisions.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';

/** Whether either side may be told of an extension: one whose messages the gateway routes, or the config allows. */
export function passesExtension(name: string, { extensionsAllow }: Config): boolean {
  return name === TASKS_EXTENSION || name === UI_EXTENSION || extensionsAllow.includes(name);
}

/** Whether a modern peer takes, or makes, tasks. */
export function hasTasksExtension(capabilities: Json): boolean {
  return asObject(capabilities.extensions)?.[TASKS_EXTENSION] !== undefined;
}

/** Whether a legacy server makes tasks of tool calls (2025-11-25). */
export function hasLegacyTasks(capabilities: Json): boolean {
  const requests = asObject(asObject(capabilities.tasks)?.requests);
  return asObject(requests?.tools)?.call !== undefined;
}

/** What one side can do, without the extensions the other must not be told of. */
export function withPassedExtensions(capabilities: Payload, config: Config): Payload {
  const span = capabilities.span('extensions');
  if (span === undefined) return capabilities;
  const extensions = capabilities.slice(span.start, span.end);
  const dropped = extensions.keys().filter((name) => !passesExtension(name, config));
  return capabilities.splice([{ ...span, text: withoutMembers(extensions, dropped).text() }]);
}
