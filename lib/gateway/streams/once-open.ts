import type { Loss } from '../../model/call.ts';
import type { Backend, Session } from '../ports.ts';
import type { Sent } from '../question.ts';

/** Asks a backend something that depends on its era, once it is open; called off before that, nothing is asked. */
export function onceOpen(backend: Backend, session: Session, ask: () => Sent, lose: (loss: Loss) => void): Sent {
  let over = false;
  let sent: Sent | undefined;
  backend.open(session, (outage) => {
    if (over) return;
    if (outage === undefined) sent = ask();
    else lose(outage);
  });
  return {
    cancel: (reason) => {
      over = true;
      sent?.cancel(reason);
    },
    withdraw: () => {
      over = true;
      sent?.withdraw();
    },
  };
}
