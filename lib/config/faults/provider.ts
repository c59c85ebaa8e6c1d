import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';

/** Tokens another gateway would verify and this one could not: refused where somebody relies on it to keep others out. */
export function checkProvider({ config, source }: Layer, { serving }: Overrides): Problem[] {
  if (config.auth?.provider !== 'jwt' || config.auth.secret !== undefined) return [];
  const message = 'no `secret` stands here by which tokens could be verified';
  const severity = serving === true ? 'error' : 'warning';
  return [{ code: 'SP2007', severity, message, where: source.where(['auth', 'provider']) }];
}
