import { RPC } from '../../protocol/revisions.ts';
import type { Backend, Request, Session } from '../ports.ts';
import { rpcError } from '../refusal.ts';

/** Calls `then` when policy has judged what these backends, which need not run, are remembered to instruct clients. */
export function whenIntroduced(
  session: Session,
  request: Request,
  backends: readonly Backend[],
  then: () => void,
): void {
  let missing = backends.length;
  let over = false;
  const one = () => {
    if (--missing === 0 && !over) then();
  };
  if (missing === 0) return then();
  for (const backend of backends) backend.introduce(one);
  if (missing === 0) return;
  const lose = ({ text, code }: { text: string; code: string }) => {
    over = true;
    request.respond(rpcError(RPC.backendFailed, `${text} (${code})`), undefined);
  };
  session.hold(request.frame.id, { cancel: () => {}, lose });
}
