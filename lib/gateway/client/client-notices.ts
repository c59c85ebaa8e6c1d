import type { NotificationFrame } from '../../wire/frame.ts';
import { parseId } from '../../wire/frame.ts';
import type { Session } from '../ports.ts';

/** Acts on a notification of the client. What is not known is dropped and recorded; nothing is answered. */
export function receiveNotice(session: Session, frame: NotificationFrame): void {
  switch (frame.method) {
    case 'notifications/initialized':
      return initialized(session);
    case 'notifications/cancelled':
      return cancelled(session, frame);
    case 'notifications/progress':
      return session.chatter.allows() ? session.questions.progress(frame) : undefined;
    case 'notifications/roots/list_changed':
      return session.chatter.allows() ? rootsChanged(session, frame) : undefined;
    default: {
      const detail = `notification ${frame.method} dropped`;
      session.engine.audit.refused({
        from: 'client',
        session: session.id,
        code: 'SP3005',
        detail,
        bytes: frame.size,
      });
    }
  }
}

function initialized(session: Session): void {
  if (session.client === undefined) return;
  session.initialized = true;
  for (const backend of session.backends) {
    if (backend.isOpen && backend.sessions.has(session)) backend.conversation?.greet();
  }
}

/** The id is looked up with its exact type; an unknown one is ignored, as both eras ask. */
function cancelled(session: Session, frame: NotificationFrame): void {
  const id = parseId(frame.params?.member('requestId')?.text());
  if (id !== undefined) session.cancel(id.key, frame.params);
}

function rootsChanged(session: Session, frame: NotificationFrame): void {
  if (session.era !== 'legacy') return;
  for (const backend of session.backends) {
    if (backend.sessions.has(session)) backend.tell(frame.method, frame.params);
  }
}
