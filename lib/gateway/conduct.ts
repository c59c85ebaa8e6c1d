import type { Call } from '../model/call.ts';
import { Exchange } from './exchange.ts';
import type { Request } from './ports.ts';
import type { Asker, Target } from './question.ts';

/** Sends a client's request down the path; until it is over the client can call it off and its id is taken. */
export function conduct({ session, frame }: Request, call: Call, asker: Asker, target: Target): void {
  const exchange = new Exchange(call, asker, target, session.engine);
  session.hold(frame.id, exchange);
  exchange.run();
}
