import type { Launchpad } from '../stdio-server.ts';
import type { Resolve } from './addresses.ts';

/** What every backend that is reached by HTTP needs of its gateway. */
export interface HttpPad extends Pick<Launchpad, 'clock' | 'log' | 'limits' | 'budget' | 'tap' | 'turn'> {
  /** Looks up host names; the system's own way unless a test stands in for it. */
  readonly resolve?: Resolve | undefined;
}
