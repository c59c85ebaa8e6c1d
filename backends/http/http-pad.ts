import type { Authorization } from '../../lib/model/authorization.ts';
import type { BackendConfig } from '../../lib/model/config.ts';
import type { Launchpad } from '../stdio-server.ts';
import type { Resolve } from './addresses.ts';

/** What every backend that is reached by HTTP needs of its gateway. */
export interface HttpPad extends Pick<Launchpad, 'clock' | 'log' | 'limits' | 'budget' | 'tap' | 'turn'> {
  /** Looks up host names; the system's own way unless a test stands in for it. */
  readonly resolve?: Resolve | undefined;
  /** How requests to a backend are authorized; undefined where its `headers` are all there is. Throws where it should be and cannot. */
  readonly authorizationOf?: ((config: BackendConfig) => Authorization | undefined) | undefined;
}
