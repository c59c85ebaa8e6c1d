import type { Config } from '../model/config.ts';
import { TASKS_EXTENSION, UI_EXTENSION } from '../protocol/revisions.ts';

/** Whether either side may be told of an extension: one whose messages the gateway routes, or the config allows. */
export function passesExtension(name: string, { extensionsAllow }: Config): boolean {
  return name === TASKS_EXTENSION || name === UI_EXTENSION || extensionsAllow.includes(name);
}
