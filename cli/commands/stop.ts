import { readStops, removeStop, writeStop } from '../../backends/stop-files.ts';
import { BACKEND_NAME } from '../../lib/config/words/backend-name.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { Stop } from '../../lib/model/stops.ts';
import { osUser } from '../identity/os-user.ts';
import { CommandError, columns, EXIT, print, printJson, shown } from '../output/print.ts';
import { stopsDir } from '../policy/stops-dir.ts';

const MOST_REASON = 500;

export interface StopOptions {
  readonly backend?: string;
  readonly reason?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** Stops everything, or one backend, in every gateway of this user within a second. */
export function stop({ backend, reason = '', list, json }: StopOptions): number {
  if (list === true) return listStops(json === true);
  const name = checked(backend);
  if (reason.length > MOST_REASON) throw new CommandError(`a reason must not be longer than ${MOST_REASON} characters`);
  const one: Stop = { backend: name, by: osUser(), sinceMs: systemClock.now(), why: reason };
  withFolder(() => writeStop(stopsDir(), one));
  if (json === true) printJson({ ok: true, ...told(one) });
  else print(`${subject(name)} is stopped. \`sallyport resume${optionFor(name)}\` lets it go on.`);
  return EXIT.ok;
}

/** Lifts one stop: the one of everything, or that of a backend. The others stay, and are named. */
export function resume({ backend, json }: Pick<StopOptions, 'backend' | 'json'>): number {
  const name = checked(backend);
  const lifted = withFolder(() => removeStop(stopsDir(), name));
  const left = withFolder(() => readStops(stopsDir()));
  if (json === true) printJson({ ok: true, lifted, stops: left.map(told) });
  else {
    print(lifted ? `${subject(name)} goes on.` : `${subject(name)} was not stopped.`);
    for (const one of left) print(`Still stopped: ${sayStop(one)}; \`sallyport resume${optionFor(one.backend)}\``);
  }
  return EXIT.ok;
}

function listStops(json: boolean): number {
  const stops = withFolder(() => readStops(stopsDir()));
  if (json) printJson({ stops: stops.map(told) });
  else if (stops.length === 0) print('Nothing is stopped.');
  else print(columns([['STOPPED', 'SINCE', 'BY', 'REASON'], ...stops.map(row)]));
  return EXIT.ok;
}

function row({ backend, by, sinceMs, why }: Stop): string[] {
  return [backend ?? 'everything', timeOf(sinceMs), shown(by), shown(why)];
}

function sayStop({ backend, by, sinceMs }: Stop): string {
  return `${backend ?? 'everything'}, by ${shown(by)} since ${timeOf(sinceMs)}`;
}

function told({ backend, by, sinceMs, why }: Stop): Record<string, unknown> {
  return { backend: backend ?? null, by, since: timeOf(sinceMs), reason: why };
}

function timeOf(ms: number): string {
  return ms === 0 ? 'unknown' : new Date(ms).toISOString();
}

function subject(backend: string | undefined): string {
  return backend === undefined ? 'Everything' : backend;
}

function optionFor(backend: string | undefined): string {
  return backend === undefined ? '' : ` --backend ${backend}`;
}

function checked(backend: string | undefined): string | undefined {
  if (backend !== undefined && !BACKEND_NAME.test(backend)) {
    throw new CommandError(`"${backend}" cannot be the name of a backend; \`sallyport config show\` lists them`);
  }
  return backend;
}

/** An emergency brake that does not hold must say so. */
function withFolder<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandError(`the stops cannot be read or written: ${(error as Error).message}`, EXIT.unavailable);
  }
}
