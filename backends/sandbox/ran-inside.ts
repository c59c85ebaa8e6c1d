import { once } from 'node:events';
import { constants } from 'node:os';
import type { Guardian } from '../guardian.ts';
import { onHandOver, spawned } from '../spawned.ts';
import type { Confined } from './confined.ts';

/** How a program that was run in the place of a backend ended. */
export interface RunInside {
  /** Exit code, or 128 and the number of the signal, as shells count. */
  readonly code: number;
  /** What it printed; empty when it had our own output. */
  readonly printed: string;
  /** Undefined when there was no sandbox. */
  readonly driver: string | undefined;
}

const MOST_PRINTED = 256 * 1024;

/** Runs what was put into a sandbox to its end, `withinMs` at most. */
export async function ranInside(
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
    NodeJS.Signals | null,
  ];
  clearTimeout(timer);
  if (child.pid !== undefined) guardian.remove(child.pid);
  const ended = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  return { code: ended, printed, driver: driver?.name };
}
