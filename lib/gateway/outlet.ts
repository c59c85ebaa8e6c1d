import type { Line } from '../wire/writer.ts';
import type { Recorded } from './turn.ts';

/** Where frames go that belong to one request of a client: straight out, into a batch, or onto a stream of its own. */
export interface Outlet {
  /** Its answer, after which nothing follows. */
  send(line: Line, owner?: Recorded): void;
  /** A notification or a question that belongs to it, before the answer. */
  aside(line: Line, owner?: Recorded): void;
  /** There will be no answer. */
  nothing(): void;
}
