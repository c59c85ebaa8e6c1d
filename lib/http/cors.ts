import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'POST, GET, DELETE';
const EXPOSED = 'Mcp-Session-Id, WWW-Authenticate, Retry-After, DPoP-Nonce';
/** Headers a page may send; of those that mirror arguments any. */
const SENT = new Set(
  (
    'accept authorization content-type dpop last-event-id mcp-method mcp-name mcp-protocol-version mcp-session-id ' +
    'x-api-key traceparent tracestate baggage'
  ).split(' '),
);
const MIRRORED = /^mcp-param-[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Lets a page whose origin was allowed read what it is answered. */
export function allowPage({ headers }: IncomingMessage, response: ServerResponse): void {
  if (headers.origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', headers.origin);
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  response.setHeader('Vary', 'Origin');
}

/** Answers what a browser asks before it sends the request of a page (Fetch standard, CORS-preflight request). */
export function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const wanted = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const allowed = wanted.filter((name) => SENT.has(name) || MIRRORED.test(name));
  response.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': allowed.join(', '),
    'Access-Control-Max-Age': '600',
    Allow: `${METHODS}, OPTIONS`,
  });
  response.end();
}
