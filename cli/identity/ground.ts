import type { Clock } from '../../lib/model/clock.ts';
import type { Log } from '../../lib/model/log.ts';

/** What ways to prove who one is stand on. */
export interface IdentityGround {
  readonly clock: Clock;
  readonly log: Log;
  /** Is told of secrets that stand in files, so that they are masked. */
  learn(secrets: readonly string[]): void;
}
