import type { BackendConfig } from '../lib/model/config.ts';
import type { Later } from '../lib/model/later.ts';
import type { Guardian } from './guardian.ts';
import { resolveLaunch } from './launch.ts';
import type { LimitedStart, Limiter } from './limits/limiter.ts';
import { ServerProcess } from './process.ts';
import type { Confined } from './sandbox/confined.ts';
import { NOWHERE } from './sandbox/forwards.ts';
import type { Sandboxes } from './sandbox/sandboxes.ts';
import type { Command } from './spawned.ts';

/** What a start needs of the gateway. */
export interface StartGround {
  readonly guardian: Guardian;
  readonly limiter: Limiter;
  readonly stateDir: string;
  /** Undefined when no backend is to run in a sandbox. */
  readonly sandboxes: Sandboxes | undefined;
}

/** A backend that runs, with what holds it. */
export interface Started {
  readonly process: ServerProcess;
  readonly limited: LimitedStart;
  readonly confined: Confined;
}

/**
 * Finds the program of a backend and what it is to be surrounded by; at once where that is nothing. Throws or rejects
 * when it may not be started as the config says it.
 */
export function confined(
  config: BackendConfig,
  variables: Readonly<Record<string, string>>,
  roots: readonly string[],
  { guardian, sandboxes, stateDir }: StartGround,
): Later<Confined> {
  guardian.watch();
  const launch = resolveLaunch(config.command, config.args, stateDir);
  if (sandboxes !== undefined && config.sandbox.mode !== 'off') {
    return sandboxes.confine(config, launch, variables, { roots });
  }
  const plain = { env: variables, cwd: config.cwd, inputs: [], handsOver: false, hasInner: false };
  const command: Command = { ...launch, ...plain };
  return { command, how: launch.how, driver: undefined, proxy: undefined, forwards: NOWHERE };
}

/** Starts it; its connections are taken from now on. */
export function started(config: BackendConfig, confined: Confined, { guardian, limiter }: StartGround): Started {
  const { driver, forwards, proxy } = confined;
  // A container is held to the same limits by its engine, of whose client nothing need be held.
  const limits = driver?.engine === undefined ? config.sandbox.limits : NO_LIMITS;
  const limited = limiter.limit(config.name, confined.command, limits);
  const process = new ServerProcess(limited.command, guardian);
  if (proxy !== undefined) process.onHandOver((server, rank) => proxy.accept(server, forwards.targets[rank]));
  return { process, limited, confined };
}

const NO_LIMITS = {
  memoryBytes: undefined,
  cpuSeconds: undefined,
  processes: undefined,
  openFiles: undefined,
  fileBytes: undefined,
  idleMs: undefined,
};

/** Ends what stood around a process; resolves when connections are recorded and cgroups gone. */
export async function shut({ limited, confined }: Pick<Started, 'confined'> & Partial<Started>): Promise<void> {
  await Promise.all([confined.proxy?.close(), limited?.close()]);
}
