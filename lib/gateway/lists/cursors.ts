import type { ListMethod } from '../../protocol/methods.ts';
import type { Session } from '../ports.ts';

const LIFETIME_MS = 60 * 60 * 1000;

/** Where a listing stands: the cursor of every backend that has more, and how many pages came before. */
export interface ListPosition {
  readonly cursors: Readonly<Record<string, string>>;
  readonly page: number;
}

interface Sealed {
  readonly s: string;
  readonly c: Readonly<Record<string, string>>;
  readonly n: number;
  readonly e: number;
}

/** A cursor only this principal can use, for this list, for an hour. */
export function sealCursor(session: Session, method: ListMethod, position: ListPosition): string {
  const { seal, clock } = session.engine;
  const value: Sealed = {
    s: session.holder,
    c: position.cursors,
    n: position.page,
    e: clock.now() + LIFETIME_MS,
  };
  return seal.close(`cursor ${method}`, value);
}

/** Undefined for a cursor that is foreign, too old, of another list or tampered with; which one is not said. */
export function openCursor(session: Session, method: ListMethod, cursor: string): ListPosition | undefined {
  const { seal, clock } = session.engine;
  const opened = seal.open(`cursor ${method}`, cursor) as Sealed | undefined;
  if (opened === undefined || opened.s !== session.holder || opened.e < clock.now()) return undefined;
  return { cursors: opened.c, page: opened.n };
}
