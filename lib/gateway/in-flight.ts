import type { Loss } from '../model/call.ts';
import type { Payload } from '../wire/payload.ts';

/** Something that runs for a client. */
export interface InFlight {
  /** It stays open by design, so nobody waits for its end. */
  readonly lasting?: boolean;
  /** The client calls it off. */
  cancel(reason: Payload | undefined): void;
  /** It cannot be finished; the client is told why. */
  lose(loss: Loss): void;
}
