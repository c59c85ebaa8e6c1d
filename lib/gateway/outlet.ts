import type { Beside } from '../model/tracing.ts';
import type { Line } from '../wire/writer.ts';
import type { Recorded } from './turn.ts';

/** Where frames go that belong to one request of a client: straight out, into a batch, or onto a stream of its own. */
export interface Outlet {
  /** What came beside the request, over HTTP. */
  readonly beside?: Beside | undefined;
  /** Its answer, after which nothing follows. */
  send(line: Line, owner?: Recorded): void;
  /** A notification or a question that belongs to it, before the answer. */
  aside(line: Line, owner?: Recorded): void;
  /**
   * The answer will be an error for want of these scopes. Whether the transport says so with it, which it can only as long
   * as nothing has left; where it cannot be asked, it does not.
   */
  challenge?(scopes: readonly string[]): boolean;
  /** There will be no answer. */
  nothing(): void;
}
