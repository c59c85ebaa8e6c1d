import type { NotificationFrame, RequestFrame } from '../wire/frame.ts';
import type { Payload } from '../wire/payload.ts';
import type { Outlet } from './outlet.ts';
import type { Asked } from './question.ts';
import type { Refusal } from './refusal.ts';

/** What servers have asked one client and it has not answered. */
export interface QuestionsOf<Backend> {
  count(backend: Backend): number;
  /** Puts a backend's question through policy and, if it passes, to the client: beside the answer it waits for. */
  begin(backend: Backend, frame: RequestFrame, kind: string, outlet: Outlet | undefined): void;
  /** The same for what it said otherwise; `answered` hears how it went. What this answers calls it off. */
  ask(
    backend: Backend,
    asked: Asked,
    kind: string,
    outlet: Outlet | undefined,
    answered: (refusal: Refusal | undefined) => void,
  ): () => void;
  /** Puts a question of the gateway's own; undefined comes for one that is not answered. What this answers takes it back. */
  own(params: Payload, outlet: Outlet, answered: (result: Payload | undefined) => void): () => void;
  /** The client reports progress on one of them. */
  progress(frame: NotificationFrame): void;
  /** The backend calls one of its questions off. */
  withdraw(backend: Backend, backendId: string | number, params: Payload | undefined): void;
  /** Whether this client was given the URL elicitation `id` by `backend`. */
  knowsElicitation(id: string, backend: Backend): boolean;
}
