import { once } from 'node:events';
import type { BackendConfig } from '../../lib/model/config.ts';
import { backendEnvironment } from '../environment.ts';
import type { Guardian } from '../guardian.ts';
import { resolveLaunch } from '../launch.ts';
import { onHandOver, spawned } from '../spawned.ts';
import type { Confined, Sandboxes } from './sandboxes.ts';

/** How a program that was run in the place of a backend ended. */
export interface RunInside {
  /** Exit code, or 128 and the number of the signal, as shells count. */
  readonly code: number;
  /** What it printed; empty when it had our own output. */
  readonly printed: string;
  /** Undefined when there was no sandbox. */
  readonly driver: string | undefined;
}

export interface InsideGround {
  readonly sandboxes: Sandboxes;
  readonly guardian: Guardian;
  readonly inherited: NodeJS.ProcessEnv;
  readonly stateDir: string;
}

const MOST_PRINTED = 256 * 1024;

/** Runs a program as if it were the backend: with its files, its network, its environment. Rejects like a start does. */
export async function runInside(
  config: BackendConfig,
  command: readonly [string, ...string[]],
  standard: 'pipe' | 'inherit',
  { sandboxes, guardian, inherited, stateDir }: InsideGround,
  withinMs?: number,
): Promise<RunInside> {
  const { variables } = backendEnvironment(inherited, config.passEnv, config.env);
  const launch = resolveLaunch(config.command, config.args, stateDir);
  const confined = await sandboxes.confine(config, launch, variables, { command, interactive: standard === 'inherit' });
  guardian.watch();
  try {
    return await ranInside(confined, standard, guardian, withinMs);
  } finally {
    await confined.proxy?.close();
  }
}

async function ranInside(
  { command, driver, forwards, proxy }: Confined,
  standard: 'pipe' | 'inherit',
  guardian: Guardian,
  withinMs: number | undefined,
): Promise<RunInside> {
  const child = spawned(command, guardian.run, standard);
  const timer = withinMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), withinMs);
  if (child.pid !== undefined && standard === 'pipe') guardian.add(child.pid);
  if (proxy !== undefined) onHandOver(child, (server, rank) => proxy.accept(server, forwards.targets[rank]));
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (printed.length < MOST_PRINTED) printed += text;
    });
  child.stdin?.end();
  const [code, signal] = (await once(child, standard === 'inherit' ? 'exit' : 'close')) as [
    number | null,
    string | null,
  ];
  clearTimeout(timer);
  if (child.pid !== undefined) guardian.remove(child.pid);
  return { code: signal === null ? (code ?? 1) : 137, printed, driver: driver?.name };
}
