import { META } from '../../protocol/revisions.ts';
import type { Payload } from '../../wire/payload.ts';
import { rewriteStrings } from '../../wire/rewrite.ts';
import type { Backend, Session } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Asked } from '../question.ts';
import { sealTask } from '../tasks/tasks.ts';

/** A question as the client is to see it. */
export interface ClientQuestion {
  readonly params: Payload | undefined;
  readonly progressToken: string | undefined;
  readonly elicitationId: string | undefined;
}

/** Rewrites a backend's question for the client; `id` is the gateway's own for it. */
export function questionParams(session: Session, backend: Backend, asked: Asked, id: number): ClientQuestion {
  const { params } = asked;
  if (params === undefined) return { params, progressToken: undefined, elicitationId: undefined };
  const token = progressTokenOf(params);
  let body = token === undefined ? params : params.splice([{ ...token, text: String(id) }]);
  body = rewriteStrings(body, [['_meta', META.relatedTask, 'taskId']], 'related-task', (taskId) =>
    sealTask(session, backend, taskId),
  );
  if (asked.method === 'sampling/createMessage') body = withoutContext(body, session.engine.prefixed);
  if (asked.method === 'elicitation/create' && session.engine.prefixed) body = named(body, backend.name);
  return { params: body, progressToken: token?.raw, elicitationId: params.string('elicitationId') };
}

/**
 * A server behind the gateway may not ask for what other servers told the client: `allServers` never, and
 * `thisServer` not where it would mean all backends together.
 */
function withoutContext(params: Payload, prefixed: boolean): Payload {
  return rewriteStrings(params, [['includeContext']], 'includeContext', (value) =>
    value === 'allServers' || prefixed ? 'none' : undefined,
  );
}

/** The client sees one server, the gateway, so a person must be told which backend asks. */
function named(params: Payload, backend: string): Payload {
  return rewriteStrings(params, [['message']], 'message', (text) => `[${backend}] ${text}`);
}
