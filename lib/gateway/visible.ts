import type { Backend, Session } from './ports.ts';

/** The backends policy lets exist for a client now; of any other it is told nothing, and none is asked or started for it. */
export function visibleTo({
  engine,
  identity,
  backends,
}: Pick<Session, 'engine' | 'identity' | 'backends'>): Backend[] {
  return backends.filter(({ name }) => engine.policy.reaches(identity, name));
}
