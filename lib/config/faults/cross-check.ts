import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';
import { checkApprovals } from './approvals.ts';
import { checkBackends } from './backends.ts';
import { checkDetectors } from './detectors.ts';
import { checkNotify } from './notify.ts';
import { checkProvider } from './provider.ts';
import { checkSandboxes } from './sandbox.ts';
import { checkServer } from './server.ts';
import { checkShipping } from './shipping.ts';
import { checkTokens } from './tokens.ts';
import { checkMetrics } from './watching.ts';

/** Faults no single key shows: names, and things that work but protect less than they seem to. They are told in this order. */
export function crossCheck(layers: readonly Layer[], overrides: Overrides): Problem[] {
  return [
    ...checkServer(layers, overrides),
    ...checkSandboxes(layers),
    ...checkShipping(layers, overrides),
    ...layers.flatMap(checkDetectors),
    ...layers.flatMap(checkTokens),
    ...layers.flatMap(checkApprovals),
    ...checkNotify(layers),
    ...layers.flatMap((layer) => checkProvider(layer, overrides)),
    ...checkMetrics(layers),
    ...checkBackends(layers, overrides),
  ];
}
