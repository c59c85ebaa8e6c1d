import type { BackendConfig } from '../../lib/model/config.ts';
import type { Confinement } from '../../lib/model/confinement.ts';
import type { NamedHost } from '../../lib/model/egress.ts';

/** Two configs that say the same at different lines give the same text. */
const PLACES = ['place', 'source'];

/** What a backend is started in, as a text that is another one when anything of it is; `held` is what a sandbox holds. */
export function surroundings(
  { sandbox }: BackendConfig,
  ...held: readonly (Confinement | readonly NamedHost[])[]
): string {
  return JSON.stringify([sandbox, held], (key, value: unknown) => (PLACES.includes(key) ? undefined : value));
}
