import type { Config } from '../../model/config.ts';
import type { Payload } from '../../wire/payload.ts';
import { withoutMembers } from '../../wire/remove.ts';
import { withPassedExtensions } from '../extensions.ts';

/**
 * What a client can do, as far as its servers may know: nothing the policy denies them, no client-hosted
 * tasks, no experiments, only extensions the gateway routes.
 */
export function offeredCapabilities(capabilities: Payload, config: Config): Payload {
  const requests = Object.entries(config.requests).filter(([, effect]) => effect === 'deny');
  const kept = withoutMembers(capabilities, ['tasks', 'experimental', ...requests.map(([kind]) => kind)]);
  return withPassedExtensions(kept, config);
}
