import type { Resource } from '../model/call.ts';
import type { Cut } from '../wire/payload.ts';
import type { Backend } from './ports.ts';

/** What a request is about, once it is known whose it is. */
export interface Subject {
  readonly backend: Backend;
  /** Under the backend's own name for it. */
  readonly resource: Resource;
  /** The name the client used. */
  readonly shown: string;
  /** Puts the backend's name for it into `params`, when that is another one. */
  readonly cut: Cut | undefined;
}
