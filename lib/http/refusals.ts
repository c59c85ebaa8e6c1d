import { RPC } from '../protocol/revisions.ts';
import type { RpcId } from '../wire/frame.ts';
import { type HttpRefusal, refused } from './answers.ts';
import type { Body } from './body.ts';

const RETRY_SECONDS = '10';

/** How a body is refused in which there is no message; undefined when there is one, or nobody to be told. */
export function unreadable(body: Body): HttpRefusal | undefined {
  if (body === 'broken') return undefined;
  if (body === 'empty') return refused(400, RPC.parse, 'Parse error: the body is empty', { code: 'SP8001' });
  if (body === 'too-much') {
    const headers = { Connection: 'close', 'Retry-After': '1' };
    return refused(429, RPC.limited, 'Too much is being sent at a time (SP8023)', { code: 'SP8023', headers });
  }
  if (body === 'too-large') {
    const headers = { Connection: 'close' };
    return refused(413, RPC.invalidRequest, 'The body is too large', { code: 'SP8004', headers });
  }
  const { frame } = body;
  if (frame.kind !== 'malformed') return undefined;
  const { code, detail, id } = frame;
  const parse = code === 'SP8001' || code === 'SP8002';
  if (parse) return refused(400, RPC.parse, `Parse error: ${detail}`, { code });
  return refused(code === 'SP8004' ? 413 : 400, RPC.invalidRequest, `Invalid request: ${detail}`, { code, id });
}

export function tooManySessions(id: RpcId | undefined): HttpRefusal {
  const headers = { 'Retry-After': RETRY_SECONDS };
  return refused(503, RPC.limited, 'Too many sessions (SP8023)', { code: 'SP8023', id, headers });
}

export function methodNotAllowed(allowed: string): HttpRefusal {
  return refused(405, RPC.invalidRequest, 'Method not allowed', { headers: { Allow: allowed } });
}

export function notJson(): HttpRefusal {
  return refused(415, RPC.invalidRequest, 'Content-Type must be application/json in UTF-8');
}

export function unacceptable(types: string): HttpRefusal {
  return refused(406, RPC.invalidRequest, `Accept must list ${types}`);
}

export function unknownSession(): HttpRefusal {
  return refused(404, RPC.invalidRequest, 'Session not found', { code: 'SP8022' });
}

export function shuttingDown(): HttpRefusal {
  const headers = { Connection: 'close', 'Retry-After': '5' };
  return refused(503, RPC.backendFailed, 'The gateway is shutting down (SP5010)', { headers });
}
