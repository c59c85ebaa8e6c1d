import type { BackendConfig } from '../../lib/model/config.ts';
import { SandboxFault } from '../../lib/model/sandbox.ts';
import { backendEnvironment } from '../environment.ts';
import type { Guardian } from '../guardian.ts';
import { resolveLaunch } from '../launch.ts';
import { type Needs, prepared } from '../prepared.ts';
import { type RunInside, ranInside } from './ran-inside.ts';

export interface InsideGround extends Needs {
  readonly guardian: Guardian;
  readonly inherited: NodeJS.ProcessEnv;
  readonly stateDir: string;
}

/**
 * Runs a program as if it were the backend: with its files, its network, its environment. Rejects like a start does, and
 * where no sandbox can be had: the program is for the inside of one.
 */
export async function runInside(
  config: BackendConfig,
  command: readonly [string, ...string[]],
  standard: 'pipe' | 'inherit',
  { guardian, inherited, stateDir, ...needs }: InsideGround,
  withinMs?: number,
): Promise<RunInside> {
  const choice = await needs.sandboxes?.drivers.choose(config.sandbox);
  if (choice === undefined) throw new SandboxFault('it runs without a sandbox', 'set its `sandbox.mode`');
  if (choice.driver === undefined) throw new SandboxFault(`no sandbox can be had here: ${choice.why}`, choice.fix);
  const { variables } = backendEnvironment(inherited, config.passEnv, config.env);
  const launch = resolveLaunch(config.command, config.args, stateDir);
  const instead = { command, interactive: standard === 'inherit' } as const;
  const confined = await prepared(config, launch, variables, { instead }, needs);
  guardian.watch();
  try {
    return await ranInside(confined, standard, guardian, withinMs);
  } finally {
    await confined.proxy?.close();
  }
}
