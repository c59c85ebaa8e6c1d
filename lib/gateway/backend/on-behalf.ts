import type { OnBehalf } from '../../model/authorization.ts';
import type { Call } from '../../model/call.ts';
import type { Asking, Backend } from '../ports.ts';

/**
 * For whom something is asked: the caller whose call was decided, else whose session it is. What the gateway asks to keep a
 * connection up is for whom the connection is for: all sessions of a backend are of one principal.
 */
export function onBehalfOf(backend: Backend, asking: Asking | undefined): OnBehalf | undefined {
  const call = asking?.owner?.call;
  if (call?.direction === 'to-backend') return ofCall(backend, call, asking!.method);
  const [first] = backend.sessions;
  const session = asking?.session ?? first;
  if (session === undefined) return undefined;
  const identity = asking?.caller?.identity ?? session.identity;
  return { identity, decision: undefined, action: asking?.method ?? 'connection', resource: undefined };
}

/** The method is the one that leaves, which another era may call by another name. */
function ofCall(backend: Backend, { id, principal, resource }: Call, action: string): OnBehalf {
  const named = resource.type !== 'list' && resource.id !== '';
  return { identity: principal, decision: id, action, resource: named ? `${backend.name}/${resource.id}` : undefined };
}
