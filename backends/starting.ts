import type { BackendConfig } from '../lib/model/config.ts';
import type { Later } from '../lib/model/later.ts';
import { NO_LIMITS } from '../lib/model/sandbox.ts';
import type { Guardian } from './guardian.ts';
import { resolveLaunch } from './launch.ts';
import type { LimitedStart, Limiter } from './limits/limiter.ts';
import { isPlain, type Needs, prepared } from './prepared.ts';
import { ServerProcess } from './process.ts';
import type { Confined } from './sandbox/confined.ts';
import { plainly } from './sandbox/plainly.ts';
import type { Particular } from './sandbox/sandboxes.ts';

/** What a start needs of the gateway. */
export interface StartGround extends Needs {
  readonly guardian: Guardian;
  readonly limiter: Limiter;
  readonly stateDir: string;
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
  particular: Particular,
  ground: StartGround,
): Later<Confined> {
  ground.guardian.watch();
  const launch = resolveLaunch(config.command, config.args, ground.stateDir);
  if (isPlain(config, ground)) return plainly(config, launch, variables);
  return prepared(config, launch, variables, particular, ground);
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

/** Ends what stood around a process; resolves when connections are recorded and cgroups gone. */
export async function shut({ limited, confined }: Pick<Started, 'confined'> & Partial<Started>): Promise<void> {
  await Promise.all([confined.proxy?.close(), limited?.close()]);
}
