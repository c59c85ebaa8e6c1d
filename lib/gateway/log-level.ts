import { LOG_LEVELS } from '../protocol/methods.ts';
import { Payload } from '../wire/payload.ts';
import type { Backend } from './ports.ts';

/** Higher is worse; an unknown level is below all, -1. */
export function levelRank(level: string | undefined): number {
  return LOG_LEVELS.indexOf(level as (typeof LOG_LEVELS)[number]);
}

/** Tells a legacy backend the least level of log messages that is wanted, if it has any. */
export function passLogLevel(backend: Backend, level: string): void {
  if (backend.era === 'modern' || backend.facts?.capabilities.logging === undefined) return;
  const params = Payload.of(JSON.stringify({ level }));
  backend.request({ id: backend.nextId(), method: 'logging/setLevel', params, session: undefined }, () => {});
}
