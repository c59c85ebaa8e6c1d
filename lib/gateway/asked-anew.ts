import type { Payload } from '../wire/payload.ts';
import type { Asking, Backend } from './ports.ts';
import { progressTokenOf } from './progress-token.ts';

/** A request that is made once more, with other `params`: ids and progress tokens are never used twice. */
export function askedAnew(asking: Asking, backend: Backend, params: Payload | undefined): Asking {
  const id = backend.nextId();
  const token = params && progressTokenOf(params);
  const own = token === undefined ? params : params!.splice([{ ...token, text: String(id) }]);
  const { method, session, caller, outlet, questions, progressToken, timeoutMs, owner, tasks, offered } = asking;
  const who = { session, caller, outlet, questions, progressToken, timeoutMs, owner };
  return { id, method, params: own, ...who, tasks, offered };
}
