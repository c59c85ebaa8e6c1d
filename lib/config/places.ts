import type { KeyPath } from './key-path.ts';
import type { Overrides } from './overrides.ts';
import type { Layer } from './reading.ts';

/** Where a key of the backend stands in a layer; undefined when the layer does not speak of it. */
export type At = (...keys: string[]) => (layer: Layer) => KeyPath | undefined;

/** Where a layer speaks of the backend; for a wrapped one, only the managed layer may. */
export function placesOf(backend: string, { only }: Overrides): At {
  return (...keys) =>
    ({ config, source }) => {
      const own = (config.backends ?? []).findIndex(({ name }) => name === backend);
      return own === -1 || (only !== undefined && !source.managed) ? undefined : ['backends', own, ...keys];
    };
}
