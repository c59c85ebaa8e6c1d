import { Payload } from '../wire/payload.ts';
import type { Backend } from './ports.ts';

/** Tells a backend the least level of log messages a legacy client wants, if it has any. */
export function passLogLevel(backend: Backend, level: string): void {
  if (backend.era === 'modern' || backend.facts?.capabilities.logging === undefined) return;
  const params = Payload.of(JSON.stringify({ level }));
  backend.request({ id: backend.nextId(), method: 'logging/setLevel', params, session: undefined }, () => {});
}
