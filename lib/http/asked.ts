import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Holder } from './keys.ts';

/** One HTTP request of somebody who has proven who they are. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly holder: Holder;
}
