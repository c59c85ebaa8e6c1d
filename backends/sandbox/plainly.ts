import type { BackendConfig } from '../../lib/model/config.ts';
import type { Launch } from '../launch.ts';
import type { Command } from '../spawned.ts';
import type { Confined } from './confined.ts';
import { NOWHERE } from './forwards.ts';

/** A start as the config says it, with nothing around it. */
export function plainly({ cwd }: BackendConfig, launch: Launch, variables: Readonly<Record<string, string>>): Confined {
  const command: Command = { ...launch, env: variables, cwd, inputs: [], handsOver: false, hasInner: false };
  return { command, how: launch.how, driver: undefined, proxy: undefined, forwards: NOWHERE };
}
