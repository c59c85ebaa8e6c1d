import type { KeyPath } from '../files/key-path.ts';
import { valueAt } from '../files/key-path.ts';
import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';
import type { RawBackend } from '../schema/schema.ts';
import { HELD_BY_IT } from '../sections/sandbox.ts';

type RawSandbox = NonNullable<RawBackend['sandbox']>;

const OF_ALL: KeyPath = ['security', 'sandbox'];
const ENGINES = new Set(['docker', 'podman']);

/** Faults of sandboxes no single key shows: what cannot be had together, and what protects less than it seems to. */
export function checkSandboxes(layers: readonly Layer[]): Problem[] {
  return layers.flatMap((layer) => {
    const { backends = [] } = layer.config;
    const places: KeyPath[] = [OF_ALL, ...backends.map((_one, index): KeyPath => ['backends', index, 'sandbox'])];
    return places.flatMap((place) => {
      const own = valueAt(layer.config, place) as RawSandbox | undefined;
      if (own === undefined) return [];
      const common = place === OF_ALL ? {} : (valueAt(layer.config, OF_ALL) as RawSandbox | undefined);
      return checkOne({ ...common, ...own }, (...keys) =>
        layer.source.where([...place, ...keys.filter((key) => key in own)]),
      );
    });
  });
}

function checkOne(sandbox: RawSandbox, where: (...keys: string[]) => string): Problem[] {
  const { driver, image, mode, network, domains } = sandbox;
  const problems: Problem[] = [];
  const inContainer = driver !== undefined && ENGINES.has(driver);
  if (inContainer && image === undefined) {
    const message = `\`driver: ${driver}\` needs an \`image\` with its digest`;
    problems.push({ code: 'SP1005', severity: 'error', message, where: where('driver') });
  }
  if (inContainer && network === 'proxy') {
    const message = `${driver} has no network by way of the gateway: choose none or host`;
    problems.push({ code: 'SP1005', severity: 'error', message, where: where('network') });
  }
  if (mode === 'off' && Object.keys(sandbox).some((key) => HELD_BY_IT.has(key))) {
    const message = 'with `mode: off` only limits hold; the rest judges arguments and nothing more';
    problems.push({ code: 'SP1114', severity: 'warning', message, where: where('mode') });
  } else if (network === 'host' && domains !== undefined) {
    const message = 'with `network: host` the domains judge arguments, and connections go anywhere';
    problems.push({ code: 'SP1114', severity: 'warning', message, where: where('network') });
  }
  return problems;
}
